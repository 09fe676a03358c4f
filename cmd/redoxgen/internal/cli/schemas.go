package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/input"
	"github.com/redoxgen/redoxgen/generator"
)

// schemaFlags choose the schemas and how to read them; several commands share them.
type schemaFlags struct {
	schemas []string
	events  []string
	lock    string
	literal bool
}

// maxLock is the size in bytes that name locks may have, far more than they do.
const maxLock = 64 << 20

// catalogWord stands for the embedded catalog among paths.
const catalogWord = "catalog"

// add defines the flags; lockDefault describes the name lock that is read without --lock.
func (f *schemaFlags) add(c *cobra.Command, lockDefault string) {
	c.Flags().StringArrayVar(&f.schemas, "schemas", nil,
		"directory or zip archive of schemas at `PATH`, or the word catalog for those\nthat come with redoxgen; repeated, files of later ones replace files of\nearlier ones, and overlays are merged into them (default catalog)")
	c.Flags().BoolVar(&f.literal, "literal", false, "take published schemas as they are, without redoxgen's corrections")
	c.Flags().StringVar(&f.lock, "lock", "", "`FILE` that keeps the name lock (default "+lockDefault+")")
}

func (f *schemaFlags) addEvents(c *cobra.Command) {
	c.Flags().StringArrayVar(&f.events, "events", nil,
		"comma-separated `PATTERNS` such as 'PatientAdmin.*,Order.New' (default all)")
	_ = c.RegisterFlagCompletionFunc("events", completeEventList(f)) // fails only for flags that do not exist
}

// options returns what the flags ask for. Without --lock the name lock is
// read from lockPath, and may be missing.
func (f *schemaFlags) options(ctx context.Context, lockPath string) (generator.Options, error) {
	o := generator.Options{Events: f.events, Literal: f.literal}
	o.Sources = sources(f.schemas)
	if f.lock != "" {
		lockPath = f.lock
	}
	if lockPath == "" {
		return o, nil
	}
	o.LockName = filepath.ToSlash(lockPath)
	lock, err := input.File(ctx, lockPath, maxLock)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return o, err
	}
	o.Lock = lock
	return o, nil
}

// sources returns what --schemas names.
func sources(paths []string) []generator.Source {
	var list []generator.Source
	for _, path := range paths {
		if path == catalogWord {
			list = append(list, generator.Catalog())
		} else {
			list = append(list, generator.Path(path))
		}
	}
	return list
}

// flagNames puts flags in the place of the options that diagnostics speak of.
var flagNames = strings.NewReplacer(
	string(generator.OptionEvents), "--events",
	string(generator.OptionImportPath), "--import-path",
	string(generator.OptionAllowBreaking), "--allow-breaking",
)

// inspect returns what the schemas say, and what was found in them.
func (f *schemaFlags) inspect(c *cobra.Command) (*generator.Inspection, error) {
	o, err := f.options(c.Context(), "")
	if err != nil {
		return nil, err
	}
	x, err := generator.Inspect(c.Context(), o)
	return x, interrupted(c.Context(), err)
}

// inspectAll is inspect for commands that print all that was found.
func (f *schemaFlags) inspectAll(c *cobra.Command) (*generator.Inspection, error) {
	x, err := f.inspect(c)
	if err != nil {
		return nil, err
	}
	return x, printDiagnostics(c.ErrOrStderr(), x.Diagnostics)
}

// printDiagnostics prints what was found in the input and returns errShown
// if any of it is an error.
func printDiagnostics(w io.Writer, list []generator.Diagnostic) error {
	n := 0
	for _, d := range list {
		fmt.Fprintln(w, flagNames.Replace(d.String()))
		if d.Severity.String() == "error" {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	fmt.Fprintf(w, "redoxgen: %s, nothing was done\n", count(n, "error"))
	return errShown
}
