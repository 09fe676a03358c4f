package browser_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
)

// element is an element of the page by its ID, in JavaScript.
func element(id string) string { return fmt.Sprintf("document.getElementById(%q)", id) }

// shown waits until an element is there to be seen.
func shown(id string) action { return until(element(id) + "?.checkVisibility() ?? false") }

// property is a property of an element.
func property(t *testing.T, ctx context.Context, id, name string) string {
	t.Helper()
	return get(t, ctx, chromedp.Evaluate[string](element(id)+"."+name))
}

// A message is edited as a form, with the keyboard alone, and as JSON, in turn; what the
// form does not show stays.
func TestForm(t *testing.T) {
	t.Parallel()
	at, ctx := start(t), open(t)
	k := keyboard{t, ctx}
	run(t, ctx, chromedp.Navigate(at+"/compose"), chromedp.SetValue(css("#text"),
		`{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","Destinations":[{"ID":"clinic"}],"Message":{"ID":1.50}},"Own":{"Kept":1e2},"Patient":{"Identifiers":[{"ID":"1","IDType":"MR"}]}}`))
	k.tabTo("view")
	run(t, ctx, chromedp.KeyEvent(kb.Enter), shown("f:Patient.Identifiers[0].ID"))
	assert.Equal(t, "view", k.focused())
	assert.Equal(t, "1", property(t, ctx, "f:Patient.Identifiers[0].ID", "value"))
	run(t, ctx, sees("Also in the message, and kept: Own"))

	// Another identifier: what it lacks is said at its fields.
	k.tabTo("add:Patient.Identifiers")
	run(t, ctx, chromedp.KeyEvent(kb.Enter), shown("f:Patient.Identifiers[1].ID"))
	assert.Equal(t, "f:Patient.Identifiers[1].ID", k.focused())
	assert.Equal(t, "required", property(t, ctx, "p:Patient.Identifiers[1].ID", "innerText"))
	run(t, ctx, chromedp.KeyEvent("2"), until(element("p:Patient.Identifiers[1].ID")+`.innerText === ""`))
	assert.Equal(t, "required", property(t, ctx, "p:Patient.Identifiers[1].IDType", "innerText"))
	k.tabTo("f:Patient.Identifiers[1].IDType")
	run(t, ctx, chromedp.KeyEvent("EHR"), until(element("p:Patient.Identifiers[1].IDType")+`.innerText === ""`))

	// Enter validates the form, and stays at the field.
	run(t, ctx, chromedp.Evaluate[chromedp.Void](element("compose")+`.dataset.before = "yes"`), chromedp.KeyEvent(kb.Enter),
		until(element("compose")+`.dataset.before === undefined`))
	assert.Equal(t, "f:Patient.Identifiers[1].IDType", k.focused())

	// A value that is not documented, in a section that is opened for it.
	k.tabTo("Demographics")
	run(t, ctx, chromedp.KeyEvent(" "))
	k.tabTo("f:Patient.Demographics.Sex")
	run(t, ctx, chromedp.KeyEvent("unheard"), until(element("f:Patient.Demographics.Sex")+`.ariaInvalid === "true"`))
	run(t, ctx, sees("value-set, want one of 5 documented values"))
	shoot(t, ctx, "form")
	assert.Empty(t, violations(t, ctx, ""))

	// In the other view is all of it.
	k.backTo("view")
	run(t, ctx, chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(css("#text")))
	text := get(t, ctx, chromedp.Value(css("#text")))
	assert.JSONEq(t, `{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","Destinations":[{"ID":"clinic"}],"Message":{"ID":1.50}},"Own":{"Kept":1e2},"Patient":{
		"Identifiers":[{"ID":"1","IDType":"MR"},{"ID":"2","IDType":"EHR"}],"Demographics":{"Sex":"unheard"}}}`, text)
	assert.Contains(t, text, "1.50")
	assert.Contains(t, text, "1e2")

	// And back: an element is removed, and the message is sent.
	run(t, ctx, chromedp.KeyEvent(kb.Enter), shown("f:Patient.Identifiers[0].ID"))
	k.tabTo("remove:Patient.Identifiers[0]")
	run(t, ctx, chromedp.KeyEvent(kb.Enter), until(element("f:Patient.Identifiers[1].ID")+" === null"))
	assert.Equal(t, "2", property(t, ctx, "f:Patient.Identifiers[0].ID", "value"))
	k.tabTo("Send to the API, as a client")
	run(t, ctx, chromedp.KeyEvent(kb.Enter), sees("answered 200"))
}
