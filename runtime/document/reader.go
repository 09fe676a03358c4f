package document

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ErrNotBase64 is wrapped by the errors of Open.
var ErrNotBase64 = errors.New("not base64")

// chunk is how many characters are decoded at once; a multiple of 4.
const chunk = 4096

// Open returns a reader of the bytes that contents is the base64 of. It looks at all
// of contents first, so that reading cannot fail halfway through a file. White space,
// missing padding and the URL alphabet are accepted. The error says at which byte
// contents is not base64, never what is there.
//
// A URI, as in a message of one's own after an upload, is not base64. Text may happen
// to be: before Open, check that a note's ContentType is "Base64 Encoded", and that a
// result's ValueType is "Encapsulated Data".
func Open(contents string) (*Reader, error) {
	n, encoding, err := inspect(contents)
	if err != nil {
		return nil, fmt.Errorf("document: %w", err)
	}
	contents = strings.TrimRight(contents, ends)
	return &Reader{contents: contents, spaced: n < len(contents), encoding: encoding, size: int64(encoding.DecodedLen(n))}, nil
}

// What a character can be, in the table class: comparisons of random characters are
// slow.
const (
	alphanumeric = 1 << iota
	standard     // + and /
	urlSafe      // - and _
	space
	padding
	other
)

const ends = "= \t\r\n" // padding and white space

var class = func() (table [256]uint8) {
	for c := range table {
		table[c] = other
	}
	for c, characters := range map[uint8]string{
		alphanumeric: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
		standard:     "+/", urlSafe: "-_", padding: ends[:1], space: ends[1:],
	} {
		for i := range len(characters) {
			table[characters[i]] = c
		}
	}
	return table
}()

// inspect counts the characters of base64 without white space and padding, and
// returns the encoding that they are of.
func inspect(contents string) (n int, _ *base64.Encoding, _ error) {
	var seen uint8
	pad := 0
	for i := range len(contents) {
		c := class[contents[i]]
		seen |= c
		switch {
		case c < space && pad == 0:
			n++
		case c == padding:
			pad++
		case c < space:
			return 0, nil, fmt.Errorf("%w: byte %d is after the end", ErrNotBase64, i)
		case c == other:
			return 0, nil, fmt.Errorf("%w: byte %d", ErrNotBase64, i)
		}
	}
	switch {
	case seen&standard != 0 && seen&urlSafe != 0:
		return 0, nil, fmt.Errorf("%w: characters of two alphabets", ErrNotBase64)
	case n == 0 && pad == 0:
		return 0, nil, fmt.Errorf("%w: the contents are empty", ErrNotBase64)
	case n%4 == 1 || pad > 0 && (n+pad)%4 != 0 || pad > 2:
		return 0, nil, fmt.Errorf("%w: %d characters and %d of padding: the end is missing", ErrNotBase64, n, pad)
	case seen&urlSafe != 0:
		return n, base64.RawURLEncoding, nil
	default:
		return n, base64.RawStdEncoding, nil
	}
}

// Reader decodes base64 as it is read. It is an io.Reader, io.Seeker and io.WriterTo.
type Reader struct {
	contents string // without padding
	spaced   bool   // there is white space in contents
	encoding *base64.Encoding
	size     int64
	next     int   // in contents
	offset   int64 // of what is read next, in the file

	characters [chunk]byte
	decoded    [chunk / 4 * 3]byte
	rest       []byte // of decoded, not yet read
}

// Size returns the size in bytes of the whole file.
func (r *Reader) Size() int64 { return r.size }

// Read reads the file. Its only error is io.EOF.
func (r *Reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if !r.fill() {
		return 0, io.EOF
	}
	n := copy(p, r.rest)
	r.advance(n)
	return n, nil
}

// WriteTo writes what was not yet read of the file to w.
func (r *Reader) WriteTo(w io.Writer) (written int64, err error) {
	for r.fill() {
		n, err := w.Write(r.rest)
		if err == nil && n < len(r.rest) {
			err = io.ErrShortWrite
		}
		r.advance(n)
		written += int64(n)
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// Seek sets what is read next. Going back decodes nothing; looking for the place
// takes time where contents has white space.
func (r *Reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.offset
	case io.SeekEnd:
		offset += r.size
	case io.SeekStart:
	default:
		return 0, errors.New("document: Seek: invalid whence")
	}
	if offset < 0 {
		return 0, errors.New("document: Seek: negative position")
	}
	r.next, r.rest = 0, nil
	r.offset = min(offset, r.size)
	r.skip(r.offset / 3 * 4)
	if within := int(r.offset % 3); within > 0 && r.fill() {
		r.rest = r.rest[within:]
	}
	r.offset = offset
	return offset, nil
}

func (r *Reader) advance(n int) {
	r.rest = r.rest[n:]
	r.offset += int64(n)
}

// skip passes over the first n characters of base64; next is 0.
func (r *Reader) skip(n int64) {
	if !r.spaced {
		r.next = int(min(n, int64(len(r.contents))))
		return
	}
	for ; n > 0 && r.next < len(r.contents); r.next++ {
		if class[r.contents[r.next]] != space {
			n--
		}
	}
}

// fill decodes the next characters, if there is no rest of those before. It reports
// whether there is anything to read.
func (r *Reader) fill() bool {
	if len(r.rest) > 0 {
		return true
	}
	// Open has seen that they can be decoded.
	n, _ := r.encoding.Decode(r.decoded[:], r.characters[:r.take()])
	r.rest = r.decoded[:n]
	return n > 0
}

// take copies the next characters and returns how many.
func (r *Reader) take() (n int) {
	if !r.spaced {
		n = copy(r.characters[:], r.contents[r.next:])
		r.next += n
		return n
	}
	for ; r.next < len(r.contents) && n < chunk; r.next++ {
		if c := r.contents[r.next]; class[c] != space {
			r.characters[n] = c
			n++
		}
	}
	return n
}
