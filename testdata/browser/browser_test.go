package browser_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type css = chromedp.CSS

type action = chromedp.Action[chromedp.Void]

// open returns a browser, and fails the test if a page breaks its policy or a script fails.
func open(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox)...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	run(t, ctx, wide(1200), chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, log.Enable, cdp.Empty{})
		return err
	}))
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute)
	var wrong []string
	var reading sync.WaitGroup
	entries, exceptions := chromedp.Events(ctx, log.EntryAdded), chromedp.Events(ctx, runtime.ExceptionThrown)
	var mu sync.Mutex
	note := func(text string) {
		mu.Lock()
		defer mu.Unlock()
		wrong = append(wrong, text)
	}
	reading.Go(func() {
		for e, err := range entries {
			if err == nil && e.Entry.Level == "error" && !strings.HasSuffix(e.Entry.URL, "/favicon.ico") {
				note(e.Entry.Text + " " + e.Entry.URL)
			}
		}
	})
	reading.Go(func() {
		for e, err := range exceptions {
			if err == nil {
				note(e.ExceptionDetails.Text)
			}
		}
	})
	t.Cleanup(func() {
		cancel()
		reading.Wait()
		assert.Empty(t, wrong, "errors in the browser")
	})
	return ctx
}

func wide(width int64) action { return chromedp.EmulateViewport(width, 900) }

func run(t *testing.T, ctx context.Context, actions ...action) {
	t.Helper()
	require.NoError(t, chromedp.Do(ctx, actions...))
}

func get[T any](t *testing.T, ctx context.Context, a chromedp.Action[T]) T {
	t.Helper()
	got, err := chromedp.Run(ctx, a)
	require.NoError(t, err)
	return got
}

// shoot keeps a screenshot where REDOXGEN_SCREENSHOTS says.
func shoot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	dir := os.Getenv("REDOXGEN_SCREENSHOTS")
	if dir == "" {
		return
	}
	picture := get(t, ctx, chromedp.CaptureScreenshot())
	require.NoError(t, os.MkdirAll(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o644))
}

// sees waits until a text is on the page, or on the one that it leads to.
func sees(text string) action {
	return until(fmt.Sprintf("document.body.innerText.includes(%q)", text))
}

// loaded waits until the scripts of the page have run.
var loaded = until(`document.readyState === "complete"`)

// until waits until an expression is true, on this page or the one that it leads to.
func until(expression string) action {
	holds := chromedp.Evaluate[bool](expression)
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
			if held, err := holds(ctx, target); err == nil && held { // an error: the page is going
				return nil
			}
		}
		return fmt.Errorf("it does not come to %s", expression)
	})
}
