package browser_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The keyboard is enough to go through the menu, start from a sample and send it.
func TestKeyboard(t *testing.T) {
	at, ctx := start(t), open(t)
	focused := func() string {
		return get(t, ctx, chromedp.Evaluate[string]("document.activeElement.id || document.activeElement.innerText"))
	}
	tabTo := func(want string) {
		for range 40 {
			run(t, ctx, chromedp.KeyEvent(kb.Tab))
			if focused() == want {
				return
			}
		}
		require.Fail(t, "the keyboard does not lead to "+want)
	}
	run(t, ctx, chromedp.Navigate(at))
	tabTo("Skip to content")
	tabTo("Compose")
	run(t, ctx, chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(css("#text")))
	tabTo("Start from a sample")
	tabTo("text")
	tabTo("Send to the API, as a client")
	run(t, ctx, chromedp.KeyEvent(kb.Enter), sees("answered "))
	run(t, ctx, chromedp.KeyEvent(kb.Tab))
	assert.NotEqual(t, "none", get(t, ctx, chromedp.Evaluate[string]("getComputedStyle(document.activeElement).outlineStyle")), "what is focused is seen")
}
