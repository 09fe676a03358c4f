package browser_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// command is the path of the command, built for these tests.
var command string

func TestMain(m *testing.M) { os.Exit(tests(m)) }

func tests(m *testing.M) int {
	dir, err := os.MkdirTemp("", "redoxgen-browser")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	command = filepath.Join(dir, "redoxgen")
	c := exec.Command("go", "build", "-o", command, "./cmd/redoxgen")
	c.Dir, c.Stderr = "../..", os.Stderr
	if err := c.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "the command does not build:", err)
		return 1
	}
	return m.Run()
}

// start runs redoxgen dev and returns its URL.
func start(t *testing.T, args ...string) string {
	t.Helper()
	c := exec.Command(command, append([]string{"dev", "--addr", "127.0.0.1:0"}, args...)...)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	t.Cleanup(func() {
		assert.NoError(t, c.Process.Signal(os.Interrupt))
		assert.NoError(t, c.Wait(), "it ends gracefully when it is interrupted")
	})
	lines := bufio.NewScanner(out)
	require.True(t, lines.Scan())
	at := regexp.MustCompile(`http://[0-9.:]+\d`).FindString(lines.Text())
	require.NotEmpty(t, at)
	go func() {
		for lines.Scan() { // so that it never waits for its reader
		}
	}()
	return at
}

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
	ctx, cancel = context.WithTimeout(ctx, time.Minute)
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
	there := chromedp.Evaluate[bool](fmt.Sprintf("document.body.innerText.includes(%q)", text))
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
			if found, err := there(ctx, target); err == nil && found { // an error: the page is going
				return nil
			}
		}
		return fmt.Errorf("%q is not on the page", text)
	})
}

func arrival(id string) string {
	return fmt.Sprintf(`{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","Destinations":[{"ID":"clinic"}]},"Patient":{"Identifiers":[{"ID":%q,"IDType":"MR"}]}}`, id)
}

func post(t *testing.T, to string, form url.Values) {
	t.Helper()
	response, err := http.PostForm(to, form)
	require.NoError(t, err)
	_ = response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
}

// endpoint answers challenges, and messages with what status says.
func endpoint(t *testing.T, status *atomic.Int64) string {
	t.Helper()
	challenge := regexp.MustCompile(`"challenge":"([^"]+)","verification-token":"secret"`)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := bufio.NewReader(r.Body).ReadString(0)
		if m := challenge.FindStringSubmatch(body); m != nil {
			_, _ = w.Write([]byte(m[1]))
		} else if r.Method == http.MethodGet && r.FormValue("verification-token") == "secret" {
			_, _ = w.Write([]byte(r.FormValue("challenge")))
		} else if r.Header.Get("verification-token") != "secret" {
			w.WriteHeader(http.StatusUnauthorized)
		} else {
			w.WriteHeader(int(status.Load()))
		}
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// Each page is there, at the width of a phone as well, and none scrolls sideways there.
func TestPages(t *testing.T) {
	at, ctx := start(t), open(t)
	post(t, at+"/compose/send", url.Values{"message": {arrival("1")}, "to": {"api"}})
	for path, heading := range map[string]string{
		"/": "Traffic", "/messages/1": "PatientAdmin.Arrival", "/feed": "Feed", "/compose": "Compose", "/destinations": "Destinations",
		"/reference/index.html": "Redox data models", "/reference/events/PatientAdmin.Arrival.html": "PatientAdmin.Arrival",
	} {
		name := strings.Trim(strings.NewReplacer("/", "-", ".html", "").Replace(path), "-")
		for _, width := range []int64{1200, 390} {
			run(t, ctx, wide(width), chromedp.Navigate(at+path))
			assert.Equal(t, heading, get(t, ctx, chromedp.Text(css("h1"))), path)
			assert.LessOrEqual(t, get(t, ctx, chromedp.Evaluate[int64]("document.documentElement.scrollWidth")), width, "%s is wider than the screen", path)
			shoot(t, ctx, fmt.Sprintf("page-%s-%d", name, width))
		}
	}
	dark := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}}
	run(t, ctx, wide(1200), chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, dark)
		return err
	}), chromedp.Navigate(at+"/messages/1"))
	shoot(t, ctx, "page-dark")
}

// Messages of both directions appear while one looks, and a stall and its end.
func TestLive(t *testing.T) {
	var status atomic.Int64
	status.Store(500)
	at, ctx := start(t, "--to", endpoint(t, &status), "--token", "secret", "--speed", "0.01"), open(t)
	run(t, ctx, chromedp.Navigate(at), sees("There is nothing yet"))
	post(t, at+"/compose/send", url.Values{"message": {arrival("1")}, "to": {"api"}})
	run(t, ctx, sees("answered 200"))
	post(t, at+"/compose/send", url.Values{"message": {arrival("1")}, "to": {"endpoint"}})
	run(t, ctx, sees("not accepted, tried again, attempt 1"))
	shoot(t, ctx, "live-traffic")
	run(t, ctx, chromedp.Navigate(at+"/feed"), sees("stopped since"))
	shoot(t, ctx, "live-stalled")
	status.Store(200)
	run(t, ctx, chromedp.Click(css("#retry0")), sees("0 queued"), chromedp.Navigate(at), sees("accepted, attempt 2"))
}

var empty = chromedp.Evaluate[chromedp.Void]("document.getElementById('text').value = ''")

// A message is validated while it is typed, and sent to a destination that rejects it.
func TestCompose(t *testing.T) {
	at, ctx := start(t), open(t)
	run(t, ctx, chromedp.Navigate(at+"/destinations"), chromedp.SetValue(css("#id0"), "clinic"),
		chromedp.SetValue(css("#behavior0"), "rejected"), chromedp.Submit(css("form.destination")), chromedp.WaitVisible(css("#id1")))
	shoot(t, ctx, "destinations")
	run(t, ctx, chromedp.Navigate(at+"/compose?event=Order.New"), sees("Order.New: valid"),
		empty, chromedp.SendKeys(css("#text"), "{\"Meta\""), sees("not a JSON object"),
		empty, chromedp.SendKeys(css("#text"), strings.Replace(arrival("1"), `"MR"`, "7", 1)),
		sees("Patient.Identifiers[0].IDType: type"))
	shoot(t, ctx, "compose-typing")
	run(t, ctx, empty, chromedp.SendKeys(css("#text"), arrival("1")), sees("PatientAdmin.Arrival: valid"),
		chromedp.Click(css(`button[value="api"]`)), sees("answered 400"), chromedp.Click(css("#traffic a")), sees("rejected the order"))
	shoot(t, ctx, "message-rejected")
}

// Names and descriptions are found while one types.
func TestSearch(t *testing.T) {
	at, ctx := start(t), open(t)
	run(t, ctx, chromedp.Navigate(at+"/reference/index.html"), chromedp.KeyEvent("/"))
	assert.Equal(t, "search", get(t, ctx, chromedp.Evaluate[string]("document.activeElement.id")))
	// The browser's driver types the key, although the page takes it.
	run(t, ctx, chromedp.KeyEvent(kb.Backspace), chromedp.KeyEvent("arrival"),
		sees("PatientAdmin.Arrival "))
	shoot(t, ctx, "search")
	run(t, ctx, chromedp.KeyEvent(kb.Enter), sees("On the wire"))
	assert.Contains(t, get(t, ctx, chromedp.Title()), "Arrival")
}

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
