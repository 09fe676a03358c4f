package main

import (
	"bufio"
	"bytes"
	"io"

	"github.com/spf13/cobra"
)

// eachLine calls do with every line of a file that has a message in it, one
// after the other, and with what keeps the rest from being read. Only one line is
// held in memory, and do may not keep it.
func (f *messageFlags) eachLine(c *cobra.Command, arg string, do func(*message, error)) {
	m := f.named(arg)
	in := openInput(c.Context(), arg, c.InOrStdin())
	defer in.Close()
	r := bufio.NewReaderSize(in, 64<<10)
	limit, advice := f.limit()
	for m.line = 1; ; m.line++ {
		var err error
		m.data, err = appendLine(m.data[:0], r, limit)
		if int64(len(m.data)) > limit {
			do(m, tooLarge{limit, advice})
			return
		}
		if err != nil && err != io.EOF {
			do(m, withoutPath(err))
			return
		}
		if m.data = bytes.TrimRight(m.data, "\r\n"); len(bytes.TrimSpace(m.data)) > 0 {
			do(m, nil)
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
