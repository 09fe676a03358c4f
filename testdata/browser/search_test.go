package browser_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
)

// Names and descriptions are found while one types.
func TestSearch(t *testing.T) {
	t.Parallel()
	at, ctx := start(t), open(t)
	run(t, ctx, chromedp.Navigate(at+"/reference/index.html"), loaded, chromedp.KeyEvent("/"))
	assert.Equal(t, "search", get(t, ctx, chromedp.Evaluate[string]("document.activeElement.id")))
	// The browser's driver types the key, although the page takes it.
	run(t, ctx, chromedp.KeyEvent(kb.Backspace), chromedp.KeyEvent("arrival"),
		sees("PatientAdmin.Arrival "))
	shoot(t, ctx, "search")
	run(t, ctx, chromedp.KeyEvent(kb.Enter), sees("On the wire"))
	assert.Contains(t, get(t, ctx, chromedp.Title()), "Arrival")
	run(t, ctx, chromedp.Click(css(`nav a[href="/feed"]`)), sees("Retries how many times"))
}
