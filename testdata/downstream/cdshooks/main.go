// The service answers CDS Hooks: order-select in types from schemas of its own, and
// discovery, for which it has none, as JSON.
package main

import (
	"context"
	"log"
	"os"
	"os/signal"
	"slices"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook"

	"example.com/cdshooks/models/cdshooks"
)

//go:generate go tool redoxgen generate --schemas catalog --schemas schemas --events CDSHooks.* --out models

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	h, err := newHandler(os.Getenv("REDOX_TOKEN"))
	if err != nil {
		log.Fatal(err)
	}
	if err := webhook.Serve(ctx, ":8080", h); err != nil {
		log.Fatal(err)
	}
}

// services is what this service has to offer.
const services = `{"Meta":{"DataModel":"CDSHooks","EventType":"discovery-response"},
	"services":[{"hook":"order-select","id":"interactions","description":"Interactions of drugs"}]}`

func newHandler(token string) (*webhook.Handler, error) {
	mux := webhook.NewMux()
	webhook.Answer(mux, func(_ context.Context, _ webhook.Delivery, q *cdshooks.OrderSelect) (*cdshooks.OrderSelectResponse, error) {
		return advise(q), nil
	})
	webhook.AnswerAny(mux, "CDSHooks", "discovery", func(context.Context, webhook.Delivery, *redox.Unknown) (redox.Raw, error) {
		return services, nil
	})
	return webhook.NewHandler(mux, webhook.Config{Tokens: []string{token}, DeadLetter: deadletter.Dir("dead")})
}

// advise warns of two drugs that do not go together. An answer without cards is one
// that has nothing to say.
func advise(q *cdshooks.OrderSelect) *cdshooks.OrderSelectResponse {
	answer := &cdshooks.OrderSelectResponse{Cards: []cdshooks.Card{}}
	selected := q.Context.Selections
	if slices.Contains(selected, "warfarin") && slices.Contains(selected, "aspirin") {
		answer.Cards = append(answer.Cards, cdshooks.Card{
			Summary: "Warfarin with aspirin: risk of bleeding", Indicator: cdshooks.CardIndicatorWarning,
			Source: cdshooks.Source{Label: "Interactions of drugs"},
		})
	}
	return answer
}
