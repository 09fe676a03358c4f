package browser_test

import (
	"context"
	"math"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
)

// Something is to be seen at once.
func TestFirstPaint(t *testing.T) {
	at, ctx := everything(t), open(t)
	slow := slowness(t, ctx, at)
	for _, p := range pages {
		slow.within(t, p.path, 200, func() float64 {
			run(t, ctx, chromedp.Navigate(at+p.path))
			return firstPaint(t, ctx)
		})
	}
}

// firstPaint is after how many milliseconds the page showed something.
func firstPaint(t *testing.T, ctx context.Context) float64 {
	t.Helper()
	return get(t, ctx, chromedp.Evaluate[float64](`new Promise((done) => new PerformanceObserver((list) => {
		for (const e of list.getEntriesByName("first-contentful-paint")) done(e.startTime);
	}).observe({ type: "paint", buffered: true }))`, chromedp.EvalAwaitPromise))
}

// factor is how many times as long things may take as where nothing else runs.
type factor float64

// slowness finds out how busy this machine is: a page of nothing but text takes 25 ms
// where nothing else runs. Three times as long is always granted.
func slowness(t *testing.T, ctx context.Context, at string) factor {
	t.Helper()
	text := fastest(func() float64 {
		run(t, ctx, chromedp.Navigate(at+"/assets/dev.css"))
		return firstPaint(t, ctx)
	})
	t.Logf("a page of text: %.0f ms", text)
	return factor(max(3, 3*text/25))
}

// within holds what one does to a bound in milliseconds.
func (f factor) within(t *testing.T, what string, bound float64, measure func() float64) {
	t.Helper()
	took := fastest(measure)
	t.Logf("%s: %.0f ms", what, took)
	assert.Less(t, took, bound*float64(f), "%s: milliseconds", what)
}

// fastest measures several times, as what disturbs only makes things slower.
func fastest(measure func() float64) float64 {
	took := math.Inf(1)
	for range 5 {
		took = min(took, measure())
	}
	return took
}
