package deid

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"sync"
)

// kinds are what base64 of a kind of file begins with, and a small file of that kind.
var kinds = sync.OnceValue(func() map[string]string {
	pixel := image.NewGray(image.Rect(0, 0, 1, 1))
	encoded := func(encode func(*bytes.Buffer) error) string {
		var b bytes.Buffer
		_ = encode(&b) // to memory, of one pixel
		return base64.StdEncoding.EncodeToString(b.Bytes())
	}
	text := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	tiff := text("II*\x00\x08\x00\x00\x00\x05\x00" +
		"\x00\x01\x03\x00\x01\x00\x00\x00\x01\x00\x00\x00" + "\x01\x01\x03\x00\x01\x00\x00\x00\x01\x00\x00\x00" +
		"\x06\x01\x03\x00\x01\x00\x00\x00\x01\x00\x00\x00" + "\x11\x01\x04\x00\x01\x00\x00\x00\x08\x00\x00\x00" +
		"\x17\x01\x04\x00\x01\x00\x00\x00\x01\x00\x00\x00" + "\x00\x00\x00\x00")
	return map[string]string{
		"JVBERi": text("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"),
		"iVBORw": encoded(func(b *bytes.Buffer) error { return png.Encode(b, pixel) }),
		"/9j/":   encoded(func(b *bytes.Buffer) error { return jpeg.Encode(b, pixel, nil) }),
		"R0lGOD": encoded(func(b *bytes.Buffer) error { return gif.Encode(b, pixel, nil) }),
		"SUkq":   tiff, "TU0AK": tiff,
		"e1xydG": text(`{\rtf1 document}`),
		"PD94":   text(`<?xml version="1.0"?><document/>`), "PENsaW5pY2": text("<ClinicalDocument/>"),
		"PGh0": text("<html></html>"), "PCFE": text("<!DOCTYPE html><html></html>"),
	}
})

// sameKind returns what stands for any content of the kind that s has: a small document, a
// URL, or words.
func sameKind(s string) string {
	switch {
	case strings.HasPrefix(s, "http://"), strings.HasPrefix(s, "https://"):
		return "https://example.org/document"
	case strings.HasPrefix(s, "<?xml"):
		return `<?xml version="1.0"?><document/>`
	case strings.HasPrefix(s, `{\rtf`):
		return `{\rtf1 document}`
	}
	if len(s) < 8 || strings.IndexByte(s, ' ') >= 0 {
		return replacement
	}
	for begin, small := range kinds() {
		if strings.HasPrefix(s, begin) {
			return small
		}
	}
	if len(s) >= 200 && len(s)%4 == 0 && !strings.ContainsAny(s, " \n<>{") {
		return base64.StdEncoding.EncodeToString([]byte("document"))
	}
	return replacement
}
