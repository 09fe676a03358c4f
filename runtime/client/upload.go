package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
	"path"
	"strings"
)

// Upload sends a file to Redox and returns the URI that stands for it in a
// message. The file is not read into memory. If r is an io.Seeker the request
// can be made again after a failure; uploading twice does no harm beyond a
// file that nothing refers to.
//
// name is the file's name without a directory; its extension decides the content
// type. Errors are *Error: ErrTooLarge above Limits.Upload, ErrInvalid for an
// empty file, ErrForbidden for accounts that may not upload.
func (c *Client) Upload(ctx context.Context, name string, r io.Reader) (string, error) {
	if c.uploadURL == nil {
		return "", c.reportRefusal(ctx, &Error{Op: OpUpload, classes: []error{ErrInvalid}, note: "Config.UploadURL is not set, and there is a default only for the US host"})
	}
	if r == nil {
		return "", c.reportRefusal(ctx, &Error{Op: OpUpload, classes: []error{ErrInvalid}, note: "there is no file"})
	}
	if sizeOf(r) == 0 {
		return "", c.reportRefusal(ctx, &Error{Op: OpUpload, classes: []error{ErrInvalid}, note: emptyFile})
	}
	form, err := newForm(name, r, c.config.Limits.Upload)
	if err != nil {
		return "", c.reportRefusal(ctx, &Error{Op: OpUpload, classes: []error{ErrTooLarge}, note: err.Error()})
	}
	defer form.turn.handTo(nil)
	var answer struct {
		URI string `json:"URI"`
	}
	_, err = c.do(ctx, &call{
		op:         OpUpload,
		url:        c.uploadURL,
		kind:       []string{form.kind},
		content:    form.content(),
		timeout:    c.config.Timeouts.Upload,
		repeatable: true,
		decode: func(body []byte) error {
			if err := json.Unmarshal(body, &answer); err != nil {
				return err
			}
			if answer.URI == "" {
				return errors.New("no URI")
			}
			return nil
		},
	})
	return answer.URI, err
}

// form is a multipart body with one file. Head and tail are made beforehand,
// so that the file streams between them without a goroutine, and its length is
// known to the server if it is to us.
type form struct {
	kind       string // content type
	head, tail []byte
	file       io.Reader
	start      int64 // where file begins, if it is a Seeker
	size       int64 // of the file; -1 if not known
	limit      int64
	seeker     io.Seeker // nil if the file can be read once only
	turn       *exclusive
}

func newForm(name string, r io.Reader, limit int64) (*form, error) {
	f := &form{file: r, size: sizeOf(r), limit: limit, turn: newExclusive()}
	if f.size > limit {
		return nil, tooLarge(limit)
	}
	if s, ok := r.(io.Seeker); ok {
		if at, err := s.Seek(0, io.SeekCurrent); err == nil {
			f.seeker, f.start = s, at
		}
	}
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", multipart.FileContentDisposition("file", name))
	h.Set("Content-Type", contentType(name))
	if _, err := w.CreatePart(h); err != nil {
		return nil, err
	}
	f.head = bytes.Clone(buf.Bytes())
	buf.Reset()
	if err := w.Close(); err != nil {
		return nil, err
	}
	f.tail = buf.Bytes()
	f.kind = w.FormDataContentType()
	return f, nil
}

func contentType(name string) string {
	if t := mime.TypeByExtension(strings.ToLower(path.Ext(name))); t != "" {
		return t
	}
	return "application/octet-stream"
}

func (f *form) content() content {
	opened := false
	c := content{size: -1, written: func() {}}
	if f.size >= 0 {
		c.size = int64(len(f.head)) + f.size + int64(len(f.tail))
	}
	c.again = func() bool { return !opened || f.seeker != nil }
	c.open = func(ctx context.Context) (io.Reader, error) {
		body := &exclusiveReader{file: f.turn}
		if !f.turn.handTo(body) {
			return nil, &fileError{classes: []error{ErrTimeout}, note: "the file is still being read"}
		}
		if opened {
			if _, err := f.seeker.Seek(f.start, io.SeekStart); err != nil {
				return nil, &fileError{classes: []error{ErrInvalid}, note: "the file cannot be read again", err: err}
			}
		}
		opened = true
		file := &limitedFile{r: f.file, left: f.limit, limit: f.limit}
		if f.seeker == nil {
			file.r = &interruptible{ctx: ctx, r: f.file}
		}
		body.r = io.MultiReader(bytes.NewReader(f.head), file, bytes.NewReader(f.tail))
		return body, nil
	}
	return c
}
