package document_test

import (
	"bytes"
	"encoding/base64"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/media"
	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/document"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(b) // never fails
	return b
}

// lines breaks text as MIME and PEM do, with spaces between.
func lines(text string) string {
	var b strings.Builder
	for len(text) > 76 {
		b.WriteString(text[:76] + "\r\n\t ")
		text = text[76:]
	}
	return b.String() + text + "\n"
}

func TestReader(t *testing.T) {
	for _, size := range []int{1, 2, 3, 4, 100, 3071, 3072, 3073, 6144, 20_000} {
		want := randomBytes(size)
		for name, contents := range map[string]string{
			"standard":    base64.StdEncoding.EncodeToString(want),
			"no padding":  base64.RawStdEncoding.EncodeToString(want),
			"URL":         base64.URLEncoding.EncodeToString(want),
			"white space": lines(base64.StdEncoding.EncodeToString(want)),
		} {
			r, err := document.Open(contents)
			require.NoError(t, err, name)
			require.Equal(t, int64(size), r.Size(), name)
			require.NoError(t, iotest.TestReader(r, want), "%s, %d bytes", name, size)
			_, err = r.Seek(int64(size/2), io.SeekStart)
			require.NoError(t, err)
			var half bytes.Buffer
			n, err := io.Copy(&half, r)
			require.NoError(t, err)
			require.Equal(t, int64(size-size/2), n)
			require.True(t, bytes.Equal(want[size/2:], half.Bytes()), "%s, %d bytes", name, size)
		}
	}
}

func TestNotBase64(t *testing.T) {
	for contents, want := range map[string]string{
		"":                                    "empty",
		"  \n":                                "empty",
		"https://blob.redoxengine.com/upload": "byte 5",
		"Timothy Bixby.":                      "byte 13",
		"QUJ":                                 "",
		"QUJD=":                               "the end is missing",
		"QUJDR":                               "the end is missing",
		"QQ=":                                 "the end is missing",
		"QQ==QQ==":                            "byte 4 is after the end",
		"Q+_Q":                                "characters of two alphabets",
		"====":                                "the end is missing",
		"data:text/plain;base64,QUJD":         "byte 4",
	} {
		_, err := document.Open(contents)
		if want == "" {
			assert.NoError(t, err, contents)
			continue
		}
		require.ErrorIs(t, err, document.ErrNotBase64, contents)
		assert.ErrorContains(t, err, want, contents)
		assert.NotContains(t, err.Error(), "Bixby")
	}
}

func TestFailingWriter(t *testing.T) {
	r, err := document.Open(base64.StdEncoding.EncodeToString(randomBytes(5000)))
	require.NoError(t, err)
	w := &shortWriter{left: 4000}
	n, err := io.Copy(w, r)
	require.ErrorIs(t, err, io.ErrShortWrite)
	assert.Equal(t, int64(4000), n)
	at, err := r.Seek(0, io.SeekCurrent)
	require.NoError(t, err)
	assert.Equal(t, int64(4000), at)
}

type shortWriter struct{ left int }

func (w *shortWriter) Write(p []byte) (int, error) {
	n := min(len(p), w.left)
	w.left -= n
	return n, nil
}

// allocated returns how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestMemory: a document of 30 MB is written to a file in the memory of a few
// kilobytes, whatever the message takes itself.
func TestMemory(t *testing.T) {
	const size = 30 << 20
	for name, contents := range map[string]string{
		"one line": base64.StdEncoding.EncodeToString(randomBytes(size)),
		"lines":    lines(base64.StdEncoding.EncodeToString(randomBytes(size))),
	} {
		used := allocated(func() {
			r, err := document.Open(contents)
			require.NoError(t, err)
			n, err := io.Copy(io.Discard, r)
			require.NoError(t, err)
			require.Equal(t, int64(size), n)
		})
		t.Logf("%s: %d bytes allocated for a document of %d MB", name, used, size>>20)
		assert.Less(t, used, uint64(64<<10), name)
	}
}

// TestUpload: a document that was received goes on as an upload, which is repeated
// after a failure.
func TestUpload(t *testing.T) {
	srv := redoxtest.NewServer(t)
	c, err := client.New(srv.Config())
	require.NoError(t, err)
	content := randomBytes(300_000)
	srv.UploadAnswers(redoxtest.BadGateway())
	r, err := document.Open(base64.StdEncoding.EncodeToString(content))
	require.NoError(t, err)
	var m media.Media
	require.NoError(t, c.PutFile(t.Context(), &m, "scan.pdf", r))
	require.Len(t, srv.Uploads(), 1)
	assert.Equal(t, srv.Uploads()[0].URI, m.FileContents)
	assert.True(t, bytes.Equal(content, srv.Uploads()[0].Content))
}

// TestUploadMemory: neither does an upload take more for a larger document.
func TestUploadMemory(t *testing.T) {
	const size = 30 << 20
	var received int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		received, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"URI": "https://blob.example.com/1"}`)
	}))
	t.Cleanup(srv.Close)
	c, err := client.New(client.Config{Auth: auth.Static("token"), BaseURL: srv.URL, UploadURL: srv.URL})
	require.NoError(t, err)
	contents := base64.StdEncoding.EncodeToString(randomBytes(size))
	for _, contents := range []string{contents[:400_000], contents} {
		used := allocated(func() {
			r, err := document.Open(contents)
			require.NoError(t, err)
			var m media.Media
			require.NoError(t, c.PutFile(t.Context(), &m, "scan.pdf", r))
			require.Equal(t, "https://blob.example.com/1", m.FileContents)
		})
		t.Logf("%d bytes allocated for an upload of %d KB, of client and server", used, len(contents)/4*3>>10)
		assert.Less(t, used, uint64(3<<20))
	}
	assert.Greater(t, received, int64(size))
}
