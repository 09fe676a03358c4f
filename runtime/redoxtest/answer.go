package redoxtest

import (
	"time"

	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoxapi"
)

// Answer is what the server says to a request.
type Answer = redoxapi.Answer

// MetaError is an error that Redox puts into Meta.Errors.
type MetaError = redoxapi.MetaError

// Accepted accepts a message, and answers a query with an empty response, as the
// server does without a script.
func Accepted() Answer { return redoxapi.Accepted() }

// Respond answers a query with this message; Meta is filled in as Redox does.
func Respond(response redox.Message) Answer { return redoxapi.Respond(response) }

// RespondJSON answers a query with this JSON object; Meta is filled in.
func RespondJSON(object string) Answer { return redoxapi.RespondJSON(object) }

// MetaErrors answers with errors in Meta. With status 200, Redox reports so that a
// query found nothing or did not reach its destination.
func MetaErrors(status int, errs ...MetaError) Answer { return redoxapi.MetaErrors(status, errs...) }

// NoMatch answers a query as Redox does when nothing was found: an empty
// patient, or no visits.
func NoMatch() Answer { return redoxapi.NoMatch() }

// SeveralMatches answers a patient search with candidates of these IDs, of
// type MR, and no certain match.
func SeveralMatches(ids ...string) Answer { return redoxapi.SeveralMatches(ids...) }

// OrderRejected answers as when the destination refuses an order.
func OrderRejected() Answer { return redoxapi.OrderRejected() }

// DestinationDown answers as when the destination does not respond. To a query
// Redox says so with status 200.
func DestinationDown() Answer { return redoxapi.DestinationDown() }

// NoSubscription is the routing error.
func NoSubscription() Answer { return redoxapi.NoSubscription() }

// Unauthorized is status 401, as for a token that has expired.
func Unauthorized() Answer { return redoxapi.Unauthorized() }

// TooLarge is status 413.
func TooLarge() Answer { return redoxapi.TooLarge() }

// RateLimited is status 429 with the header that states the limit.
func RateLimited(limit int) Answer { return redoxapi.RateLimited(limit) }

// InternalError is status 500.
func InternalError() Answer { return redoxapi.InternalError() }

// BadGateway is status 502: the request was dropped during an update.
func BadGateway() Answer { return redoxapi.BadGateway() }

// GatewayTimeout is status 504: the destination took longer than two minutes.
func GatewayTimeout() Answer { return redoxapi.GatewayTimeout() }

// Status answers with a status and a JSON body.
func Status(status int, body string) Answer { return redoxapi.Status(status, body) }

// PlainText answers with a status and text.
func PlainText(status int, text string) Answer { return redoxapi.PlainText(status, text) }

// HTML answers with a status and a page, as proxies do.
func HTML(status int) Answer { return redoxapi.HTML(status) }

// GatewayError answers with a status and errorDetail instead of Meta.
func GatewayError(status int, detail string) Answer { return redoxapi.GatewayError(status, detail) }

// Slow waits before it answers; the answer is Accepted if none is given. The
// wait ends early when the client goes away or the server closes.
func Slow(d time.Duration, then ...Answer) Answer { return redoxapi.Slow(d, then...) }

// Dropped closes the connection after the request was read: the client cannot
// know whether it was accepted. The request is recorded.
func Dropped() Answer { return redoxapi.Dropped() }

// CutOff accepts the request and closes the connection in the middle of the answer.
func CutOff() Answer { return redoxapi.CutOff() }

// Huge answers with a JSON object of about that many bytes, without a
// Content-Length.
func Huge(bytes int64) Answer { return redoxapi.Huge(bytes) }
