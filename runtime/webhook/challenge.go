package webhook

import (
	"bytes"
	"encoding/json"
	"time"
)

// A challenge is a token and a word: nobody needs to be waited for long, or
// listened to for long, before they show a token.
const (
	maxChallenge     = 4096
	challengeTimeout = 5 * time.Second
)

// challengeByGet answers the verification of the endpoint by
// GET ?challenge=…&verification-token=….
func (x *exchange) challengeByGet() {
	if len(x.r.URL.RawQuery) > maxChallenge {
		x.unverified()
		return
	}
	query := x.r.URL.Query()
	tokens, challenges := query["verification-token"], query["challenge"]
	if len(tokens) != 1 || len(challenges) != 1 {
		x.unverified()
		return
	}
	if x.checkChallenge(tokens[0], []byte{}) {
		x.echo(challenges[0])
	}
}

// challengeByPost answers the verification of the endpoint by POST, with the
// token in the body. Redox sends no credentials in the head then.
func (x *exchange) challengeByPost() {
	if x.r.ContentLength == 0 || x.r.ContentLength > maxChallenge || !isPlain(x.r.Header["Content-Encoding"]) {
		x.unverified()
		return
	}
	body, ok := x.read(maxChallenge, min(challengeTimeout, x.h.config.BodyTimeout))
	if !ok {
		return
	}
	c, ok := parseChallenge(body)
	if !ok {
		x.unverified()
		return
	}
	if x.checkChallenge(*c.Token, body) {
		x.echo(*c.Challenge)
	}
}

// verifiedChallenge answers a challenge whose sender is verified like that of a delivery.
func (x *exchange) verifiedChallenge(body []byte) bool {
	if !mayBeChallenge(body) {
		return false
	}
	c, ok := parseChallenge(body)
	if !ok {
		return false
	}
	if x.checkChallenge(*c.Token, body) {
		x.echo(*c.Challenge)
	}
	return true
}

// challenge is the body of a verification of the endpoint.
type challenge struct {
	Token     *string `json:"verification-token"`
	Challenge *string `json:"challenge"`
}

// mayBeChallenge reports whether a body is worth parsing as a challenge. Nearly all
// bodies are messages, which would be parsed in vain, and nearly all of these begin
// with what no challenge has.
func mayBeChallenge(body []byte) bool {
	return len(body) <= maxChallenge && !bytes.HasPrefix(body, []byte(`{"Meta"`)) && bytes.Contains(body, []byte(`"challenge"`))
}

// parseChallenge reports whether body is a challenge: both members, and no Meta.
func parseChallenge(body []byte) (challenge, bool) {
	var c struct {
		challenge
		Meta json.RawMessage `json:"Meta"`
	}
	err := json.Unmarshal(body, &c)
	return c.challenge, err == nil && c.Token != nil && c.Challenge != nil && c.Meta == nil
}

// echo answers a verified challenge.
func (x *exchange) echo(challenge string) {
	x.verified = true
	if !x.begun {
		limitDrain(x.w, x.r, x.h.config.BodyTimeout)
	}
	x.w.Header().Set("X-Content-Type-Options", "nosniff")
	x.replyWith(Challenged, "text/plain; charset=utf-8", []byte(challenge))
}
