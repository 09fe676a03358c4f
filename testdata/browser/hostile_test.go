package browser_test

import (
	"encoding/json"
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a message says is text wherever it comes on a page: when it loads, live, while it
// is edited.
func TestHostileMessages(t *testing.T) {
	t.Parallel()
	const attack = `"'></textarea></code><script>attacked()</script><img src=x onerror=attacked()>`
	text, err := json.Marshal(map[string]any{
		"Meta":    map[string]any{"DataModel": "PatientAdmin", "EventType": "Arrival", "Destinations": []any{map[string]any{"ID": attack, "Name": attack}}},
		"Patient": map[string]any{"Identifiers": []any{map[string]any{"ID": attack}}, "Demographics": map[string]any{"Sex": attack, attack: attack}},
		attack:    attack,
	})
	require.NoError(t, err)
	at, ctx := start(t), open(t)
	harmless := func() {
		t.Helper()
		assert.Zero(t, get(t, ctx, chromedp.Evaluate[int](`document.querySelectorAll("img, script:not([src])").length`)))
	}
	run(t, ctx, chromedp.Navigate(at))
	post(t, at+"/destinations", url.Values{"id": {attack}, "name": {attack}, "behavior": {"rejected"}})
	post(t, at+"/compose/send", url.Values{"message": {string(text)}, "to": {"api"}})
	run(t, ctx, sees("answered 4"))
	harmless()
	for _, path := range []string{"/messages/1", "/feed", "/destinations", "/compose?from=1"} {
		run(t, ctx, chromedp.Navigate(at+path))
		harmless()
	}
	run(t, ctx, chromedp.SendKeys(css("#text"), " "), sees("value-set"))
	harmless()
	run(t, ctx, chromedp.Click(css("#view")), shown("f:Patient.Demographics.Sex"),
		chromedp.Evaluate[chromedp.Void](element("f:Patient.Demographics.Sex")+".focus()"), chromedp.KeyEvent(attack), sees("value-set"))
	harmless()
}
