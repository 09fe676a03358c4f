package codec

import "strconv"

// A message can put anything where a member's name belongs, a person's name
// included, and paths go to logs. So the name of a member that no schema knows
// is shown only if it looks like one of Redox's. This is the one rule for
// reports, errors, differences and outlines.

// The longest name of the catalog has 28 bytes. Numbers of people and phones
// have more digits than names.
const (
	maxShownName   = 48
	maxShownDigits = 4
)

// nameWithheld stands in a path for [] around a name that is not shown.
const nameWithheld = "[name withheld]"

// showable reports whether name looks like that of a member: letters, digits,
// - and _ behind a letter.
func showable(name string) bool {
	if len(name) > maxShownName || !plainName(name) || name[0]|0x20 < 'a' || name[0]|0x20 > 'z' {
		return false
	}
	digits := 0
	for _, c := range []byte(name) {
		if '0' <= c && c <= '9' {
			digits++
		}
	}
	return digits <= maxShownDigits
}

// MemberPath returns the path of a member, which the schema knows, of the object
// at path.
func MemberPath(path, name string) string { return string(appendMember([]byte(path), name)) }

// appendMember appends a member that the schema knows to a path. Names that are
// not plain words are quoted.
func appendMember(path []byte, name string) []byte {
	if !plainName(name) {
		return append(strconv.AppendQuote(append(path, '['), name), ']')
	}
	if len(path) > 0 {
		path = append(path, '.')
	}
	return append(path, name...)
}

// appendOther appends a member to a path that the schema may not know.
func appendOther(path []byte, name string, known bool) []byte {
	if !known && !showable(name) {
		return append(path, nameWithheld...)
	}
	return appendMember(path, name)
}

// step leads from an object to a member, or from an array to an element.
type step struct {
	name  string
	index int // -1 for a member
}

// knows reports whether the schema names a member of the object that the steps
// lead to.
func (n *node) knows(steps []step, name string) bool {
	for _, s := range steps {
		if n = n.below(s); n == nil {
			return false
		}
	}
	o := n.shape().object
	return o != nil && o.lookup(name) >= 0
}

// below returns the node that the step leads to; nil if the schema names none.
func (n *node) below(s step) *node {
	n = n.shape()
	switch {
	case s.index < 0 && n.object != nil:
		if i := n.object.lookup(s.name); i >= 0 {
			return n.object.rows[i].node
		}
		return n.object.additional
	case s.index < 0:
		return nil
	case n.tuple != nil && s.index < len(n.tuple.items):
		return n.tuple.items[s.index]
	case n.tuple != nil:
		return n.tuple.rest
	default:
		return n.elem
	}
}

// shape is n, or the schema that it is held to where its Go type says nothing.
func (n *node) shape() *node {
	if n.schema != nil && n.object == nil && n.elem == nil {
		return n.schema
	}
	return n
}
