package httpkit

import "bytes"

// TrimMark removes a UTF-8 byte-order mark before JSON or PEM text, and reports
// whether the text is UTF-16, with a mark or without.
func TrimMark(data []byte) (rest []byte, isUTF16 bool) {
	if rest, found := bytes.CutPrefix(data, []byte("\xEF\xBB\xBF")); found {
		return rest, false
	}
	for _, start := range []string{"\xFE\xFF", "\xFF\xFE", "{\x00", "\x00{", "-\x00", "\x00-"} {
		if bytes.HasPrefix(data, []byte(start)) {
			return data, true
		}
	}
	return data, false
}
