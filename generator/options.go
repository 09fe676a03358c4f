package generator

import (
	"cmp"
	"errors"
	"io/fs"
	"strings"

	"golang.org/x/mod/module"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/lock"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
	"github.com/redoxgen/redoxgen/generator/internal/source"
)

// DefaultImportPath is where the code that comes with the project lives.
const DefaultImportPath = "github.com/redoxgen/redoxgen/generated"

// Options say what to generate. The zero value generates the whole catalog.
type Options struct {
	// Sources are where the schemas come from; files of later ones replace
	// files of earlier ones, and overlays are merged into them. None: the
	// embedded catalog.
	Sources []Source

	// Events are patterns such as "PatientAdmin.*" or "Order.New", in wire or
	// in Go names, whatever their case. None: all events of the sources.
	Events        []string
	eventsMayLack bool // a pattern that chooses no event is no error

	// ImportPath is the import path of the directory that is written to;
	// "" means DefaultImportPath.
	ImportPath string

	// Literal takes published schemas as they are: without the corrections.
	Literal bool

	// Lock is the name lock that an earlier run returned, nil for none.
	// LockName is what diagnostics call it.
	Lock     []byte
	LockName string

	// Choices are recorded in Result.Lock. They have no other effect: the caller
	// derives the other options from what LockedChoices returns.
	Choices Choices

	// Prune lets Write remove the code of events that Lock knows and that are not
	// generated now. Without it, Write and Compare fail with a DroppedError.
	Prune bool

	// AllowBreaking allows changes that break code in use: fields change their Go
	// type with the type of their schema, and events without a schema are removed.
	// Without it both are errors.
	AllowBreaking bool
}

// importPath returns the import path to generate for.
func (o *Options) importPath(diags *diag.List) string {
	path := strings.TrimSuffix(cmp.Or(o.ImportPath, DefaultImportPath), "/")
	if err := CheckImportPath(path); err != nil {
		diags.Errorf(diag.Pos{File: string(diag.ImportPath)}, "bad-import-path",
			"it is the module path of go.mod and the directory that is written to, such as example.com/app/models",
			"%q is not an import path: %v", o.ImportPath, err)
	}
	return path
}

// CheckImportPath returns an error unless the go command takes path for the
// import path of a package.
func CheckImportPath(path string) error {
	err := module.CheckImportPath(path)
	var invalid *module.InvalidPathError
	if errors.As(err, &invalid) {
		return invalid.Err // without the path, which the caller names
	}
	return err
}

// Source is a place that schemas come from.
type Source struct{ layer source.Layer }

// Catalog is the source of the schemas that come with the program.
func Catalog() Source { return Source{schema.Catalog()} }

// Path is the source of a directory or of a zip archive, such as the published schemas.zip.
func Path(path string) Source { return Source{source.Path(path)} }

// FS is the source of a file system; diagnostics call its files name/path.
func FS(name string, fsys fs.FS) Source { return Source{source.FS(name, fsys)} }

// Choices are what code was generated from. The name lock has them, so that the
// next run can do without options.
type Choices struct {
	Events     []string // patterns; none: all events
	Schemas    []string // the sources in words of the caller; none: the embedded catalog
	ImportPath string   // "" where it follows from something else
	Literal    bool
}

// LockedChoices returns the Options.Choices of the run that wrote a name lock. Lines
// that cannot be read are ignored.
func LockedChoices(text []byte) Choices {
	var c Choices
	for _, l := range lock.Parse("", text, new(diag.List)).Choices {
		switch {
		case l.Name == "events":
			c.Events = l.Values
		case l.Name == "schemas":
			c.Schemas = l.Values
		case l.Name == "import-path" && len(l.Values) == 1:
			c.ImportPath = l.Values[0]
		case l.Name == "literal":
			c.Literal = true
		}
	}
	return c
}

// locked returns c as the name lock has it.
func (c Choices) locked() []lock.Choice {
	var list []lock.Choice
	add := func(name string, made bool, values ...string) {
		if made {
			list = append(list, lock.Choice{Name: name, Values: values})
		}
	}
	add("schemas", len(c.Schemas) > 0, c.Schemas...)
	add("events", len(c.Events) > 0, c.Events...)
	add("import-path", c.ImportPath != "", c.ImportPath)
	add("literal", c.Literal)
	return list
}
