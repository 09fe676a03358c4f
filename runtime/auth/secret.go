package auth

import (
	"fmt"
	"io"
	"strings"
)

// secret is a string that package fmt cannot print: it follows no pointer
// below the top level, not even in a struct whose methods it may not call.
type secret struct{ p *string }

func hide(s string) secret { return secret{&s} }

func (s secret) reveal() string {
	if s.p == nil {
		return ""
	}
	return *s.p
}

// printRedacted is the Format method of types that hold secrets: every verb
// prints what is safe.
func printRedacted(s fmt.State, safe string) { _, _ = io.WriteString(s, safe) }

// Limits for text from a server that is repeated in an error.
const (
	maxDetail  = 200 // bytes
	maxWord    = 32  // longer words may be tokens
	maxOverlap = 6   // consecutive bytes that a word may share with a secret
)

// scrub returns text from a server in a form that is safe to repeat: short,
// printable, and without any word that could be, or be a part of, a secret.
func scrub(text string, secrets ...string) string {
	for _, s := range secrets {
		if strings.ContainsAny(s, " \t") { // its words may be too short to be told
			text = strings.ReplaceAll(text, s, "[withheld]")
		}
	}
	words := strings.FieldsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f })
	for i, w := range words {
		if len(w) > maxWord || sharesSecret(w, secrets) {
			words[i] = "[withheld]"
		}
	}
	out := strings.ToValidUTF8(strings.Join(words, " "), "?")
	if len(out) > maxDetail {
		out = strings.ToValidUTF8(out[:maxDetail], "") + " …"
	}
	return out
}

func sharesSecret(word string, secrets []string) bool {
	for _, s := range secrets {
		if s != "" && len(s) <= maxOverlap && strings.Contains(word, s) {
			return true
		}
		for i := 0; i+maxOverlap < len(word); i++ {
			if strings.Contains(s, word[i:i+maxOverlap+1]) {
				return true
			}
		}
	}
	return false
}
