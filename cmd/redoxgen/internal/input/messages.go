package input

import (
	"bufio"
	"bytes"
	"context"
	"io"
)

// Reader is what Lines and Messages are.
type Reader func(ctx context.Context, path string, stdin io.Reader, limit int64, advice string, do func(line int, text []byte, err error))

// Messages calls do with every message of a file, as Lines does: with each line if the
// first two that have something in them look like a message each, and otherwise with
// the whole file, as line 0.
func Messages(ctx context.Context, path string, stdin io.Reader, limit int64, advice string, do func(line int, text []byte, err error)) {
	in := Open(ctx, path, stdin)
	defer in.Close()
	l := lines{bufio.NewReaderSize(in, bufferSize), limit, advice, do}
	var first []byte
	var err error
	line := 0
	for err == nil && len(bytes.TrimSpace(first)) == 0 {
		line++
		first, err = appendLine(first[:0], l.r, limit)
	}
	next, _ := l.r.Peek(len(beginning))
	if int64(len(first)) > limit || err == nil && endsBefore(first, next) {
		if l.line(line, first, err) == nil {
			l.read(line + 1)
		}
		return
	}
	if err == nil {
		var rest []byte
		rest, err = io.ReadAll(io.LimitReader(l.r, limit-int64(len(first))+1))
		first = append(first, rest...)
	}
	switch {
	case err != nil && err != io.EOF:
		do(0, nil, err)
	case int64(len(first)) > limit:
		do(0, nil, TooLarge{limit, advice})
	default:
		do(0, first, nil)
	}
}

// beginning is how Redox begins messages.
const beginning = `{"Meta"`

// endsBefore reports whether a message seems to end with the line first, as another one
// begins behind it.
func endsBefore(first, next []byte) bool {
	first = bytes.TrimSpace(first)
	if len(first) < 2 || first[0] != '{' || !bytes.HasPrefix(next, []byte("{")) {
		return false
	}
	return string(next) == beginning || !bytes.ContainsAny(first[len(first)-1:], ",:[{")
}
