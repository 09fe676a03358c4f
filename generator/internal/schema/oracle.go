package schema

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
)

// secondOpinion compiles the schemas with an independent draft-04
// implementation, the one that generated validators have to agree with. It
// finds nothing unless a check is missing here, and then it is better that
// nothing is generated.
func secondOpinion(events []*Event, diags *diag.List) {
	o := &opinion{known: map[string]bool{}}
	seen := map[*Node]bool{}
	for _, e := range events {
		visit(e.Root, seen, o.add)
	}
	compiler := jsonschema.NewCompiler()
	compiler.Draft = jsonschema.Draft4
	const url = "mem:///schemas.json"
	err := compiler.AddResource(url, bytes.NewReader(o.document()))
	if err == nil {
		_, err = compiler.Compile(url)
	}
	if err == nil {
		return
	}
	node, message := o.locate(err)
	pos := diag.Pos{}
	if node != nil {
		pos = node.Pos
	}
	diags.Errorf(pos, "disagreement", "this is a gap in redoxgen's own checks: please report it with the schema",
		"the schema is not valid draft-04: %s", message)
}

// opinion is one small document of everything that is stated about values. A
// schema is valid if what it says itself is and the schemas inside it are, so
// each is written without those, and what many say is written once.
type opinion struct {
	types  [len(typesJSON)]bool // the sets of types that are stated with nothing else
	known  map[string]bool
	nodes  []*Node
	schema [][]byte
}

func (o *opinion) add(n *Node) {
	if len(n.Required) == 0 && len(n.Rules) == 0 {
		if o.types[n.Types] {
			return
		}
		o.types[n.Types] = true
	}
	own := Node{Types: n.Types, Required: n.Required, Rules: n.Rules}
	if schema := render(&own); !o.known[string(schema)] {
		o.known[string(schema)] = true
		o.nodes = append(o.nodes, n)
		o.schema = append(o.schema, schema)
	}
}

// document returns the schema whose properties are all schemas.
func (o *opinion) document() []byte {
	var b bytes.Buffer
	b.WriteString(`{"$schema":"http://json-schema.org/draft-04/schema#","properties":{`)
	for i, s := range o.schema {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `"%d":%s`, i, s)
	}
	b.WriteString("}}")
	return b.Bytes()
}

// locate returns the node that an error of the compiler is about, if it says, and what it says.
func (o *opinion) locate(err error) (*Node, string) {
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return nil, err.Error()
	}
	for len(invalid.Causes) > 0 {
		invalid = invalid.Causes[0]
	}
	path := strings.Split(invalid.InstanceLocation, "/")
	if len(path) > 2 {
		if id, err := strconv.Atoi(path[2]); err == nil && id < len(o.nodes) {
			return o.nodes[id], fmt.Sprintf("%s: %s", strings.Join(path[3:], "/"), invalid.Message)
		}
	}
	return nil, invalid.Message
}
