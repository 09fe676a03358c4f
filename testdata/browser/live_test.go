package browser_test

import (
	"net/url"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
)

// Messages of both directions appear while one looks, and a stall and its end; what is
// there already does not jump.
func TestLive(t *testing.T) {
	t.Parallel()
	var status atomic.Int64
	status.Store(500)
	at, ctx := start(t, "--to", endpoint(t, &status), "--token", "secret", "--speed", "0.01"), open(t)
	run(t, ctx, chromedp.Navigate(at), sees("There is nothing yet"))
	post(t, at+"/compose/send", url.Values{"message": {arrival("1")}, "to": {"api"}})
	run(t, ctx, sees("answered 200"))
	post(t, at+"/compose/send", url.Values{"message": {arrival("1")}, "to": {"endpoint"}})
	run(t, ctx, sees("not accepted, tried again, attempt 1"))
	for _, l := range []look{looks[0], looks[2]} {
		run(t, ctx, l.apply(), chromedp.Navigate(at))
		post(t, at+"/compose/send", url.Values{"message": {sample(t, "Order.New")}, "to": {"api"}})
		run(t, ctx, until(`document.querySelector("#traffic tr").innerText.includes("Order.New")`))
		assert.Less(t, shift(t, ctx), maxShift, "the list moves")
		shoot(t, ctx, "live-traffic-"+l.name)
		post(t, at+"/compose/send", url.Values{"message": {arrival("1")}, "to": {"api"}})
		run(t, ctx, until(`document.querySelector("#traffic tr").innerText.includes("Arrival")`))
	}
	run(t, ctx, looks[0].apply())
	run(t, ctx, chromedp.Navigate(at+"/feed"), sees("stopped since"))
	shoot(t, ctx, "live-stalled")
	post(t, at+"/compose/send", url.Values{"message": {arrival("1")}, "to": {"endpoint"}})
	run(t, ctx, sees("2 queued"))
	assert.Less(t, shift(t, ctx), maxShift, "the feed moves")
	status.Store(200)
	run(t, ctx, chromedp.Click(css("#retry0")), sees("0 queued"), chromedp.Navigate(at), sees("accepted, attempt 2"))
}
