package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/changes"
	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/input"
	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/revision"
	"github.com/redoxgen/redoxgen/generator"
)

func newDiff() *cobra.Command {
	var asJSON, asMarkdown, exitCode bool
	c := &cobra.Command{
		Use:   "diff OLD [NEW]",
		Short: "Show what changed in schemas, and what that does to Go code",
		Long: `Diff compares two sets of schemas: members added, removed, retyped, newly or no longer
required, by event and path, and what each does to the generated Go code: breaking,
additive or none. docs/schema-changes.md explains the rules.

OLD and NEW are the word catalog, a directory, a zip archive, a directory of
generated code (with its redoxgen.lock), or one of these in a git revision:
git:REVISION:PATH, the path relative to the working directory; or several with +
between them, as for generate with several --schemas: catalog+more. NEW is catalog
if left out. Code of NEW has the names and types of OLD where both have them, as if
OLD had been generated first, with --allow-breaking then.

The exit code is 0; with --exit-code it is 1 if anything in Go breaks.`,
		Example: `  redoxgen diff schemas.zip
  redoxgen diff git:main:schemas.zip schemas.zip --exit-code
  redoxgen diff catalog catalog+more
  redoxgen diff models --markdown`,
		Args: oneOrTwo("OLD", "NEW"),
		RunE: func(c *cobra.Command, args []string) error {
			d, err := difference(c, append(args, catalogWord)[:2])
			if err != nil {
				return err
			}
			out := c.OutOrStdout()
			switch {
			case asJSON:
				err = printIndented(c, d)
			case asMarkdown:
				err = changes.Markdown(out, d)
			default:
				err = changes.Text(out, d)
			}
			if err == nil && exitCode && d.IsBreaking() {
				return errNo
			}
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().BoolVar(&asMarkdown, "markdown", false, "print Markdown, for a pull request")
	c.Flags().BoolVar(&exitCode, "exit-code", false, "exit with 1 if anything in Go breaks")
	c.MarkFlagsMutuallyExclusive("json", "markdown")
	return c
}

// difference compares what two arguments name.
func difference(c *cobra.Command, args []string) (*generator.Difference, error) {
	if path.Clean(filepath.ToSlash(args[0])) == path.Clean(filepath.ToSlash(args[1])) {
		return nil, usageError{c, fmt.Errorf("OLD and NEW are both %s: name another set of schemas, such as git:HEAD~1:PATH for what they were before", args[0])}
	}
	temporary, err := os.MkdirTemp("", "redoxgen-diff-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temporary)
	x := extractor{dir: temporary}
	before, err1 := x.options(c.Context(), args[0])
	after, err2 := x.options(c.Context(), args[1])
	if err := errors.Join(err1, err2); err != nil {
		return nil, interrupted(c.Context(), err)
	}
	d, err := generator.Diff(c.Context(), before, after)
	if err != nil {
		return nil, interrupted(c.Context(), err)
	}
	for i := range d.Diagnostics {
		d.Diagnostics[i].Pos.File = x.original(d.Diagnostics[i].Pos.File)
	}
	return d, printDiagnostics(c.ErrOrStderr(), d.Diagnostics)
}

// extractor finds the schemas of arguments, and writes those of git revisions below dir.
type extractor struct {
	dir   string
	names []string // pairs: a path below dir, and what it was extracted from
}

// original names a file as the user knows it.
func (x *extractor) original(file string) string {
	return strings.NewReplacer(x.names...).Replace(file)
}

// options returns how to generate from what an argument names.
func (x *extractor) options(ctx context.Context, arg string) (generator.Options, error) {
	if layers := strings.Split(arg, "+"); len(layers) > 1 && !exists(arg) {
		return x.layers(ctx, layers)
	}
	if arg == catalogWord {
		return generator.Options{}, nil
	}
	file := filepath.ToSlash(filepath.Join(arg, generator.LockFile))
	var lock []byte
	var err error
	if at, ok := revision.Parse(arg); ok {
		lock, err = at.File(ctx, generator.LockFile)
	} else if lock, err = input.File(ctx, file, maxLock); errors.Is(err, fs.ErrNotExist) || isFile(arg) {
		lock, err = nil, nil
	}
	if err != nil {
		return generator.Options{}, err
	}
	if lock == nil {
		source, err := x.source(ctx, arg)
		return generator.Options{Sources: []generator.Source{source}}, err
	}
	choices := generator.LockedChoices(lock)
	o := generator.Options{
		Lock: lock, LockName: file, Choices: choices,
		Events: choices.Events, ImportPath: choices.ImportPath, Literal: choices.Literal,
	}
	for i, schemas := range choices.Schemas {
		if schemas != catalogWord {
			choices.Schemas[i] = besideLock(arg, schemas)
		}
	}
	layers, err := x.layers(ctx, choices.Schemas)
	o.Sources = layers.Sources
	return o, err
}

// layers returns how to generate from several sources, the later ones laid over the
// earlier ones.
func (x *extractor) layers(ctx context.Context, args []string) (o generator.Options, err error) {
	for _, arg := range args {
		source := generator.Catalog()
		if arg != catalogWord {
			if source, err = x.source(ctx, arg); err != nil {
				return o, err
			}
		}
		o.Sources = append(o.Sources, source)
	}
	return o, nil
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// besideLock returns what a name lock in arg calls schemas.
func besideLock(arg, schemas string) string {
	if filepath.IsAbs(filepath.FromSlash(schemas)) {
		return schemas
	}
	if at, ok := revision.Parse(arg); ok {
		at.Path = path.Join(at.Path, schemas)
		return at.String()
	}
	return filepath.Join(arg, filepath.FromSlash(schemas))
}

// source returns the schemas at a path, which may be one in a revision.
func (x *extractor) source(ctx context.Context, arg string) (generator.Source, error) {
	at, ok := revision.Parse(arg)
	if !ok {
		return generator.Path(arg), nil
	}
	dir, err := os.MkdirTemp(x.dir, "revision-")
	if err != nil {
		return generator.Source{}, err
	}
	file, err := at.Extract(ctx, dir)
	x.names = append(x.names, filepath.ToSlash(file), at.String())
	return generator.Path(file), err
}
