package browser_test

import (
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// With 10,000 messages in the list, whatever one does takes less than 100 ms.
func TestManyMessages(t *testing.T) {
	var status atomic.Int64
	status.Store(200)
	at, ctx := start(t, "--to", endpoint(t, &status), "--token", "secret", "--speed", "0.01"), open(t)
	for i := range 10 { // half of them are delivered, as only so many may wait
		if i == 5 {
			require.Eventually(t, func() bool { return strings.Contains(fetch(t, at+"/feed"), ">0 queued") }, time.Minute, 50*time.Millisecond)
			status.Store(500)
		}
		post(t, at+"/compose/send", url.Values{"message": {arrival("1")}, "to": {"endpoint"}, "times": {"1000"}})
	}
	list := chromedp.Navigate(at)
	run(t, ctx, list, sees("Older messages"))

	slow := slowness(t, ctx, at)
	took := func(what string, measure func() float64) {
		t.Helper()
		slow.within(t, what, 100, func() float64 {
			run(t, ctx, list)
			return measure()
		})
	}
	took("the list", func() float64 { return firstPaint(t, ctx) })
	took("opening a message", func() float64 {
		run(t, ctx, chromedp.Click(css("#traffic a")), sees("Edit a copy"))
		return firstPaint(t, ctx)
	})
	took("a filter", func() float64 {
		run(t, ctx, chromedp.SetValue(css("#event"), "PatientAdmin.Arrival"), chromedp.Submit(css("form.bar")),
			until(`location.search.includes("Arrival") && document.readyState === "complete"`))
		return firstPaint(t, ctx)
	})
	took("scrolling", func() float64 {
		return get(t, ctx, chromedp.Evaluate[float64](`new Promise((done) => {
			const before = performance.now();
			scrollTo(0, document.documentElement.scrollHeight);
			requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - before)));
		})`, chromedp.EvalAwaitPromise))
	})
	took("a message that arrives", func() float64 {
		return get(t, ctx, chromedp.Evaluate[float64](fmt.Sprintf(`(async () => {
			const seen = new Promise((done) => new MutationObserver(() => requestAnimationFrame(() => done(performance.now())))
				.observe(document.getElementById("traffic"), { childList: true }));
			const before = performance.now();
			await fetch("/compose/send", { method: "POST", redirect: "manual", body: new URLSearchParams({ message: %q, to: "api" }) });
			return await seen - before;
		})()`, arrival("2")), chromedp.EvalAwaitPromise))
	})

	// However many arrive, the page does not grow.
	elements := chromedp.Evaluate[int](`document.querySelectorAll("*").length`)
	before := get(t, ctx, elements)
	for range 3 {
		post(t, at+"/compose/send", url.Values{"message": {arrival("3")}, "to": {"api"}})
	}
	run(t, ctx, until(`[...document.querySelectorAll("#traffic tr:nth-child(-n+3)")].every((tr) => tr.innerText.includes("answered 200"))`))
	assert.LessOrEqual(t, get(t, ctx, elements), before+10)
	assert.Less(t, before, 4_000)
	assert.Equal(t, 200, strings.Count(get(t, ctx, chromedp.InnerHTML(css("#traffic"))), "<tr "))
}
