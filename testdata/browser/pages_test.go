package browser_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
)

// look is how somebody looks at pages.
type look struct {
	name  string
	width int64
	dark  bool
}

var looks = []look{{"desktop", 1200, false}, {"desktop-dark", 1200, true}, {"phone", 390, false}, {"phone-dark", 390, true}}

func (l look) apply() action {
	scheme := "light"
	if l.dark {
		scheme = "dark"
	}
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	return chromedp.Steps(wide(l.width), chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, media)
		return err
	}))
}

// page is a page and its heading.
type page struct{ path, heading string }

func (p page) name() string {
	name := strings.Trim(strings.NewReplacer("/", "-", "?", "-", "&", "-", ".html", "").Replace(p.path), "-")
	if name == "" {
		return "traffic"
	}
	return name
}

var pages = []page{
	{"/", "Traffic"}, {"/messages/2", "Order.New"}, {"/messages/3", "PatientAdmin.Arrival"}, {"/messages/4", "PatientAdmin.Arrival"},
	{"/feed", "Feed"}, {"/compose?event=Order.New", "Compose"}, {"/compose?event=Device.New&view=form", "Compose"}, {"/destinations", "Destinations"}, {"/settings", "Settings"},
	{"/reference/index.html", "Redox data models"}, {"/reference/events/Device.New.html", "Device.New"},
	{"/reference/types/common.Identifier.html", "common.Identifier"},
}

// everything starts a server on whose pages there is something of everything: accepted,
// rejected and invalid messages, and a subscription that stands still.
func everything(t *testing.T) string {
	t.Helper()
	var status atomic.Int64
	status.Store(500)
	at := start(t, "--to", endpoint(t, &status), "--token", "secret", "--speed", "0.01")
	post(t, at+"/destinations", url.Values{"id": {"clinic"}})
	post(t, at+"/destinations", url.Values{"id": {laboratory}, "name": {"Laboratory"}, "behavior": {"rejected"}})
	for _, m := range []struct{ text, to string }{
		{arrival("1"), "api"}, {sample(t, "Order.New"), "api"}, {wrongArrival, "api"}, {arrival("1"), "endpoint"}, {arrival("2"), "endpoint"},
	} {
		post(t, at+"/compose/send", url.Values{"message": {m.text}, "to": {m.to}})
	}
	return at
}

// wrongArrival has something of all that there is to say about a message.
const wrongArrival = `{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","Destinations":[{"ID":"clinic"}]},
"Patient":{"Identifiers":[{"ID":7}],"Demographics":{"Sex":"unheard","Shoe":"12"},"Extensions":{"agreed":{"url":"u","string":"x"}}}}`

// Each page is there and accessible, on a screen and on a phone, in both colour schemes;
// none scrolls sideways, and nothing moves while it appears.
func TestPages(t *testing.T) {
	t.Parallel()
	at := everything(t)
	for _, l := range looks {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			ctx := open(t)
			run(t, ctx, l.apply())
			for _, p := range pages {
				run(t, ctx, chromedp.Navigate(at+p.path))
				looksWell(t, ctx, l, p)
			}
		})
	}
}

// looksWell checks what holds for every page, and keeps a screenshot.
func looksWell(t *testing.T, ctx context.Context, l look, p page) {
	t.Helper()
	what := l.name + ": " + p.path
	assert.Equal(t, p.heading, get(t, ctx, chromedp.Text(css("h1"))), what)
	assert.LessOrEqual(t, get(t, ctx, chromedp.Evaluate[int64]("document.documentElement.scrollWidth")), l.width, "%s is wider than the screen", what)
	assert.Less(t, shift(t, ctx), maxShift, "%s moves", what)
	shoot(t, ctx, fmt.Sprintf("page-%s-%s", p.name(), l.name))
	rules := ""
	if l.dark {
		rules = `runOnly: ["color-contrast", "link-in-text-block"]` // the others do not depend on colours
	}
	for _, v := range violations(t, ctx, rules) {
		assert.Fail(t, what, "%s", v)
	}
}

// maxShift is the layout shift, in the browser's own measure, that nobody notices.
const maxShift = 0.01

// shift is how much of the page moved so far without anybody's doing.
func shift(t *testing.T, ctx context.Context) float64 {
	t.Helper()
	return get(t, ctx, chromedp.Evaluate[float64](`new Promise((done) => {
		const entries = [];
		const add = (list) => entries.push(...list.getEntries());
		const o = new PerformanceObserver(add);
		o.observe({ type: "layout-shift", buffered: true });
		setTimeout(() => done(entries.filter((e) => !e.hadRecentInput).reduce((sum, e) => sum + e.value, 0)), 50);
	})`, chromedp.EvalAwaitPromise))
}
