// Package auth gets access tokens from Redox and keeps them fresh.
//
// There are two kinds of credentials: an OAuth 2.0 client that proves itself
// with a signed JWT (OAuth), and the legacy API key and secret (Legacy).
// Static and From wrap tokens that come from elsewhere. Each of them is
// Credentials; New makes a Source of them, which any number of callers may share:
//
//	src, err := auth.New(auth.OAuth{ClientID: id, KeyID: kid, PrivateKey: pem})
//	token, err := src.Access(ctx)
//	req.Header.Set("Authorization", token.Header())
//
// Package client does this by itself when given Credentials.
//
// A Source asks for a new token shortly before the old one ends, in the
// background and once for all its callers, which neither wait nor fail as long
// as they have a good one. A request for a token ends by Options.Timeout, also
// when its callers are gone, except for the few calls of a TokenSource that hang
// (see From). A Source is also a golang.org/x/oauth2 TokenSource.
//
// Identifiers, secrets and tokens often come from files and environment
// variables. They are used as they are: New refuses those with white space, line
// ends or byte-order marks around them, and names the field. Private keys may
// have white space around them.
//
// No secret, key, assertion or token appears in the errors and logs of this
// package, nor in what package fmt, log/slog or encoding/json make of its types.
// One gap is left: of a struct with unexported fields, fmt prints what they hold
// without asking it, so do not print one that holds OAuth, Legacy or Static there.
package auth
