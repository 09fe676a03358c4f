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
// bytes as limit.
func Lines(ctx context.Context, path string, stdin io.Reader, limit int64, advice string, do func(line int, text []byte, err error)) {
	in := Open(ctx, path, stdin)
	defer in.Close()
	r := bufio.NewReaderSize(in, 64<<10)
	var text []byte
	for line := 1; ; line++ {
		var err error
		text, err = appendLine(text[:0], r, limit)
		if int64(len(text)) > limit {
			err = TooLarge{limit, advice}
		}
		if err != nil && err != io.EOF {
			do(line, nil, err)
			return
		}
		if text = bytes.TrimRight(text, "\r\n"); len(bytes.TrimSpace(text)) > 0 {
			do(line, text, nil)
		}
		if err == io.EOF {
			return
		}
	}
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
