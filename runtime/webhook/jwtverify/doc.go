// Package jwtverify verifies the JWT that a request has as its bearer token, new
// with every request, where Redox was given credentials for your endpoint (OAuth 2.0,
// SMART backend services, a JWT of its own):
//
//	bearer, err := jwtverify.New(jwtverify.Config{
//		Issuer:   "https://login.example.com/",
//		Audience: []string{"https://hooks.example.com"},
//		JWKS:     "https://login.example.com/.well-known/jwks.json",
//	})
//	…
//	h, err := webhook.NewHandler(mux, webhook.Config{
//		Verify: bearer,
//		Tokens: []string{os.Getenv("REDOX_TOKEN")}, // for the challenge
//		…
//	})
//
// The issuer's documentation has the values; so has a token that it issued, whose
// second part is the base64url of JSON with "iss" and "aud". An issuer that issues
// tokens to others than Redox needs Config.Claims too, such as the "sub" of the
// client that Redox uses.
//
// Algorithms are those with a public key alone, so that a public key is never taken
// for a shared secret. Issuer, audience and times are checked before the signature:
// nobody can make the receiver fetch keys with a token that would be refused anyway.
//
// Keys are fetched when they are first needed, kept, and fetched again by age and for
// a key ID that is not known, at most once per Config.BackOff. While they cannot be
// fetched, tokens of known keys are still accepted, and others are answered 503, so
// that their messages come again.
package jwtverify
