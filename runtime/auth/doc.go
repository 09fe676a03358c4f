// Package auth gets access tokens from Redox and keeps them fresh.
//
// There are two kinds of credentials: an OAuth 2.0 client that proves itself
// with a signed JWT (OAuth), and the legacy API key and secret (Legacy).
// Static and From wrap tokens that come from elsewhere. Each of them is a
// Method; New opens it as a Source, which any number of callers may share:
//
//	src, err := auth.New(auth.OAuth{ClientID: id, KeyID: kid, PrivateKey: pem})
//	token, err := src.Access(ctx)
//	req.Header.Set("Authorization", token.Header())
//
// Package client does this by itself when given a Method.
//
// A Source asks for a new token shortly before the old one ends, once for all
// its callers, and starts no goroutine that outlives them, except for the few
// calls of a TokenSource that hang (see From). It is also a
// golang.org/x/oauth2 TokenSource.
//
// No secret, key, assertion or token appears in the errors and logs of this
// package, nor in what package fmt, log/slog or encoding/json make of its types.
package auth
