package browser_test

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The reference as files needs no server: one goes from page to page, searches, and
// nothing comes from a network.
func TestStaticPages(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "reference")
	require.NoError(t, exec.CommandContext(t.Context(), command, "docs", "--out", dir).Run())
	at, ctx := "file://"+filepath.ToSlash(dir), open(t)
	run(t, ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, network.Enable, network.EnableParams{})
		return err
	}))
	var mu sync.Mutex
	var requested []string
	requests := chromedp.Events(ctx, network.RequestWillBeSent)
	go func() {
		for e, err := range requests {
			if err == nil {
				mu.Lock()
				requested = append(requested, e.Request.URL)
				mu.Unlock()
			}
		}
	}()

	for _, l := range []look{looks[0], looks[3]} {
		run(t, ctx, l.apply())
		for _, p := range []page{{"/index.html", "Redox data models"}, {"/events/Device.New.html", "Device.New"}, {"/types/common.Identifier.html", "common.Identifier"}} {
			run(t, ctx, chromedp.Navigate(at+p.path))
			looksWell(t, ctx, l, page{"/static" + p.path, p.heading})
		}
	}
	run(t, ctx, looks[0].apply(), chromedp.Navigate(at+"/index.html"), chromedp.Click(css(`a[href="events/Device.New.html"]`)), sees("On the wire"),
		chromedp.Click(css(`a[href="../types/common.Meta.html"]`)), sees("Events"),
		chromedp.Click(css("a.home")), sees("Shared types"), loaded,
		chromedp.KeyEvent("/"), chromedp.KeyEvent(kb.Backspace), chromedp.KeyEvent("unique only within"), sees("common.Identifier.ID"))
	shoot(t, ctx, "static-search")
	run(t, ctx, chromedp.KeyEvent(kb.Enter), sees("required in"))
	assert.Contains(t, get(t, ctx, chromedp.Location()), "/types/")

	mu.Lock()
	defer mu.Unlock()
	assert.NotEmpty(t, requested)
	for _, r := range requested {
		assert.True(t, strings.HasPrefix(r, at), r)
	}
}
