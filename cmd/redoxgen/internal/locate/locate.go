// Package locate finds where in a message the values are that reports name.
package locate

import (
	"bytes"
	"encoding/json"

	"github.com/redoxgen/redoxgen/internal/fieldpath"
)

// Paths returns the offset of the value at each path, or, where there is no
// such value, of the object or array that lacks it. data is valid JSON, perhaps
// behind a byte-order mark.
func Paths(data []byte, paths []string) []int {
	text := bytes.TrimPrefix(data, []byte("\ufeff"))
	l := locator{data: text, dec: json.NewDecoder(bytes.NewReader(text)), found: map[string]int{"": 0}}
	l.dec.UseNumber()
	for _, p := range paths {
		for ; p != ""; p, _ = fieldpath.Parent(p) {
			l.found[p] = -1
		}
	}
	l.value()
	offsets := make([]int, len(paths))
	for i, p := range paths {
		for l.found[p] < 0 {
			p, _ = fieldpath.Parent(p)
		}
		offsets[i] = len(data) - len(text) + l.found[p]
	}
	return offsets
}

// locator walks a message once.
type locator struct {
	data  []byte
	dec   *json.Decoder
	path  []byte
	found map[string]int // paths that are looked for; -1 until they are found
}

// value walks the next value. It stops early, and what is not found stays so,
// if the decoder cannot go on.
func (l *locator) value() {
	if l.wanted(l.path) {
		l.found[string(l.path)] = l.next()
	}
	mark := len(l.path)
	switch token, _ := l.dec.Token(); token {
	case json.Delim('{'):
		for l.dec.More() {
			key, err := l.dec.Token()
			name, ok := key.(string)
			if err != nil || !ok {
				return
			}
			l.path = fieldpath.AppendMember(l.path, name)
			if withheld := append(l.path[:mark:mark], fieldpath.Withheld...); !l.wanted(l.path) && l.wanted(withheld) {
				l.path = withheld // as reports name what may be content; see redox.Violation
			}
			l.value()
			l.path = l.path[:mark]
		}
	case json.Delim('['):
		for i := 0; l.dec.More(); i++ {
			l.path = fieldpath.AppendIndex(l.path, i)
			l.value()
			l.path = l.path[:mark]
		}
	default:
		return
	}
	_, _ = l.dec.Token() // the closing bracket
}

func (l *locator) wanted(path []byte) bool {
	_, wanted := l.found[string(path)]
	return wanted
}

// next is the offset of the next value.
func (l *locator) next() int {
	at := int(l.dec.InputOffset())
	return at + len(l.data[at:]) - len(bytes.TrimLeft(l.data[at:], " \t\r\n:,"))
}
