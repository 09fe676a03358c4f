package redoxsim_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"

	"github.com/redoxgen/redoxgen/runtime/redoxsim"
)

// A message is delivered twice, with one log ID, as when Redox got no answer to the
// first attempt.
func Example() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Println(r.Header.Get("verification-token"), len(body) > 0)
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer server.Close()

	m, err := redoxsim.NewMessage(`{"Meta":{"DataModel":"Order","EventType":"New"},"Order":{}}`)
	if err != nil {
		fmt.Println(err)
		return
	}
	sender := redoxsim.NewSender(server.URL, "secret")
	defer sender.Client.CloseIdleConnections()
	first := sender.Deliver(context.Background(), m, sender.Token)
	second := sender.Deliver(context.Background(), m, sender.Token)
	fmt.Println(first.Event, first.Status, first.Accepted())
	fmt.Println(first.LogID == second.LogID, first.AttemptID == second.AttemptID)
	// Output:
	// secret true
	// secret true
	// Order.New 503 false
	// true false
}

// The first answer to the message of patient a refuses it. Patient b's message, in
// another child queue, does not wait for the second attempt.
func ExampleFeed() {
	var attempts atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if attempts.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	sender := redoxsim.NewSender(server.URL, "secret")
	defer sender.Client.CloseIdleConnections()

	var queued []*redoxsim.Queued
	for _, patient := range []string{"a", "b"} {
		m, err := redoxsim.NewMessage(`{"Meta":{"DataModel":"Order","EventType":"New"},` +
			`"Patient":{"Identifiers":[{"ID":"` + patient + `","IDType":"MR"}]}}`)
		if err != nil {
			fmt.Println(err)
			return
		}
		queued = append(queued, &redoxsim.Queued{Message: m, Attempt: func(ctx context.Context) redoxsim.Attempt {
			return sender.Deliver(ctx, m, sender.Token)
		}})
	}
	feed := redoxsim.Feed{Clock: redoxsim.FastClock(1000), ChildQueues: 2}
	fmt.Println(feed.Run(context.Background(), queued), attempts.Load())
	// Output: <nil> 3
}
