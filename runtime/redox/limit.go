package redox

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/decode"
)

// DefaultMemoryLimit is what SetMemoryLimit starts with, 512 MiB: enough for
// 100,000 elements in any list of the published schemas.
const DefaultMemoryLimit = decode.DefaultMemoryLimit

// SetMemoryLimit sets how many bytes of memory decoding a message may take, for
// the whole program, and returns what the limit was. A limit that is not above
// zero changes nothing. The limit keeps a message such as [{},{},{},…], whose
// elements are far larger as Go values than as JSON, from taking all memory
// there is. A message that would take more is not decoded at all, and not
// validated: the error is a *TooLargeError.
//
// What counts is the size of the elements of all lists, and estimates of what is
// kept of values of a wrong type and members without a field. Neither white space
// nor the room that slices have for growth counts, and texts do not, which take
// a few times the size of the message at most. Encoding has no limit.
func SetMemoryLimit(bytes int64) int64 { return decode.SetMemoryLimit(bytes) }
