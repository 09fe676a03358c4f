package main

import (
	"context"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup/sqldedup"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

// TestReceiver: a message is answered at once and then handled.
func TestReceiver(t *testing.T) {
	t.Chdir(t.TempDir())
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := listener.Addr().String()
	listener.Close()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- receive(ctx, addr, "token") }()
	for range 200 {
		if c, err := net.Dial("tcp", addr); err == nil {
			c.Close()
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	feed := redoxtest.NewFeed(t, "http://"+addr, "token")
	feed.Deliver(`{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","EventDateTime":"2026-01-01T00:00:00Z","Source":{"ID":"s"},"Destinations":[{"ID":"d"}]},` +
		`"Patient":{"Identifiers":[{"ID":"1","IDType":"MR"}]},"Visit":{"Location":{"Bed":"B1"}}}`)
	if _, err := feed.Run(ctx); err != nil {
		t.Fatal(err)
	}
	store, err := sqldedup.Open(t.Context(), "sqlite", "file:redox.db")
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	var bed string
	for range 200 {
		if err = store.DB().QueryRow("SELECT bed FROM beds WHERE patient = '1'").Scan(&bed); err == nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if bed != "B1" {
		t.Errorf("the bed is %q (%v)", bed, err)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestFiveLines: beside its imports, the receiver has at most five lines more than the
// one without an inbox.
func TestFiveLines(t *testing.T) {
	lines := func(file string) int {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, body, _ := strings.Cut(string(text), "func main()")
		return strings.Count(body, "\n")
	}
	if n := lines("main.go") - lines("../receiver/main.go"); n > 5 {
		t.Errorf("%d lines more", n)
	}
}
