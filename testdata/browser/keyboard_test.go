package browser_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// keyboard is somebody without a mouse.
type keyboard struct {
	t   *testing.T
	ctx context.Context
}

// focused names what has the focus, by its ID or its text.
func (k keyboard) focused() string {
	k.t.Helper()
	return get(k.t, k.ctx, chromedp.Evaluate[string]("document.activeElement?.id || document.activeElement?.innerText.trim() || ''"))
}

func (k keyboard) tabTo(want string) { k.t.Helper(); k.move(want, chromedp.KeyEvent(kb.Tab)) }
func (k keyboard) backTo(want string) {
	k.t.Helper()
	k.move(want, chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(kb.ModifierShift)))
}

// move presses a key until something has the focus, which must be seen.
func (k keyboard) move(want string, key action) {
	k.t.Helper()
	for range 120 {
		run(k.t, k.ctx, key)
		if k.focused() == want {
			assert.NotEqual(k.t, "none", get(k.t, k.ctx, chromedp.Evaluate[string]("getComputedStyle(document.activeElement).outlineStyle")), "the focus on %s is not seen", want)
			return
		}
	}
	require.Fail(k.t, "the keyboard does not lead to "+want)
}

// press presses Enter on something, and waits for a text on the page that it leads to.
func (k keyboard) press(what, then string) {
	k.t.Helper()
	k.tabTo(what)
	run(k.t, k.ctx, chromedp.Evaluate[chromedp.Void]("window.left = true"), chromedp.KeyEvent(kb.Enter),
		until(`window.left === undefined`), sees(then), loaded)
}

// The keyboard is enough for every page.
func TestKeyboard(t *testing.T) {
	t.Parallel()
	var status atomic.Int64
	status.Store(500)
	at, ctx := start(t, "--to", endpoint(t, &status), "--token", "secret", "--speed", "0.01"), open(t)
	k := keyboard{t, ctx}
	run(t, ctx, chromedp.Navigate(at))
	k.tabTo("Skip to content")

	k.press("Destinations", "Another destination")
	k.tabTo("id0")
	run(t, ctx, chromedp.KeyEvent("clinic"))
	k.tabTo("behavior0")
	run(t, ctx, chromedp.KeyEvent("rej")) // as a list of choices takes it
	k.press("Add", "Destination clinic")

	k.press("Compose", "Message as JSON")
	k.press("Start from a sample", ": valid, without warnings")
	k.tabTo("text")
	run(t, ctx, chromedp.KeyEvent("a", chromedp.KeyModifiers(kb.ModifierCtrl)), chromedp.KeyEvent(arrival("1")), sees("PatientAdmin.Arrival: valid"))
	k.press("Send to the API, as a client", "The destination rejected the order")

	// The message is sent again, and its subscription stops.
	k.tabTo("event")
	k.tabTo("Filter")
	run(t, ctx, chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter), sees("Lines that send it"))
	k.press("Deliver again to the endpoint", "Attempts: 1")
	k.press("Feed", "stopped since")
	k.press("pause0", "paused")
	status.Store(200)
	k.press("resume0", "0 queued")

	k.press("Settings", "Public keys of clients")
	k.tabTo("key")
	k.tabTo("Register")
	k.press("Reference", "Redox data models")
	k.tabTo("search")
	run(t, ctx, chromedp.KeyEvent("device.new"), chromedp.WaitVisible(css("#results a")),
		chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.Enter), sees("On the wire"))
	k.press("Traffic", "accepted, attempt 2")
}
