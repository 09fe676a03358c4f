// Package inboxes opens the inboxes that arguments of the command name.
package inboxes

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/database"
	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/inbox/natsinbox"
	"github.com/redoxgen/redoxgen/runtime/inbox/sqlinbox"
)

// Open opens the inbox at path, an SQLite database or the URL of one in PostgreSQL or of
// NATS servers. It creates none. The key for hashes is the inbox's own if it is nil.
func Open(ctx context.Context, path string, hashKey []byte) (box inbox.Box, closeBox func(), err error) {
	if strings.HasPrefix(path, "nats://") || strings.HasPrefix(path, "tls://") {
		return openNATS(ctx, path, hashKey)
	}
	db, err := database.At(path)
	if err == nil && db.Driver == "" {
		err = fmt.Errorf("%s is neither an SQLite database nor the URL of one in PostgreSQL or of NATS servers", path)
	}
	if err == nil {
		err = db.Require(ctx, "redoxgen_inbox")
	}
	if err != nil {
		return nil, nil, err
	}
	var options []sqlinbox.Option
	if hashKey != nil {
		options = append(options, sqlinbox.WithHashKey(hashKey))
	}
	opened, err := sqlinbox.Open(ctx, db.Driver, db.DSN, options...)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", db.Name, err)
	}
	return opened, func() { _ = opened.Close() }, nil
}

func openNATS(ctx context.Context, path string, hashKey []byte) (inbox.Box, func(), error) {
	servers, name, shown, err := natsServers(path)
	if err != nil {
		return nil, nil, err
	}
	options := []nats.Option{nats.Name("redoxgen")}
	if file := os.Getenv("NATS_CREDS"); file != "" {
		options = append(options, nats.UserCredentials(file))
	}
	if user := os.Getenv("NATS_USER"); user != "" {
		options = append(options, nats.UserInfo(user, os.Getenv("NATS_PASSWORD")))
	}
	if file := os.Getenv("NATS_CA"); file != "" {
		options = append(options, nats.RootCAs(file))
	}
	nc, err := nats.Connect(servers, options...)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", shown, err)
	}
	box, err := natsInbox(ctx, nc, natsinbox.Config{Name: name, HashKey: hashKey})
	if err != nil {
		nc.Close()
		return nil, nil, fmt.Errorf("%s: %w", shown, err)
	}
	return box, func() { _ = box.Close(); nc.Close() }, nil
}

// natsInbox returns an inbox that is there.
func natsInbox(ctx context.Context, nc *nats.Conn, c natsinbox.Config) (*natsinbox.Box, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, err
	}
	if _, err := js.Stream(ctx, c.Name); err != nil { // New would create it
		return nil, fmt.Errorf("stream %s: %w", c.Name, err)
	}
	return natsinbox.New(ctx, js, c)
}

// natsServers returns the servers of a URL with commas between several, the stream that is
// its path, and the URL without user and password.
func natsServers(path string) (servers, stream, shown string, err error) {
	scheme, rest, _ := strings.Cut(path, "://")
	hosts, stream, _ := strings.Cut(rest, "/")
	if stream == "" {
		stream = "redox-inbox"
	}
	var all, names []string
	for host := range strings.SplitSeq(hosts, ",") {
		u, err := url.Parse(scheme + "://" + strings.TrimPrefix(host, scheme+"://"))
		if err != nil || u.Host == "" {
			return "", "", "", errors.New("the URL of the NATS servers is not a URL") // it may have a password
		}
		all, names = append(all, u.String()), append(names, u.Host)
	}
	return strings.Join(all, ","), stream, scheme + "://" + strings.Join(names, ",") + "/" + stream, nil
}
