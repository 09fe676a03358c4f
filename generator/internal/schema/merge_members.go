package schema

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/source"
	"github.com/redoxgen/redoxgen/internal/fieldpath"
	"github.com/redoxgen/redoxgen/internal/spelling"
)

// properties merges the members of an object into the schema out.
func (m *merger) properties(out *source.Value, p source.Member, path string) {
	at := out.Index("properties")
	if at < 0 {
		none := p
		none.Value = p.Value.Copy()
		none.Value.Members = nil
		out.Members, at = append(out.Members, none), len(out.Members)
	}
	members := out.Members[at].Value.Copy()
	out.Members[at].Value = members
	for _, q := range p.Value.Members {
		if members.Index(q.Name) < 0 && strings.ContainsAny(q.Name, ".[") {
			if !memberPath.MatchString(q.Name) {
				m.errorf(q.NamePos(), "overlay-path", `write a path such as Orders[].Status, or nested "properties" and "items"`, "%q is not a path of members", q.Name)
				continue
			}
			q = nested(q, strings.Split(q.Name, "."))
		}
		m.member(out, members, q, path)
	}
}

// memberPath matches paths such as Orders[].Status.
var memberPath = regexp.MustCompile(`^[\w-]+(\[\])*(\.[\w-]+(\[\])*)*$`)

// nested returns the first member of a path with the schemas that lead to the
// last: {"A[].B": v} is {"A": {"items": {"properties": {"B": v}}}}.
func nested(q source.Member, steps []string) source.Member {
	name, v := strings.TrimRight(steps[0], "[]"), q.Value
	if len(steps) > 1 {
		next := nested(q, steps[1:])
		v = object(q, "properties", object(q, next.Name, next.Value))
	}
	for range (len(steps[0]) - len(name)) / len("[]") {
		v = object(q, "items", v)
	}
	q.Name, q.Value = name, v
	return q
}

// object returns the object {name: v}, which stands where q does.
func object(q source.Member, name string, v *source.Value) *source.Value {
	o := q.Value.Copy()
	o.Kind, o.Text, o.Items = source.Object, "", nil
	q.Name, q.Value = name, v
	o.Members = []source.Member{q}
	return o
}

// member merges what is said of one member of the schema out into its members.
func (m *merger) member(out, members *source.Value, q source.Member, path string) {
	at, where := members.Index(q.Name), fieldpath.Member(path, q.Name)
	required := q.Value.Get(keyRequired)
	if required != nil {
		q.Value = q.Value.Copy()
		q.Value.Members = slices.DeleteFunc(q.Value.Members, func(p source.Member) bool { return p.Name == keyRequired })
	}
	switch {
	case q.Value.Kind == source.Null:
		m.remove(members, q, path)
		m.require(out, q.Name, path, q.Value)
		return
	case at < 0 && q.Value.Kind == source.Object && q.Value.Get("type") == nil && q.Value.Get("$ref") == nil:
		m.noMember(members, q, path)
		return
	case at < 0:
		if null := m.gone[fact{m.key, path, q.Name}]; null != nil && null.File() != m.from {
			m.conflict(where, null, q.Value)
		}
		q.Value = m.added(q.Value, where)
		members.Members = append(members.Members, q)
	default:
		members.Members[at].Value = m.schema(members.Members[at].Value, q.Value, where)
	}
	switch {
	case required == nil:
	case required.Kind != source.Bool:
		m.errorf(required.Pos(), "invalid-keyword", "", "the value of %q must be true or false, not %s", keyRequired, describe(required))
	default:
		m.require(out, q.Name, path, required)
	}
}

// noMember reports a path through a member that is not there.
func (m *merger) noMember(members *source.Value, q source.Member, path string) {
	hint := `to add it, state its "type"`
	if near := spelling.Nearest(q.Name, memberNames(members)); near != "" {
		hint = fmt.Sprintf("did you mean %q? %s", near, hint)
	}
	of := path
	if of == "" {
		of = "the message"
	}
	m.errorf(q.NamePos(), "overlay-nothing", hint, "%s has no member %q", of, q.Name)
}

// require says whether the object out requires the member called name: by true, false, or null for one that is removed.
func (m *merger) require(out *source.Value, name, path string, by *source.Value) {
	list := by.Copy()
	list.Kind, list.Text = source.Array, ""
	at := out.Index("required")
	if at >= 0 {
		list = out.Members[at].Value.Copy()
	}
	i := slices.IndexFunc(list.Items, func(v *source.Value) bool { return v.Text == name })
	what := fact{m.key, path, "required " + name}
	switch {
	case isTrue(by) == (i >= 0):
		return
	case isTrue(by):
		if before := m.gone[what]; before != nil && before.File() != m.from {
			m.conflict("whether "+fieldpath.Member(path, name)+" is required", before, by)
		}
		item := by.Copy()
		item.Kind, item.Text = source.String, name
		list.Items = append(list.Items, item)
		m.changed()
	default:
		if m.overlays(list.Items[i]) {
			before := list.Items[i].Copy()
			before.Kind, before.Text = source.Bool, "true"
			m.conflict("whether "+fieldpath.Member(path, name)+" is required", before, by)
		}
		list.Items = slices.Delete(list.Items, i, i+1)
		m.removed(path, what.name, by)
	}
	switch {
	case len(list.Items) == 0:
		out.Members = slices.Delete(out.Members, at, at+1)
	case at < 0:
		out.Members = append(out.Members, source.Member{Name: "required", Value: list})
	default:
		out.Members[at].Value = list
	}
}

// noLongerRequired warns of names that a list of required members has lost.
func (m *merger) noLongerRequired(before, now *source.Value) {
	var lost []string
	for _, v := range before.Items {
		if !slices.ContainsFunc(now.Items, func(w *source.Value) bool { return w.Text == v.Text }) {
			lost = append(lost, v.Text)
		}
	}
	if len(lost) > 0 {
		m.diags.Warnf(now.Pos(), "overlay-required", fmt.Sprintf(`a list replaces the one below: state all names, or write %q: true or false at a member`, keyRequired),
			"members are no longer required that are at %s: %s", before.Pos(), strings.Join(lost, ", "))
	}
}
