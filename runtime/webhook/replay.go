package webhook

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/internal/httperr"
	"github.com/redoxgen/redoxgen/runtime/webhook/verify"
)

// ReplayHeader marks a message that was dead-lettered and is delivered again. Its
// value identifies the dead letter: the same value twice is a redelivery.
const ReplayHeader = "Redoxgen-Replay"

// receivedHeader has the time at which a dead letter was received, in the form of
// RFC 3339. Dead-lettered again it keeps its place among the dead letters, and
// stays the same one: handled once, it is done.
const receivedHeader = "Redoxgen-Replay-Received"

// keyHeader has the key of a dead letter that is replayed, in base64: it is the same
// message, also where the program's keys have changed since.
const keyHeader = "Redoxgen-Replay-Key"

// ErrDeadLettered is returned when a replayed message was dead-lettered again: it is
// still in the sink.
var ErrDeadLettered = errors.New("webhook: the message was dead-lettered again")

// ReplayTo returns a function for deadletter.Replay that delivers dead letters to a
// handler at url. Each dead letter is handled as any message, and
// a handler that succeeded at that time is not called again. Neither is any for
// a dead letter that an earlier replay delivered and could not remove, as long as
// the handler's dedup store remembers it:
//
//	result, err := deadletter.Replay(ctx, store, webhook.ReplayTo(url, token, nil))
//
// Client nil stands for one that waits 130 seconds for an answer, a little longer
// than handlers have by default. Redirects are not followed: they would carry the
// message and the token to another host. Errors say neither the url nor anything
// that a server sent, but its status and its Result.
func ReplayTo(url, token string, client *http.Client) func(context.Context, deadletter.Message) error {
	if client == nil {
		client = &http.Client{Timeout: 130 * time.Second}
	}
	c := *client
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return func(ctx context.Context, m deadletter.Message) error {
		if deadletter.IsSealed(m) { // dead-lettered again, it could not be opened any more
			return deadletter.ErrSealed
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(m.Raw))
		if err != nil {
			return errors.New("webhook: the url of ReplayTo is not a URL")
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set(verify.TokenHeader, token)
		mark(r, m)
		response, err := c.Do(r)
		if err != nil {
			return fmt.Errorf("webhook: %w", httperr.Wrap(err))
		}
		defer response.Body.Close()
		_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10)) // so that the connection is used again
		return replayResult(response)
	}
}

// mark marks a request as the replay of a dead letter.
func mark(r *http.Request, m deadletter.Message) {
	r.Header.Set(ReplayHeader, replayID(m))
	r.Header.Set(receivedHeader, m.Received.Format(time.RFC3339Nano))
	if len(m.Key) <= longestKey {
		r.Header.Set(keyHeader, base64.StdEncoding.EncodeToString([]byte(m.Key)))
	}
}

// longestKey is how much of a header a dead letter's key may take. A key that is longer
// is a user's own, and is made anew.
const longestKey = 8 << 10

// replayID identifies a dead letter: a replay that finds one that an earlier replay
// delivered and could not remove only removes it. Every store has times to the
// microsecond.
func replayID(m deadletter.Message) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %d", m.Key, m.AttemptID, m.Received.UnixMicro()))
	return hex.EncodeToString(sum[:16])
}

func replayResult(r *http.Response) error {
	switch result := ResultOf(r.Header); {
	case result == DeadLetter:
		return ErrDeadLettered
	case r.StatusCode == http.StatusOK && (result == Handled || result == Duplicate || result == Answered):
		return nil
	case result == "":
		return fmt.Errorf("webhook: status %d: %s", r.StatusCode, Advice(r.StatusCode, r.Header))
	default:
		return fmt.Errorf("webhook: status %d, %s: %s", r.StatusCode, result, Advice(r.StatusCode, r.Header))
	}
}

// Replay handles a dead letter without HTTP, in the process of the handler; for
// deadletter.Replay like ReplayTo. Observers follow it as a request at "/" that has
// no headers but those with which ReplayTo marks a replay. The error has of a
// handler's error what logs have (Config.ErrorText), and wraps it.
func (h *Handler) Replay(ctx context.Context, m deadletter.Message) error {
	if deadletter.IsSealed(m) { // as ReplayTo
		return deadletter.ErrSealed
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "/", bytes.NewReader(m.Raw))
	if err != nil {
		return err
	}
	mark(r, m)
	w := &replayWriter{header: http.Header{}}
	x := &exchange{h: h, w: w, r: r, received: h.config.Now(), verified: true}
	if !x.observe(func() { x.deliver(m.Raw) }) {
		return http.ErrServerClosed
	}
	switch x.out.Result {
	case Handled, Duplicate, Answered:
		return nil
	case DeadLetter:
		return h.replayError(ErrDeadLettered, x.out.Err)
	default:
		return h.replayError(fmt.Errorf("webhook: %s", x.out.Result), x.out.Err)
	}
}

// replayError is why a dead letter was not handled. Of the cause it has what logs
// have, as its text may contain patient data.
type replayError struct {
	result, cause error
	text          string // of the cause
}

func (h *Handler) replayError(result, cause error) error {
	if cause == nil {
		return result
	}
	return &replayError{result, cause, h.errorText(cause)}
}

func (e *replayError) Error() string   { return e.result.Error() + ": " + e.text }
func (e *replayError) Unwrap() []error { return []error{e.result, e.cause} }

// replayWriter takes the answer that nobody reads.
type replayWriter struct{ header http.Header }

func (w *replayWriter) Header() http.Header         { return w.header }
func (w *replayWriter) Write(p []byte) (int, error) { return len(p), nil }
func (w *replayWriter) WriteHeader(int)             {}
