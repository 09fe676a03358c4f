// Package destfile reads what destinations support from a JSON or YAML file,
// for client.Config.Destinations. It is a package of its own so that programs
// which do without such a file do without a YAML reader.
//
// The file maps IDs of destinations to events:
//
//	# General Hospital
//	0f4bd1d1-451d-4351-8cfd-b767d1b488d6:
//	  - PatientAdmin.*
//	  - Results.New
package destfile

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/internal/eventset"
)

// Load reads a file. more are names of events, as "DataModel.EventType", that
// it may use besides those that Redox documents. The error names everything
// that is wrong, by line and column, with suggestions for misspelt events.
func Load(path string, more ...string) (client.Destinations, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("destfile: %w", err)
	}
	return Parse(path, data, more...)
}

// Parse is Load for data that was read already; name stands for the file in
// errors.
func Parse(name string, data []byte, more ...string) (client.Destinations, error) {
	r := &reader{name: name, known: slices.Concat(eventset.Catalog(), more), lines: map[string]int{}, found: client.Destinations{}}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(doc.Content) == 0 {
		return nil, fmt.Errorf("%s: the file is empty", name)
	}
	r.file(doc.Content[0])
	if err := errors.Join(r.errs...); err != nil {
		return nil, err
	}
	return r.found, nil
}

// reader walks the file's nodes and collects what is wrong.
type reader struct {
	name  string
	known []string
	lines map[string]int // where each destination is
	found client.Destinations
	errs  []error
}

func (r *reader) fail(n *yaml.Node, format string, args ...any) {
	where := fmt.Sprintf("%s:%d:%d: ", r.name, n.Line, n.Column)
	r.errs = append(r.errs, errors.New(where+fmt.Sprintf(format, args...)))
}

func (r *reader) file(n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		r.fail(n, "want a mapping from destination IDs to lists of events")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		r.destination(n.Content[i], n.Content[i+1])
	}
}

func (r *reader) destination(key, value *yaml.Node) {
	id := key.Value
	if line := r.lines[id]; line != 0 {
		r.fail(key, "destination %s is in line %d already", id, line)
		return
	}
	r.lines[id] = key.Line
	switch {
	case key.Kind != yaml.ScalarNode || id == "":
		r.fail(key, "want the ID of a destination")
	case value.Kind != yaml.SequenceNode:
		r.fail(value, "want a list of events for destination %s", id)
	default:
		r.found[id] = []string{}
		for _, item := range value.Content {
			r.event(id, item)
		}
	}
}

func (r *reader) event(id string, item *yaml.Node) {
	if item.Kind != yaml.ScalarNode {
		r.fail(item, "want an event, such as PatientAdmin.* or Results.New")
		return
	}
	if _, err := eventset.Compile([]string{item.Value}, r.known); err != nil {
		r.fail(item, "%v", err)
		return
	}
	r.found[id] = append(r.found[id], item.Value)
}
