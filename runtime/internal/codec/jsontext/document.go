package jsontext

import "github.com/redoxgen/redoxgen/runtime/internal/mem"

// byteOrderMark may stand before JSON text (RFC 8259, section 8.1).
const byteOrderMark = "\ufeff"

// Start returns where the document begins: behind white space or a byte-order
// mark.
func (s *Scanner) Start() int {
	switch n := s.In.Len(); {
	case s.In.At(0)-1 < 0x7f && s.In.At(1) != 0: // ASCII, as nearly always
		return s.SkipSpace(0)
	case n >= 3 && s.In.Text(0, 3) == byteOrderMark:
		return s.SkipSpace(3)
	case n >= 2 && (s.In.Text(0, 2) == "\xff\xfe" || s.In.Text(0, 2) == "\xfe\xff" || (s.In.At(0) == 0) != (s.In.At(1) == 0)):
		return s.Fail(0, "UTF-8 expected, found UTF-16")
	default:
		return s.SkipSpace(0)
	}
}

// StartObject is Start for a document that must be an object.
func (s *Scanner) StartObject() int {
	i := s.Start()
	if s.In.At(i) != '{' {
		if t := TypeOf(s.In.At(i)); t != 0 {
			s.SkipValue(i)
			s.Fail(i, "object expected, found "+t.String())
		}
		s.Fail(i, "object expected")
	}
	return i
}

// End checks that nothing but white space follows the document, which ends at i.
func (s *Scanner) End(i int) {
	if i = s.SkipSpace(i); i != s.In.Len() {
		s.Fail(i, "end of input expected")
	}
}

// Valid reports whether s is JSON text.
func Valid(s string) bool { return FirstFault(s) < 0 }

// FirstFault returns where text stops being JSON text, -1 if it does not.
func FirstFault(text string) int {
	s := Scanner{In: mem.NewInput([]byte(text))}
	s.End(s.SkipValue(s.SkipSpace(0)))
	if s.Reason == "" {
		return -1
	}
	return min(s.failedAt, len(text))
}

// CheckObject returns a *SyntaxError unless data is a JSON object.
func CheckObject(data []byte) error {
	s := Scanner{In: mem.NewInput(data)}
	if i := s.StartObject(); s.Reason == "" {
		s.End(s.SkipValue(i))
	}
	return s.Err(data)
}
