//go:build unix

// Package watermill_test runs package watermillinbox with Redis Streams.
package watermill_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill-redisstream/pkg/redisstream"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/internal/integration"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/inbox/watermillinbox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// What makes this binary a worker.
const (
	envWorker = "REDOXGEN_WATERMILL_WORKER" // its name
	envRedis  = "REDOXGEN_WATERMILL_REDIS"
	envPrefix = "REDOXGEN_WATERMILL_PREFIX" // of all that is in Redis
	envDead   = "REDOXGEN_WATERMILL_DEAD"
)

func TestMain(m *testing.M) {
	if name := os.Getenv(envWorker); name != "" {
		fmt.Fprintln(os.Stderr, "worker:", work(name, os.Getenv(envPrefix)))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// receiver returns a handler with a topic in Redis for an inbox.
func receiver(mux *webhook.Mux, client redis.UniversalClient, prefix, dead string) (*webhook.Handler, error) {
	publisher, err := redisstream.NewPublisher(redisstream.PublisherConfig{Client: client}, nil)
	if err != nil {
		return nil, err
	}
	topic, err := watermillinbox.New(publisher, prefix+"redox", []byte("0123456789abcdef"))
	if err != nil {
		return nil, err
	}
	return webhook.NewHandler(mux, webhook.Config{
		Tokens: []string{"token"}, DeadLetter: deadletter.Dir(dead), Inbox: topic, Logger: slog.New(slog.DiscardHandler),
	})
}

// idle is for how long a message is pending before another worker takes it over.
const idle = time.Second

// work is the main function of a worker. Its handler notes each call in Redis. It fails
// for the second visit once, for the fourth for good, and never ends for the third where
// the worker is the first.
func work(name, prefix string) error {
	ctx := context.Background()
	client := redis.NewClient(&redis.Options{Addr: os.Getenv(envRedis)})
	mux := webhook.NewMux()
	webhook.On(mux, func(ctx context.Context, d webhook.Delivery, ev *patientadmin.Arrival) error {
		call := fmt.Sprint(ev.Visit.VisitNumber, " ", d.Attempt, " ", name)
		if err := client.RPush(ctx, prefix+"calls", call).Err(); err != nil {
			return err
		}
		switch {
		case ev.Visit.VisitNumber == "2" && d.Attempt == 1:
			return errors.New("not now")
		case ev.Visit.VisitNumber == "3" && name == "first":
			select {}
		case ev.Visit.VisitNumber == "4":
			return webhook.Permanent(errors.New("never"))
		}
		return client.RPush(ctx, prefix+"handled", string(d.Raw)).Err()
	})
	h, err := receiver(mux, client, prefix, os.Getenv(envDead))
	if err != nil {
		return err
	}
	subscriber, err := redisstream.NewSubscriber(redisstream.SubscriberConfig{
		Client: client, ConsumerGroup: "redox", Consumer: name, BlockTime: 50 * time.Millisecond,
		ClaimInterval: idle / 5, MaxIdleTime: idle,
	}, nil)
	if err != nil {
		return err
	}
	router, err := message.NewRouter(message.RouterConfig{}, watermill.NopLogger{})
	if err != nil {
		return err
	}
	router.AddConsumerHandler("redox", prefix+"redox", subscriber,
		watermillinbox.Consume(h, watermillinbox.Config{Backoff: 10 * time.Millisecond}))
	return router.Run(ctx)
}

// start starts a worker.
func start(t *testing.T, name, addr, prefix, dead string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	c := exec.Command(self)
	c.Env = append(os.Environ(), envWorker+"="+name, envRedis+"="+addr, envPrefix+"="+prefix, envDead+"="+dead)
	c.Stderr = os.Stderr
	require.NoError(t, c.Start())
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	return c
}

func body(visit int) string {
	return fmt.Sprintf(`{"Meta": {"DataModel":"PatientAdmin","EventType":"Arrival","Source":{"ID":"s"},"Logs":[{"ID":"log %d/é"}]},
  "Patient":{"Identifiers":[{"ID":"a","IDType":"MR"}]},"Visit":{"VisitNumber":"%[1]d"},"Other":1.0}`, visit)
}

// TestRedisStreams: messages come to the handlers as they were received and in order; one
// that fails comes again, one whose worker is killed comes to another worker, and one
// that fails for good is dead-lettered.
func TestRedisStreams(t *testing.T) {
	addr, prefix := integration.Redis(t)
	dead := t.TempDir()
	client := redis.NewClient(&redis.Options{Addr: addr})
	t.Cleanup(func() { _ = client.Close() })
	mux := webhook.NewMux()
	webhook.On(mux, func(context.Context, webhook.Delivery, *patientadmin.Arrival) error { return nil })
	h, err := receiver(mux, client, prefix, dead)
	require.NoError(t, err)
	var bodies []string
	queue := func(visit int) {
		text := body(visit)
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(text))
		r.Header.Set("verification-token", "token")
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		require.Equal(t, http.StatusOK, w.Code)
		require.Equal(t, webhook.Queued, webhook.ResultOf(w.Header()))
		bodies = append(bodies, text)
	}
	called := func(want ...string) {
		t.Helper()
		var got []string
		require.Eventually(t, func() bool {
			got = client.LRange(t.Context(), prefix+"calls", 0, -1).Val()
			return len(got) >= len(want)
		}, 30*time.Second, 5*time.Millisecond, "want the calls %q", want)
		require.Equal(t, want, got)
	}

	for visit := range 3 {
		queue(visit + 1)
	}
	first := start(t, "first", addr, prefix, dead)
	calls := []string{"1 1 first", "2 1 first", "2 2 first", "3 1 first"}
	called(calls...)
	require.NoError(t, first.Process.Kill())
	_ = first.Wait()
	start(t, "second", addr, prefix, dead)
	calls = append(calls, "3 1 second")
	called(calls...)
	queue(4)
	queue(5)
	called(append(calls, "4 1 second", "5 1 second")...)

	var handled []string
	require.Eventually(t, func() bool {
		handled = client.LRange(t.Context(), prefix+"handled", 0, -1).Val()
		return len(handled) == 4
	}, 30*time.Second, 5*time.Millisecond)
	assert.Equal(t, []string{bodies[0], bodies[1], bodies[2], bodies[4]}, handled)
	var letters []string
	for m, err := range deadletter.Dir(dead).Messages(t.Context()) {
		require.NoError(t, err)
		letters = append(letters, string(m.Raw))
	}
	assert.Equal(t, bodies[3:4], letters)
	require.Eventually(t, func() bool {
		pending, err := client.XPending(t.Context(), prefix+"redox", "redox").Result()
		return err == nil && pending.Count == 0
	}, 30*time.Second, 20*time.Millisecond, "all are acknowledged")
}
