package client_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/media"
	"github.com/redoxgen/redoxgen/generated/notes"
	"github.com/redoxgen/redoxgen/generated/results"
	"github.com/redoxgen/redoxgen/internal/printed"
	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

// unsized hides everything but Read.
type unsized struct{ io.Reader }

func TestUpload(t *testing.T) {
	content := bytes.Repeat([]byte("%PDF-1.7 "), 10_000)
	path := filepath.Join(t.TempDir(), "x")
	require.NoError(t, os.WriteFile(path, content, 0o600))
	file, err := os.Open(path)
	require.NoError(t, err)
	defer func() { _ = file.Close() }()

	for name, r := range map[string]io.Reader{
		"bytes": bytes.NewReader(content),
		"file":  file,
		"pipe":  unsized{bytes.NewReader(content)},
		"slow":  unsized{iotest.OneByteReader(bytes.NewReader(content[:2000]))},
	} {
		t.Run(name, func(t *testing.T) {
			srv := server(t)
			c := newClient(t, srv.Config())
			uri, err := c.Upload(t.Context(), `bericht "é".pdf`, r)
			require.NoError(t, err)
			got := srv.Uploads()
			require.Len(t, got, 1)
			assert.Equal(t, uri, got[0].URI)
			assert.Equal(t, `bericht "é".pdf`, got[0].Name)
			assert.Equal(t, "application/pdf", got[0].ContentType)
			assert.Equal(t, content[:len(got[0].Content)], got[0].Content)
			assert.GreaterOrEqual(t, len(got[0].Content), 2000)
		})
	}
}

func TestUploadRetries(t *testing.T) {
	content := bytes.Repeat([]byte("x"), 300_000)
	for name, answer := range map[string]redoxtest.Answer{
		"401": redoxtest.Unauthorized(), "500": redoxtest.InternalError(),
		"502": redoxtest.BadGateway(), "dropped": redoxtest.Dropped(),
	} {
		t.Run(name, func(t *testing.T) {
			srv := server(t)
			srv.UploadAnswers(answer)
			c := newClient(t, srv.Config())
			r := bytes.NewReader(append([]byte("read before "), content...))
			_, err := io.CopyN(io.Discard, r, 12)
			require.NoError(t, err)
			_, err = c.Upload(t.Context(), "a.bin", r)
			require.NoError(t, err)
			assert.Equal(t, content, srv.Uploads()[0].Content, "from where the reader was")

			srv.UploadAnswers(answer)
			_, err = c.Upload(t.Context(), "a.bin", unsized{bytes.NewReader(content)})
			require.Error(t, err, "what can be read once only is not sent twice")
		})
	}
}

// What cannot be read again is not sent with another token, but the next call
// needs one all the same.
func TestTokenRefusedToUploadThatCannotBeRepeated(t *testing.T) {
	srv := server(t)
	c := newClient(t, srv.Config())
	_, err := c.Send(t.Context(), arrival())
	require.NoError(t, err)
	srv.ExpireTokens()
	_, err = c.Upload(t.Context(), "a.pdf", unsized{strings.NewReader("x")})
	require.ErrorIs(t, err, client.ErrUnauthorized)
	_, err = c.Upload(t.Context(), "a.pdf", unsized{strings.NewReader("x")})
	require.NoError(t, err)
}

func TestUploadFailures(t *testing.T) {
	srv := server(t)
	config := srv.Config()
	config.Limits.Upload = 1000
	c := newClient(t, config)
	big := strings.Repeat(planted, 1000)

	_, err := c.Upload(t.Context(), "a.pdf", strings.NewReader(big))
	require.ErrorIs(t, err, client.ErrTooLarge)
	assert.Zero(t, srv.TokenRequests(), "the size is known before any request")

	_, err = c.Upload(t.Context(), "a.pdf", unsized{strings.NewReader(big)})
	require.ErrorIs(t, err, client.ErrTooLarge)
	require.ErrorContains(t, err, "more than 1000 bytes")

	broken := errors.New(planted)
	_, err = c.Upload(t.Context(), "a.pdf", io.MultiReader(strings.NewReader("x"), iotest.ErrReader(broken)))
	require.ErrorIs(t, err, broken)
	assertWithout(t, printed.Forms(err), planted)
	assert.Empty(t, srv.Uploads())

	_, err = c.Upload(t.Context(), "a.pdf", nil)
	require.Error(t, err)

	srv.UploadAnswers(redoxtest.PlainText(403, "free account"))
	_, err = c.Upload(t.Context(), "a.pdf", strings.NewReader("x"))
	require.ErrorIs(t, err, client.ErrForbidden)
	srv.UploadAnswers(redoxtest.TooLarge())
	_, err = c.Upload(t.Context(), "a.pdf", strings.NewReader("x"))
	require.ErrorIs(t, err, client.ErrTooLarge)
	srv.UploadAnswers(redoxtest.Status(201, `{}`))
	_, err = c.Upload(t.Context(), "a.pdf", strings.NewReader("x"))
	require.ErrorIs(t, err, client.ErrResponse)
}

// A reader that somebody read before, to hash or to scan it, has no file to give.
func TestEmptyFile(t *testing.T) {
	srv := server(t)
	c := newClient(t, srv.Config())
	spent := func() *strings.Reader {
		r := strings.NewReader("scan")
		_, _ = io.Copy(io.Discard, r)
		return r
	}
	for _, r := range []io.Reader{spent(), unsized{spent()}} {
		_, err := c.Upload(t.Context(), "scan.pdf", r)
		require.ErrorIs(t, err, client.ErrInvalid)
		require.ErrorContains(t, err, "read to its end before")
		var m media.Media
		require.ErrorIs(t, c.PutFile(t.Context(), &m, "scan.pdf", r), client.ErrInvalid)
		assert.Empty(t, m.FileName)
	}
	assert.Empty(t, srv.Uploads())
}

// Patient files never go to a host that nobody chose.
func TestUploadURLHasNoDefaultElsewhere(t *testing.T) {
	srv := server(t)
	config := srv.Config()
	config.UploadURL = ""
	_, err := newClient(t, config).Upload(t.Context(), "a.pdf", strings.NewReader("x"))
	require.ErrorIs(t, err, client.ErrInvalid)
	require.ErrorContains(t, err, "client: upload: Config.UploadURL is not set")

	ctx, cancel := context.WithCancel(t.Context())
	cancel() // what matters is found before any request
	_, err = newClient(t, client.Config{Auth: auth.Static("token"), BaseURL: client.BaseURLUS + "/"}).Upload(ctx, "a.pdf", strings.NewReader("x"))
	require.ErrorIs(t, err, context.Canceled)
}

func TestPutFile(t *testing.T) {
	srv := server(t)
	config := srv.Config()
	config.Limits.Embed = 1000
	c := newClient(t, config)
	small, large := strings.Repeat("s", 1000), strings.Repeat("l", 1001)

	var m media.Media
	require.NoError(t, c.PutFile(t.Context(), &m, "scan.pdf", strings.NewReader(small)))
	assert.Equal(t, base64.StdEncoding.EncodeToString([]byte(small)), m.FileContents)
	assert.Equal(t, []string{"PDF", "scan.pdf"}, []string{m.FileType, m.FileName})
	assert.Empty(t, srv.Uploads())

	var n notes.Note
	require.NoError(t, c.PutFile(t.Context(), &n, "note.rtf", strings.NewReader(small)))
	assert.Equal(t, "Base64 Encoded", n.ContentType)
	require.NoError(t, c.PutFile(t.Context(), &n, "note.rtf", strings.NewReader(large)))
	assert.Equal(t, "Plain Text", n.ContentType)
	require.Len(t, srv.Uploads(), 1)
	assert.Equal(t, srv.Uploads()[0].URI, n.FileContents)
	assert.Equal(t, large, string(srv.Uploads()[0].Content))

	var r results.Result
	require.NoError(t, c.PutFile(t.Context(), &r, "ecg.xml", unsized{strings.NewReader(large)}))
	assert.Equal(t, "Encapsulated Data", r.ValueType)
	assert.Equal(t, "XML", r.FileType)
	assert.Equal(t, large, string(srv.Uploads()[1].Content))
	assert.Equal(t, srv.Uploads()[1].URI, r.Value)

	for _, bad := range []any{nil, m, &struct{ X int }{}, (*media.Media)(nil), &media.Patient{}} {
		require.Error(t, c.PutFile(t.Context(), bad, "a.pdf", strings.NewReader("x")))
	}
	require.Error(t, c.PutFile(t.Context(), &m, "a.pdf", nil))
}
