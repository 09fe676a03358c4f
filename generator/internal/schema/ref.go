package schema

import (
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/source"
	"github.com/redoxgen/redoxgen/internal/spelling"
)

// target returns the schema that a $ref names, or nil after reporting why it names none.
func (b *builder) target(ref *source.Value) *source.Value {
	if target := b.overlaid[ref]; target != nil {
		return target
	}
	u, err := url.Parse(ref.Text)
	switch {
	case err != nil:
		b.diags.Errorf(ref.Pos(), "invalid-ref", "write #/definitions/Name or file.json#/definitions/Name", "$ref %q is not a URI reference", ref.Text)
		return nil
	case u.Scheme != "" || u.Host != "" || u.User != nil || u.RawQuery != "" || strings.HasPrefix(u.Path, "/"):
		b.diags.Errorf(ref.Pos(), "remote-ref", "copy the file among the schemas and refer to it by relative path",
			"$ref %q leaves the schemas: only files of the same source are read", ref.Text)
		return nil
	}
	name := ref.File().Path
	if u.Path != "" {
		name = path.Join(path.Dir(name), u.Path)
	}
	file := b.tree.File(name)
	switch {
	case file == nil:
		b.missingFile(ref, name)
		return nil
	case file.Root == nil:
		return nil // what is wrong with that file was reported there
	}
	return b.pointer(ref, file, u.Fragment)
}

func (b *builder) missingFile(ref *source.Value, name string) {
	hint := ""
	var known []string
	for _, f := range b.tree.Files {
		known = append(known, f.Path)
	}
	if near := spelling.Nearest(name, known); near != "" {
		hint = fmt.Sprintf("did you mean %s?", relative(path.Dir(ref.File().Path), near))
	}
	b.diags.Errorf(ref.Pos(), "missing-ref", hint, "$ref %q names a file that does not exist: %s", ref.Text, name)
}

// relative returns the path of a file as files of a directory refer to it.
func relative(dir, file string) string {
	up := ""
	for dir != "." && dir != "/" {
		if below, ok := strings.CutPrefix(file, dir+"/"); ok {
			return up + below
		}
		dir, up = path.Dir(dir), up+"../"
	}
	return up + file
}

// pointer follows a JSON pointer from the root of file.
func (b *builder) pointer(ref *source.Value, file *source.File, pointer string) *source.Value {
	v, target := file.Root, aSchema
	if pointer == "" {
		return v
	}
	if !strings.HasPrefix(pointer, "/") {
		b.diags.Errorf(ref.Pos(), "invalid-ref", "write #/definitions/Name", "$ref %q: the part after # is not a JSON pointer", ref.Text)
		return nil
	}
	for segment := range strings.SplitSeq(pointer[1:], "/") {
		name := source.UnescapeSegment(segment)
		next := v.At(name)
		if next == nil {
			hint := ""
			if near := spelling.Nearest(name, memberNames(v)); near != "" {
				hint = fmt.Sprintf("did you mean %q?", near)
			} else if through := v.Get("$ref"); through != nil && target == aSchema {
				hint = fmt.Sprintf("that is itself a $ref, to %q: a pointer leads to what is written in a file, so refer to what is there", through.Text)
			}
			b.diags.Errorf(ref.Pos(), "missing-ref", hint, "$ref %q names nothing: %s#%s has no %q", ref.Text, file.Name, v.Pointer(), name)
			return nil
		}
		v, target = next, target.member(name, next)
	}
	if target != aSchema || v.Kind != source.Object {
		b.diags.Errorf(ref.Pos(), "invalid-ref", "schemas are the values of properties, definitions, items and the like",
			"$ref %q names something that is not a schema", ref.Text)
		return nil
	}
	return v
}

// refTarget is what a JSON pointer has reached.
type refTarget uint8

const (
	otherValue refTarget = iota // a keyword's value of another kind
	aSchema                     // a schema
	ofSchemas                   // an object or array of schemas
)

// member returns what v is, the member or item called name.
func (r refTarget) member(name string, v *source.Value) refTarget {
	switch r {
	case ofSchemas:
		return aSchema
	case otherValue:
		return otherValue
	}
	switch name {
	case "properties", "patternProperties", "definitions":
		return ofSchemas
	case "items":
		if v.Kind == source.Array {
			return ofSchemas
		}
		return aSchema
	case "additionalItems", "additionalProperties":
		return aSchema
	}
	return otherValue
}

func memberNames(v *source.Value) []string {
	names := make([]string, 0, len(v.Members))
	for i := range v.Members {
		names = append(names, v.Members[i].Name)
	}
	return names
}

// circular reports a $ref that leads back to where it came from.
func (b *builder) circular(ref *source.Value, chain []*source.Value) {
	var steps []string
	for _, v := range append(chain[:len(chain):len(chain)], chain[0]) {
		steps = append(steps, v.File().Path+"#"+v.Pointer())
	}
	b.diags.Errorf(ref.Pos(), "circular-ref", "recursive schemas are not supported: break the circle, or leave one schema's type open",
		"$ref %q is circular: %s", ref.Text, strings.Join(steps, " → "))
}
