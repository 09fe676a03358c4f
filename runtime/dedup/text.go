package dedup

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"sync"
)

// textHash returns a hash of a JSON text that does not depend on the white space
// between its tokens, nor on the values of Meta.Logs and Meta.Transmission: these
// differ between deliveries of one message. Unlike contentHash it keeps the order
// of members, which makes it one pass over the bytes.
func textHash(raw []byte) [sha256.Size]byte {
	buf := texts.Get().(*[]byte)
	defer texts.Put(buf)
	text := (*buf)[:0]
	s := scan{raw: raw}
	for from := 0; from < len(raw); from = s.at {
		text = append(text, raw[from:s.run()]...)
	}
	if cap(text) <= keptText {
		*buf = text
	}
	return sha256.Sum256(text)
}

// texts are buffers of the size of usual messages.
var texts = sync.Pool{New: func() any { return new([]byte) }}

const keptText = 64 << 10

// scan walks over the tokens of a JSON text. Of a text that is none it makes
// something, without an error.
type scan struct {
	raw    []byte
	at     int
	depth  int
	inMeta bool // the member of depth 1 that is read is Meta
}

// run moves on to the next byte that counts, and returns the end of those that
// count before it.
func (s *scan) run() (end int) {
	for s.at < len(s.raw) {
		switch s.raw[s.at] {
		case ' ', '\t', '\r', '\n':
			end = s.at
			s.white()
			return end
		case '{', '[':
			s.depth++
			s.at++
		case '}', ']':
			s.depth--
			s.at++
		case '"':
			if s.word() {
				end = s.at
				s.value()
				return end
			}
		default:
			s.at++
		}
	}
	return s.at
}

func (s *scan) white() {
	for s.at < len(s.raw) {
		switch s.raw[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return
		}
	}
}

// word reads a string or name, and reports whether it is the name of a member
// whose value does not count.
func (s *scan) word() bool {
	start := s.at
	s.text()
	if s.depth > 2 || s.depth == 2 && !s.inMeta || !s.beforeColon() {
		return false
	}
	name := nameIn(s.raw[start:s.at])
	if s.depth == 1 {
		s.inMeta = string(name) == "Meta"
		return false
	}
	return s.depth == 2 && (string(name) == "Logs" || string(name) == "Transmission")
}

// text reads a string to behind its end.
func (s *scan) text() {
	for s.at++; s.at < len(s.raw); s.at++ {
		n := bytes.IndexByte(s.raw[s.at:], '"')
		if n < 0 {
			break
		}
		part := s.raw[s.at : s.at+n]
		s.at += n
		if len(part) == 0 || part[len(part)-1] != '\\' {
			s.at++
			return
		}
		if escapes := len(part) - len(bytes.TrimRight(part, `\`)); escapes%2 == 0 {
			s.at++
			return
		}
	}
	s.at = len(s.raw)
}

func (s *scan) beforeColon() bool {
	ahead := *s
	ahead.white()
	return ahead.at < len(ahead.raw) && ahead.raw[ahead.at] == ':'
}

// value skips the colon behind a name and the value behind that.
func (s *scan) value() {
	s.white()
	s.at++
	for nested := 0; s.at < len(s.raw); {
		switch s.raw[s.at] {
		case '"':
			s.text()
			continue
		case '{', '[':
			nested++
		case '}', ']':
			nested--
		}
		if nested < 0 || nested == 0 && s.raw[s.at] == ',' {
			return // both belong to what the member is in
		}
		s.at++
	}
}

// nameIn returns what a string says that is written as JSON.
func nameIn(written []byte) []byte {
	if bytes.IndexByte(written, '\\') < 0 {
		return bytes.Trim(written, `"`)
	}
	var name string
	_ = json.Unmarshal(written, &name)
	return []byte(name)
}
