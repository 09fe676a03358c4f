package webhook

import (
	"net/http"
	"strings"
)

// tokenHeader is where Redox puts the token of a delivery.
const tokenHeader = "Verification-Token"

// presented is what a request presents as its token.
type presented uint8

const (
	noToken presented = iota
	wrongToken
	rightToken
)

// presented looks at the token of a delivery: the header verification-token, or
// Authorization: Bearer without that. A request that repeats a header is not from
// Redox.
func (h *Handler) presented(header http.Header) presented {
	values := header[tokenHeader]
	if len(values) == 0 {
		values = header["Authorization"]
		if len(values) == 0 {
			return noToken
		}
		scheme, token, _ := strings.Cut(values[0], " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return wrongToken
		}
		values = append([]string{strings.TrimSpace(token)}, values[1:]...)
	}
	if len(values) == 1 && h.tokens.Contains(values[0]) {
		return rightToken
	}
	return wrongToken
}
