package client

import (
	"errors"
	"fmt"
	"io"
)

// fileError is a failure to read the file that is to be uploaded.
type fileError struct {
	classes []error
	note    string
	err     error // of the reader
}

// Error says what is wrong; the reader's own error is only wrapped.
func (e *fileError) Error() string { return e.note }

// Unwrap returns the reader's error.
func (e *fileError) Unwrap() error { return e.err }

func isFileError(err error) bool {
	var f *fileError
	return errors.As(err, &f)
}

func tooLarge(limit int64) *fileError {
	return &fileError{classes: []error{ErrTooLarge}, note: fmt.Sprintf("the file has more than %d bytes", limit)}
}

// emptyFile is said of a file without content: it may just have been hashed.
const emptyFile = "the file is empty, or was read to its end before"

// limitedFile reads a file and fails when it is larger than allowed, or empty.
type limitedFile struct {
	r     io.Reader
	left  int64
	limit int64
}

// Read reads from the file.
func (f *limitedFile) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	f.left -= int64(n)
	if f.left < 0 {
		return 0, tooLarge(f.limit)
	}
	if err == io.EOF && f.left == f.limit {
		return 0, &fileError{classes: []error{ErrInvalid}, note: emptyFile}
	}
	if err != nil && err != io.EOF {
		return n, &fileError{classes: []error{ErrInvalid}, note: "reading the file failed", err: err}
	}
	return n, err
}

// sizeOf returns how many bytes are left in r, -1 if it does not tell.
func sizeOf(r io.Reader) int64 {
	if s, ok := r.(io.Seeker); ok {
		now, err := s.Seek(0, io.SeekCurrent)
		if err != nil {
			return -1 // a pipe, say
		}
		end, err := s.Seek(0, io.SeekEnd)
		if err != nil {
			return -1
		}
		if _, err := s.Seek(now, io.SeekStart); err != nil {
			return -1
		}
		return end - now
	}
	if l, ok := r.(interface{ Len() int }); ok {
		return int64(l.Len())
	}
	return -1
}
