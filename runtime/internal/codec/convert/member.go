package convert

import (
	"unicode/utf8"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/decode"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/extension"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// SetMember sets the member called name of the struct at v to a value, as decoding
// that member would. If it has no field, or the value is no JSON, it is kept beside
// the fields. Without a value it is removed.
func SetMember(p *program.Program, v mem.Ptr, name, json string) {
	at := preserved.Of(v)
	own := (*at).Copy()
	setMember(p, v, own, name, json)
	if *at = own; own.IsEmpty() {
		*at = nil
	}
}

func setMember(p *program.Program, v mem.Ptr, own *preserved.Preserved, name, json string) {
	o := p.Plain().Object
	i := o.Lookup(name)
	if i < 0 {
		own.SetUnknown(SetMemberOf(name, json))
		return
	}
	r, field := &o.Members[i], int(o.Fields[i])
	fresh := p.Root.Type.New()
	if json != "" && (!jsontext.Valid(json) || decode.Unmarshal(p, jsontext.AppendMember(nil, name, json), fresh) != nil) {
		own.SetUnknown(SetMemberOf(name, json))
		return
	}
	own.SetUnknown(preserved.Member{Name: name})
	own.Clear(field)
	r.Node.Type.Copy(v.Field(r.Field), fresh.Field(r.Field))
	if k := *preserved.Of(fresh); k != nil {
		if f := k.Get(field); f.Fidelity != preserved.Exact {
			f.Index = field
			own.Set(f)
		}
	}
}

// SetMemberOf returns a member without a field that a program sets.
func SetMemberOf(name, json string) preserved.Member {
	m := preserved.Member{Name: name, JSON: json, Set: true}
	if !utf8.ValidString(name) {
		written := string(jsontext.AppendEscaped([]byte{'"'}, name)) // is refused when it is sent
		m.Written = &written
	}
	return m
}

// Inherit gives the struct at dst what that at src, of the same type, preserves. What
// dst preserves itself stays. Inherit returns the names of members without a field
// that both have and that differ; extensions count one by one.
func Inherit(dst, src mem.Ptr) (differing [][]string) {
	to, from := preserved.Of(dst), *preserved.Of(src)
	if from == nil || *to == from {
		return nil
	}
	if *to == nil {
		*to = from
		return nil
	}
	own := (*to).Copy()
	own.Fill(from)
	for _, m := range from.Unknown() {
		known := own.Member(m.Key())
		switch {
		case known == nil:
			own.SetUnknown(m)
		case m.Name == extension.Member && m.Written == nil:
			merged, names := extension.Merge(known.JSON, m.JSON)
			known.JSON = merged
			for _, name := range names {
				differing = append(differing, []string{m.Name, name})
			}
		case !jsontext.SameValue(known.JSON, m.JSON):
			differing = append(differing, []string{m.Name})
		}
	}
	*to = own
	return differing
}
