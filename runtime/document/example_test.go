package document_test

import (
	"fmt"
	"io"
	"strings"

	"github.com/redoxgen/redoxgen/generated/media"
	"github.com/redoxgen/redoxgen/runtime/document"
)

// save writes the file of a received message.
func save(file io.Writer, m *media.Media) error {
	contents, err := document.Open(m.FileContents)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, contents)
	return err
}

func Example() {
	var file strings.Builder
	err := save(&file, &media.Media{FileContents: "SGVsbG8="})
	fmt.Println(file.String(), err)
	// Output: Hello <nil>
}
