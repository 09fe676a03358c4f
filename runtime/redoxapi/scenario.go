package redoxapi

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// MetaError is an error that Redox puts into Meta.Errors.
type MetaError struct {
	ID     int
	Text   string
	Type   string // message, transmission or query
	Module string // such as DataModels, Subscriptions or Send
}

// MetaErrors answers with errors in Meta. With status 200, Redox reports so that a
// query found nothing or did not reach its destination.
func MetaErrors(status int, errs ...MetaError) Answer {
	return Answer{serve: func(v *visit) {
		meta := v.meta()
		meta["Errors"] = errs
		v.write(status, map[string]any{"Meta": meta})
	}}
}

// NoMatch answers a query as Redox does when nothing was found: an empty
// patient, or no visits.
func NoMatch() Answer {
	return Answer{serve: func(v *visit) {
		m := v.emptyResponse()
		switch v.request.Meta.DataModel {
		case "Scheduling":
			m["Visits"] = []any{}
		default:
			m["Patient"] = map[string]any{}
		}
		v.respond(m)
	}}
}

// SeveralMatches answers a patient search with candidates of these IDs, of
// type MR, and no certain match.
func SeveralMatches(ids ...string) Answer {
	return Answer{serve: func(v *visit) {
		var candidates []map[string]any
		for _, id := range ids {
			candidates = append(candidates, map[string]any{
				"Identifiers": []map[string]string{{"ID": id, "IDType": "MR"}},
			})
		}
		m := v.emptyResponse()
		m["Patient"], m["PotentialMatches"] = map[string]any{}, candidates
		v.respond(m)
	}}
}

// OrderRejected answers as when the destination refuses an order.
func OrderRejected() Answer { return destinationError("The destination rejected the order") }

// DestinationDown answers as when the destination does not respond. To a query
// Redox says so with status 200.
func DestinationDown() Answer {
	return Answer{serve: func(v *visit) {
		if v.info != nil && v.info.Kind == redox.Query {
			MetaErrors(http.StatusOK, MetaError{ID: 5003, Text: "The destination could not be reached", Type: "query", Module: "Send"}).serve(v)
			return
		}
		destinationError("The destination service returned an error").serve(v)
	}}
}

func destinationError(text string) Answer {
	return MetaErrors(http.StatusBadRequest, MetaError{ID: 5002, Text: text, Type: "transmission", Module: "Send"})
}

// NoSubscription is the routing error.
func NoSubscription() Answer {
	return MetaErrors(http.StatusForbidden, MetaError{
		ID: 4031, Type: "message", Module: "Subscriptions",
		Text: "There are no subscriptions for this event; Meta.Destinations needs a destination from existing subscriptions",
	})
}

// Unauthorized is status 401, as for a token that has expired.
func Unauthorized() Answer { return PlainText(http.StatusUnauthorized, "Access token is not valid") }

// TooLarge is status 413.
func TooLarge() Answer {
	return PlainText(http.StatusRequestEntityTooLarge, "request entity too large")
}

// RateLimited is status 429 with the header that states the limit.
func RateLimited(limit int) Answer {
	return Answer{serve: func(v *visit) {
		v.w.Header().Set("X-RateLimit-Limit", strconv.Itoa(limit))
		writeText(v.w, http.StatusTooManyRequests, "text/plain", "Too many requests")
	}}
}

// InternalError is status 500.
func InternalError() Answer { return Status(http.StatusInternalServerError, `{}`) }

// BadGateway is status 502: the request was dropped during an update.
func BadGateway() Answer { return HTML(http.StatusBadGateway) }

// GatewayTimeout is status 504: the destination took longer than two minutes.
func GatewayTimeout() Answer { return HTML(http.StatusGatewayTimeout) }

// Status answers with a status and a JSON body.
func Status(status int, body string) Answer {
	return Answer{serve: func(v *visit) { writeText(v.w, status, "application/json; charset=utf-8", body) }}
}

// PlainText answers with a status and text.
func PlainText(status int, text string) Answer {
	return Answer{serve: func(v *visit) { writeText(v.w, status, "text/plain; charset=utf-8", text) }}
}

// HTML answers with a status and a page, as proxies do.
func HTML(status int) Answer {
	return Answer{serve: func(v *visit) {
		writeText(v.w, status, "text/html", "<html><body><h1>"+http.StatusText(status)+"</h1></body></html>")
	}}
}

// GatewayError answers with a status and errorDetail instead of Meta.
func GatewayError(status int, detail string) Answer {
	return Answer{serve: func(v *visit) { v.write(status, map[string]string{"errorDetail": detail}) }}
}

// Slow waits before it answers; the answer is Accepted if none is given. The
// wait ends early when the client goes away or the server closes.
func Slow(d time.Duration, then ...Answer) Answer {
	answer := Accepted()
	if len(then) > 0 {
		answer = then[0]
	}
	return Answer{serve: func(v *visit) {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
		case <-v.r.Context().Done():
		case <-v.server.closing:
		}
		answer.serve(v)
	}}
}

// Dropped closes the connection after the request was read: the client cannot
// know whether it was accepted. The request is recorded.
func Dropped() Answer {
	return Answer{serve: func(*visit) { panic(http.ErrAbortHandler) }}
}

// CutOff accepts the request and closes the connection in the middle of the answer.
func CutOff() Answer {
	return Answer{serve: func(v *visit) {
		data, err := json.Marshal(map[string]any{"Meta": v.meta()})
		if err != nil {
			data = []byte("{}")
		}
		v.w.Header().Set("Content-Type", "application/json")
		v.w.Header().Set("Content-Length", strconv.Itoa(len(data)))
		v.w.WriteHeader(http.StatusOK)
		_, _ = v.w.Write(data[:len(data)/2])
		_ = http.NewResponseController(v.w).Flush()
		panic(http.ErrAbortHandler)
	}}
}

// Huge answers with a JSON object of about that many bytes, without a
// Content-Length.
func Huge(bytes int64) Answer {
	return Answer{serve: func(v *visit) {
		v.w.Header().Set("Content-Type", "application/json")
		v.w.WriteHeader(http.StatusOK)
		if _, err := v.w.Write([]byte(`{"Meta":{},"Padding":"`)); err != nil {
			return
		}
		block := []byte(strings.Repeat("x", 1<<16))
		for left := bytes; left > 0; left -= int64(len(block)) {
			if _, err := v.w.Write(block); err != nil {
				return // the client has had enough
			}
		}
		_, _ = v.w.Write([]byte(`"}`))
	}}
}
