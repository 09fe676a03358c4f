package redoxapi

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
)

const filesPath = "/files/"

// formOverhead is what boundaries and headers may take beyond the file.
const formOverhead = 16 << 10

// serveUpload takes a file: a multipart form with the field file. The body is
// read before anything is decided, so that a request which its sender gives up
// uses no scripted answer.
func (s *Server) serveUpload(w http.ResponseWriter, r *http.Request) {
	client, authorized := s.authorized(r)
	v := &visit{server: s, w: w, r: r, request: &Request{Client: client}}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, s.limits.upload+formOverhead))
	var tooLarge *http.MaxBytesError
	if err != nil && !errors.As(err, &tooLarge) {
		return
	}
	s.mu.Lock()
	answer, scripted := s.uploadScript.next()
	s.mu.Unlock()
	switch {
	case scripted:
		answer.serve(v)
	case !authorized:
		Unauthorized().serve(v)
	case r.Method != http.MethodPost:
		PlainText(http.StatusNotFound, "Cannot "+r.Method+" /upload").serve(v)
	case err != nil:
		TooLarge().serve(v)
	default:
		r.Body = io.NopCloser(bytes.NewReader(body))
		s.takeFile(v)
	}
}

// takeFile reads the form.
func (s *Server) takeFile(v *visit) {
	file, header, err := v.r.FormFile("file")
	if err != nil {
		PlainText(http.StatusBadRequest, "the form has no field file").serve(v)
		return
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(file)
	if err != nil || int64(len(content)) > s.limits.upload {
		TooLarge().serve(v)
		return
	}
	u := Upload{
		Time: s.now(), Client: v.request.Client, Name: header.Filename,
		ContentType: header.Header.Get("Content-Type"), Content: content,
		URI: s.URL + filesPath + s.nextID(),
	}
	s.mu.Lock()
	s.uploads = append(s.uploads, u)
	if s.observe != nil {
		s.uploads = newest(s.uploads)
	}
	s.mu.Unlock()
	v.write(http.StatusCreated, map[string]string{"URI": u.URI})
}

// keptUploads is how many bytes of uploads a server that runs on keeps.
const keptUploads = 64 << 20

// newest returns the last uploads, as many as are kept, and at least one.
func newest(uploads []Upload) []Upload {
	size := 0
	for i, u := range slices.Backward(uploads) {
		if size += len(u.Content) + formOverhead; size > keptUploads && i < len(uploads)-1 {
			return slices.Clone(uploads[i+1:])
		}
	}
	return uploads
}

// serveFile gives a file back to those who know its URI and have a token.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	if _, ok := s.authorized(r); !ok {
		writeText(w, http.StatusUnauthorized, "text/plain", "Access token is not valid")
		return
	}
	for _, u := range s.Uploads() {
		if strings.HasSuffix(u.URI, r.URL.Path) {
			writeText(w, http.StatusOK, u.ContentType, string(u.Content))
			return
		}
	}
	http.NotFound(w, r)
}
