package conform

import (
	"context"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/all"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
	"github.com/redoxgen/redoxgen/generator/internal/source"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// event is one event with its schema, its oracle and its generated code.
type event struct {
	name   string
	info   *redox.EventInfo
	node   *schema.Node
	oracle *jsonschema.Schema
}

// loadEvents pairs the catalog's schemas with the generated events.
var loadEvents = sync.OnceValues(func() ([]event, error) {
	set, diags := schema.Load(context.Background(), schema.Options{Layers: []source.Layer{schema.Catalog()}})
	if diags.HasErrors() {
		return nil, diagError(diags.Sorted()[0].String())
	}
	infos := map[string]*redox.EventInfo{}
	for _, e := range all.Events() {
		infos[e.String()] = e
	}
	var list []event
	for _, e := range set.Events {
		name := e.Info.DataModel + "." + e.Info.EventType
		oracle, err := compileOracle(name, e.Root.Raw)
		if err != nil {
			return nil, err
		}
		list = append(list, event{name: name, info: infos[name], node: e.Root, oracle: oracle})
	}
	return list, nil
})

type diagError string

func (e diagError) Error() string { return string(e) }

func events(t testing.TB) []event {
	t.Helper()
	list, err := loadEvents()
	require.NoError(t, err)
	require.Len(t, list, len(all.Events()), "events of the catalog and of the generated code")
	for _, e := range list {
		require.NotNil(t, e.info, "no generated code for %s", e.name)
	}
	return list
}

// compileOracle compiles a schema with the independent validator.
func compileOracle(name string, text []byte) (*jsonschema.Schema, error) {
	c := jsonschema.NewCompiler()
	c.Draft = jsonschema.Draft4
	u := "mem:///" + strings.ReplaceAll(name, " ", "") + ".json"
	if err := c.AddResource(u, strings.NewReader(string(text))); err != nil {
		return nil, err
	}
	return c.Compile(u)
}

// issue is what both sides say of one fault.
type issue struct{ path, rule string }

// ask returns what the oracle says of a message.
func (e event) ask(doc any) []issue { return askOracle(e.oracle, doc) }

func askOracle(s *jsonschema.Schema, doc any) []issue {
	err := s.Validate(doc)
	if err == nil {
		return nil
	}
	var issues []issue
	collect(err.(*jsonschema.ValidationError), doc, &issues)
	return sorted(issues)
}

// collect turns the leaves of the oracle's error tree into issues.
func collect(e *jsonschema.ValidationError, doc any, issues *[]issue) {
	if len(e.Causes) > 0 {
		for _, c := range e.Causes {
			collect(c, doc, issues)
		}
		return
	}
	rule := e.KeywordLocation[strings.LastIndex(e.KeywordLocation, "/")+1:]
	path := redoxPath(e.InstanceLocation, doc)
	switch rule {
	case "required":
		for _, name := range quotedNames(e.Message) {
			*issues = append(*issues, issue{join(path, name), rule})
		}
	case "additionalProperties":
		for _, name := range quotedNames(e.Message) {
			at := join(path, name)
			if !memberName.MatchString(name) || len(name) > 48 || len(digit.FindAllString(name, -1)) > 4 {
				at = path + "[name withheld]" // no schema names it: it may be content
			}
			*issues = append(*issues, issue{at, rule})
		}
	default:
		*issues = append(*issues, issue{path, rule})
	}
}

var quotedName = regexp.MustCompile(`'((?:[^'\\]|\\.)*)'`)

// quotedNames reads the names that the oracle lists in one message.
func quotedNames(message string) (names []string) {
	for _, m := range quotedName.FindAllStringSubmatch(message, -1) {
		name, err := strconv.Unquote(`"` + strings.ReplaceAll(strings.ReplaceAll(m[1], `\'`, `'`), `"`, `\"`) + `"`)
		if err != nil {
			name = m[1]
		}
		names = append(names, name)
	}
	return names
}

// redoxPath turns a JSON pointer into the path that reports use.
func redoxPath(pointer string, doc any) (path string) {
	if pointer == "" {
		return ""
	}
	for seg := range strings.SplitSeq(pointer[1:], "/") {
		seg, _ = url.PathUnescape(seg)
		seg = strings.ReplaceAll(strings.ReplaceAll(seg, "~1", "/"), "~0", "~")
		if list, ok := doc.([]any); ok {
			i, _ := strconv.Atoi(seg)
			path += "[" + seg + "]"
			doc = list[i]
			continue
		}
		path = join(path, seg)
		doc = doc.(map[string]any)[seg]
	}
	return path
}

var (
	memberName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)
	digit      = regexp.MustCompile(`[0-9]`)
)

var plain = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

func join(path, name string) string {
	if !plain.MatchString(name) || len(name) > 64 {
		if len(name) > 64 {
			name = name[:64] + "…"
		}
		if plain.MatchString(strings.TrimSuffix(name, "…")) {
			return strings.TrimPrefix(path+"."+name, ".")
		}
		return path + "[" + strconv.Quote(name) + "]"
	}
	return strings.TrimPrefix(path+"."+name, ".")
}

// issuesOf returns the errors of a report.
func issuesOf(r redox.Report) []issue {
	var issues []issue
	for v := range r.Errors() {
		issues = append(issues, issue{v.Path, string(v.Rule)})
	}
	return sorted(issues)
}

// sorted returns the set of issues in a fixed order.
func sorted(issues []issue) []issue {
	slices.SortFunc(issues, func(a, b issue) int {
		return strings.Compare(a.path+"\x00"+a.rule, b.path+"\x00"+b.rule)
	})
	return slices.Compact(issues)
}

// parse decodes JSON as the oracle wants it.
func parse(t testing.TB, text []byte) any {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(string(text)))
	dec.UseNumber()
	var v any
	require.NoError(t, dec.Decode(&v))
	return v
}
