package decode

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
)

// encoding reports whether the string at i is not Unicode, and notes that it is
// not. In a message that is to be sent, U+FFFD shows that text was damaged before.
func (d *decoder) encoding(i, end int, flags jsontext.StringFlags) bool {
	raw := d.In.Text(i+1, end-1)
	bad := jsontext.IsDamaged(raw, flags)
	switch {
	case d.isReplaced(i):
		d.Note(report.Finding{At: i, Rule: report.RuleEncoding, Want: "UTF-8"})
	case d.outgoing && !utf8.ValidString(raw): // see noteNotUTF8
	case bad || d.Warnings && strings.ContainsRune(raw, utf8.RuneError):
		d.Note(report.Finding{At: i, Rule: report.RuleEncoding, Severity: report.Warning})
	}
	return bad
}

// noteNotUTF8 notes the names and strings that are not UTF-8 and so must not be
// sent, those without a field included. The message is known to be JSON, where
// quotes are around strings only.
func (d *decoder) noteNotUTF8() {
	if utf8.Valid(d.src) {
		return
	}
	for i := 0; ; {
		next := strings.IndexByte(d.In.Text(i, d.In.Len()), '"')
		if next < 0 {
			return
		}
		at := i + next
		if i, _ = d.SkipString(at); !utf8.ValidString(d.In.Text(at, i)) {
			d.Note(report.Finding{At: at, Rule: report.RuleEncoding, Want: "UTF-8"})
		}
	}
}

// isReplaced reports whether the string at i stands for text that is not UTF-8.
func (d *decoder) isReplaced(i int) bool {
	_, found := slices.BinarySearch(d.Replaced, i)
	return found
}
