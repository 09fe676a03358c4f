package browser_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
)

var empty = chromedp.Evaluate[chromedp.Void]("document.getElementById('text').value = ''")

// A message is validated while it is typed.
func TestTyping(t *testing.T) {
	t.Parallel()
	at, ctx := start(t), open(t)
	run(t, ctx, chromedp.Navigate(at+"/compose?event=Order.New"), sees("Order.New: valid"),
		empty, chromedp.SendKeys(css("#text"), "{\"Meta\""), sees("not a JSON object"),
		empty, chromedp.SendKeys(css("#text"), strings.Replace(arrival("1"), `"MR"`, "7", 1)),
		sees("Patient.Identifiers[0].IDType: type"))
	shoot(t, ctx, "compose-typing")
	run(t, ctx, empty, chromedp.SendKeys(css("#text"), arrival("1")), sees("PatientAdmin.Arrival: valid"))
}

// The destination of an order rejects it, and the list of messages says why.
func TestRejectedOrder(t *testing.T) {
	t.Parallel()
	at, ctx := start(t), open(t)
	run(t, ctx, chromedp.Navigate(at+"/destinations"), chromedp.SetValue(css("#id0"), laboratory),
		chromedp.SetValue(css("#behavior0"), "rejected"), chromedp.Submit(css("form.destination")), chromedp.WaitVisible(css("#id1")),
		chromedp.Navigate(at+"/compose"), chromedp.SetValue(css("#text"), sample(t, "Order.New")),
		chromedp.Click(css(`button[value="api"]`)), sees("The destination rejected the order"))
	row := get(t, ctx, chromedp.Text(css("#traffic tr")))
	for _, want := range []string{"to Redox", "Order.New", "answered 400"} {
		assert.Contains(t, row, want)
	}
	shoot(t, ctx, "traffic-rejected")
	run(t, ctx, chromedp.Click(css("#traffic a")), sees("answered 400: The destination rejected the order"), sees("Lines that send it"))
	shoot(t, ctx, "message-rejected")
}
