package input

import (
	"bufio"
	"bytes"
	"context"
	"io"
)

// Lines calls do with every line of a file, counted from 1, that has something in
// it, one after the other, and with the error that keeps the rest from being read.
// Only one line is held in memory, and do may not keep it. A line may have as many
// bytes as limit; one that has more is an error, and the next one is read.
func Lines(ctx context.Context, path string, stdin io.Reader, limit int64, advice string, do func(line int, text []byte, err error)) {
	in := Open(ctx, path, stdin)
	defer in.Close()
	l := lines{bufio.NewReaderSize(in, bufferSize), limit, advice, do}
	l.read(1)
}

// bufferSize is how much is read at once.
const bufferSize = 64 << 10

// lines reads lines.
type lines struct {
	r      *bufio.Reader
	limit  int64
	advice string
	do     func(line int, text []byte, err error)
}

// read reads the lines from number line on.
func (l *lines) read(line int) {
	var text []byte
	err := error(nil)
	for ; err == nil; line++ {
		text, err = appendLine(text[:0], l.r, l.limit)
		err = l.line(line, text, err)
	}
}

// line calls do with a line, of which the reader may have a rest, and the error that
// ended it. It returns the error that ends all lines.
func (l *lines) line(line int, text []byte, err error) error {
	if int64(len(text)) > l.limit {
		l.do(line, nil, TooLarge{l.limit, l.advice})
		text = nil
		if err == bufio.ErrBufferFull {
			err = l.skipLine()
		}
	}
	if text = bytes.TrimRight(text, "\r\n"); len(bytes.TrimSpace(text)) > 0 && (err == nil || err == io.EOF) {
		l.do(line, text, nil)
	}
	if err != nil && err != io.EOF && err != bufio.ErrTooLong {
		l.do(line, nil, err)
	}
	return err
}

// skipped is how many times as much as a line may have is skipped of one that has more:
// what is not text may have no other line at all.
const skipped = 16

// skipLine skips the rest of a line that is too long.
func (l *lines) skipLine() error {
	for n := int64(0); n < skipped*l.limit; {
		part, err := l.r.ReadSlice('\n')
		if err != bufio.ErrBufferFull {
			return err
		}
		n += int64(len(part))
	}
	return bufio.ErrTooLong
}

// appendLine appends the next line to buf, or as much of it as exceeds limit.
func appendLine(buf []byte, r *bufio.Reader, limit int64) ([]byte, error) {
	for {
		part, err := r.ReadSlice('\n')
		buf = append(buf, part...)
		if err != bufio.ErrBufferFull || int64(len(buf)) > limit {
			return buf, err
		}
	}
}
