package codec

import (
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
)

// key is the name of a member as it is written.
type key struct {
	text   string // `,"Name":`
	opened string // text and a quote, padded with zeros to a multiple of eight bytes
}

func newKey(name string) key {
	return keyOf("," + string(jsontext.AppendString(nil, name)) + ":")
}

func keyOf(text string) key {
	padding := 7 - len(text)%8
	return key{text: text, opened: text + `"` + strings.Repeat("\x00", padding)}
}

// noKey comes before elements of arrays.
var noKey = keyOf("")
