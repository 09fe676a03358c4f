package drift

import (
	"slices"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
)

// valueCounts is what is known of the values at one documented path.
type valueCounts struct {
	seen    []bool         // by member of the program: it has occurred
	members []*valueCounts // by member: nil where there is nothing to say
	follows []int32        // by member, from 1: the member that came after it last
	elem    *valueCounts   // of the elements of an array
	found   []found        // what drifted, in few ways
	lacks   *names         // members that the schema lacks
}

// found is how often values at a path drifted in one way.
type found struct {
	rule report.Rule
	want string
	occurrences
}

// occurrences counts messages: each once, however often something is in it.
type occurrences struct {
	messages uint64
	last     uint64 // the number of the message that was counted last
	kinds    [kindsOfValues]occurrence
}

type occurrence struct{ messages, last uint64 }

// count counts a value of a kind in the message of that number.
func (o *occurrences) count(message uint64, k kind) {
	if o.last != message {
		o.last = message
		o.messages++
	}
	if of := &o.kinds[k]; of.last != message {
		of.last = message
		of.messages++
	}
}

// note counts a value that drifted.
func (p *valueCounts) note(message uint64, rule report.Rule, want string, k kind) {
	i := slices.IndexFunc(p.found, func(f found) bool { return f.rule == rule })
	if i < 0 {
		i = len(p.found)
		p.found = append(p.found, found{rule: rule, want: want})
	}
	p.found[i].count(message, k)
}

// member returns the counts of a member, which it makes if there is none.
func (p *valueCounts) member(index int) *valueCounts {
	if p.members[index] == nil {
		p.members[index] = new(valueCounts)
	}
	return p.members[index]
}

// open makes room for the members of o.
func (p *valueCounts) open(o *program.Object) {
	if p.seen == nil {
		p.seen = make([]bool, o.Len())
		p.members = make([]*valueCounts, o.Len())
		p.follows = make([]int32, o.Len()+1)
		for i := range p.follows {
			p.follows[i] = int32(i)
		}
	}
}

// schema returns what the values at n are checked by.
func schema(n *program.Node) *program.Node {
	if n.Schema != nil {
		return n.Schema
	}
	return n
}

// allows reports whether n allows the value of type t whose text is given.
func allows(n *program.Node, t jsontext.Types, text string) bool {
	return n.Types&t != 0 || t == jsontext.TypeNumber && n.Types&jsontext.TypeInteger != 0 && jsontext.IsInteger(text)
}

// addNames adds the names of the members of n and all below it.
func addNames(names map[string]bool, visited map[*program.Node]bool, n *program.Node) {
	if n = schema(n); visited[n] {
		return
	}
	visited[n] = true
	if n.Elem != nil {
		addNames(names, visited, n.Elem)
	}
	if n.Object == nil {
		return
	}
	for i, name := range n.Object.Names {
		if m := &n.Object.Members[i]; m.Flags&program.NotInEvent == 0 {
			names[name] = true
			addNames(names, visited, m.Node)
		}
	}
}
