// The program turns a directory of stored messages, a file each, into NDJSON:
// a message a line on standard output, whole, members in schema order. What
// does not fit the schema is reported on standard error, without values.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"path"

	"github.com/redoxgen/redoxgen/generated/order"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/generated/results"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: ndjson DIRECTORY > messages.ndjson")
	}
	if err := convert(os.DirFS(os.Args[1]), os.Stdout, os.Stderr); err != nil {
		log.Fatal(err)
	}
}

// convert writes every .json file below dir as a line. A file that is no JSON
// object is reported and left out.
func convert(dir fs.FS, out, problems io.Writer) error {
	w := bufio.NewWriter(out)
	var text []byte
	var line bytes.Buffer
	err := fs.WalkDir(dir, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".json" {
			return err
		}
		data, err := fs.ReadFile(dir, name)
		if err != nil {
			return err
		}
		// A message of another event is a *redox.Unknown, which keeps its text as it is.
		m, report, err := redox.Dispatch(data, patientadmin.Events(), order.Events(), results.Events())
		if err != nil {
			fmt.Fprintf(problems, "%s: %v\n", name, err)
			return nil
		}
		for v := range report.Errors() {
			fmt.Fprintf(problems, "%s: %v\n", name, v)
		}
		if text, err = m.AppendJSON(text[:0]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		line.Reset()
		if err := json.Compact(&line, text); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		line.WriteByte('\n')
		_, err = line.WriteTo(w)
		return err
	})
	if err != nil {
		return err
	}
	return w.Flush()
}
