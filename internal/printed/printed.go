// Package printed shows tests what a program that prints or logs a value lays open.
package printed

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// Verbs are those of package fmt that print any value.
var Verbs = []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"}

// Forms is all that printing, logging or marshalling v can show, and for an error also
// what it wraps.
func Forms(v any) string {
	var b strings.Builder
	for _, verb := range Verbs {
		fmt.Fprintf(&b, verb+"\n", v)
	}
	for _, h := range []slog.Handler{slog.NewTextHandler(&b, nil), slog.NewJSONHandler(&b, nil)} {
		slog.New(h).Info("x", "v", v)
	}
	j, _ := json.Marshal(v) // an error shows nothing
	b.Write(j)
	if err, ok := v.(error); ok {
		for e := err; e != nil; e = errors.Unwrap(e) {
			b.WriteString(e.Error())
		}
	}
	return b.String()
}
