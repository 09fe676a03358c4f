package jwtverify_test

import (
	"log"
	"os"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/webhook"
	"github.com/redoxgen/redoxgen/runtime/webhook/jwtverify"
	"github.com/redoxgen/redoxgen/runtime/webhook/verify"
)

// A receiver of deliveries with tokens of an issuer, and of replays with a token that
// does not change.
func Example() {
	if _, err := newHandler(webhook.NewMux()); err != nil {
		log.Fatal(err)
	}
}

func newHandler(mux *webhook.Mux) (*webhook.Handler, error) {
	bearer, err := jwtverify.New(jwtverify.Config{
		Issuer:   "https://login.example.com/",
		Audience: []string{"https://hooks.example.com"},
		Claims:   map[string]string{"sub": "the client that Redox uses"},
		JWKS:     "https://login.example.com/.well-known/jwks.json",
	})
	if err != nil {
		return nil, err
	}
	replays, err := verify.Tokens(os.Getenv("REPLAY_TOKEN")) // redoxgen replay --token
	if err != nil {
		return nil, err
	}
	deliveries, err := verify.Any(replays, bearer)
	if err != nil {
		return nil, err
	}
	return webhook.NewHandler(mux, webhook.Config{
		Verify: deliveries, Tokens: []string{os.Getenv("REDOX_TOKEN")}, // of challenges
		DeadLetter: deadletter.Dir("dead"),
	})
}
