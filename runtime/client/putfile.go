package client

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"path"
	"reflect"
	"strings"
)

// What Redox wants to be told about a file in a message.
const (
	contentBase64    = "Base64 Encoded"    // Note.ContentType of an embedded file
	contentPlainText = "Plain Text"        // Note.ContentType of a URI
	valueTypeFile    = "Encapsulated Data" // Result.ValueType of either
)

// PutFile puts a file into a message. target points to the section that holds
// it: a media.Media, notes.Note or results.Result. Files of at most
// Limits.Embed bytes are embedded as base64; larger ones are uploaded and
// represented by their URI, as Redox advises. Empty ones are ErrInvalid.
//
// The section's file type and name are set from name where they are empty, and
// its content or value type so that it fits. name is the file's name without a
// directory.
func (c *Client) PutFile(ctx context.Context, target any, name string, r io.Reader) error {
	s, err := fileSectionOf(target)
	if err != nil {
		return err
	}
	if r == nil {
		return errors.New("client: PutFile: there is no file")
	}
	head, err := io.ReadAll(io.LimitReader(r, c.config.Limits.Embed+1))
	if err != nil {
		return &Error{Op: OpUpload, note: "reading the file failed", classes: []error{ErrInvalid}, hidden: err}
	}
	if len(head) == 0 {
		return &Error{Op: OpUpload, note: emptyFile, classes: []error{ErrInvalid}}
	}
	if int64(len(head)) <= c.config.Limits.Embed {
		s.set(name, base64.StdEncoding.EncodeToString(head), contentBase64)
		return nil
	}
	uri, err := c.Upload(ctx, name, rejoin(head, r))
	if err != nil {
		return err
	}
	s.set(name, uri, contentPlainText)
	return nil
}

// rejoin puts back what was read of r.
func rejoin(head []byte, r io.Reader) io.Reader {
	if s, ok := r.(io.Seeker); ok {
		if _, err := s.Seek(-int64(len(head)), io.SeekCurrent); err == nil {
			return r
		}
	}
	return io.MultiReader(bytes.NewReader(head), r)
}

// fileSection is the part of a message that holds a file, by the names that
// the fields have in every generated package.
type fileSection struct {
	contents    reflect.Value
	contentType reflect.Value // of notes
	valueType   reflect.Value // of results
	fileType    reflect.Value
	fileName    reflect.Value
}

func fileSectionOf(target any) (*fileSection, error) {
	v := reflect.ValueOf(target)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return nil, fmt.Errorf("client: PutFile wants a pointer to a Media, Note or Result, not %T", target)
	}
	s := &fileSection{
		contents:    stringField(v, "FileContents"),
		contentType: stringField(v, "ContentType"),
		fileType:    stringField(v, "FileType"),
		fileName:    stringField(v, "FileName"),
	}
	if !s.contents.IsValid() {
		s.contents, s.valueType = stringField(v, "Value"), stringField(v, "ValueType")
		if !s.valueType.IsValid() {
			s.contents = reflect.Value{}
		}
	}
	if !s.contents.IsValid() || !s.fileType.IsValid() {
		return nil, fmt.Errorf("client: %T has no place for a file; PutFile takes a Media, Note or Result", target)
	}
	return s, nil
}

func (s *fileSection) set(name, contents, contentType string) {
	s.contents.SetString(contents)
	put(s.contentType, contentType, true)
	put(s.valueType, valueTypeFile, true)
	put(s.fileType, strings.ToUpper(strings.TrimPrefix(path.Ext(name), ".")), false)
	put(s.fileName, name, false)
}

// put sets a field, if there is one, and unless it says something already that
// need not change.
func put(field reflect.Value, value string, change bool) {
	if field.IsValid() && (change || field.String() == "") {
		field.SetString(value)
	}
}

// stringField returns a string field of the struct that v points to; the zero
// Value if there is none, or only one behind an embedded pointer, which may be nil.
func stringField(v reflect.Value, name string) reflect.Value {
	f, ok := v.Type().Elem().FieldByName(name)
	if !ok || f.Type.Kind() != reflect.String {
		return reflect.Value{}
	}
	for t, i := v.Type().Elem(), 0; i < len(f.Index)-1; i++ {
		if t = t.Field(f.Index[i]).Type; t.Kind() == reflect.Pointer {
			return reflect.Value{}
		}
	}
	return v.Elem().FieldByIndex(f.Index)
}
