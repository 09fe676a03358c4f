package lock

import (
	"bytes"
	"fmt"
	"go/token"
	"slices"
)

// overlaySets returns the union of base and over. Where both have a value, over's
// counts.
func overlaySets(base, over []Set) []Set {
	out := slices.Clone(base)
	for _, o := range over {
		i := slices.IndexFunc(out, func(s Set) bool { return s.Go == o.Go })
		if i < 0 {
			out = append(out, o)
			continue
		}
		out[i].Values = union(o.Values, out[i].Values, func(v Value) string { return v.JSON })
	}
	return out
}

func writeSets(b *bytes.Buffer, sets []Set) {
	for _, s := range sets {
		fmt.Fprintf(b, "\nset %s\n", s.Go)
		for _, v := range s.Values {
			b.WriteString("value " + word(v.JSON))
			if v.Go != "" {
				b.WriteString(" " + v.Go)
			}
			b.WriteByte('\n')
		}
	}
}

func (p *parser) set(words []string) {
	p.refused, p.fields, p.values = true, nil, nil
	id, ok := p.ident(words[1])
	what := "set " + words[1]
	if ok && p.repeats(what) {
		i := slices.IndexFunc(p.lock.Sets, func(s Set) bool { return s.Go == id })
		p.refused, p.values, p.owner = false, &p.lock.Sets[i].Values, words[1]
		return
	}
	if !ok || !p.first(what, what) {
		return
	}
	p.lock.Sets = append(p.lock.Sets, Set{Go: id})
	p.refused, p.values, p.owner = false, &p.lock.Sets[len(p.lock.Sets)-1].Values, words[1]
}

func (p *parser) value(words []string) {
	switch {
	case p.refused:
		return
	case p.values == nil:
		p.errorf("value %s belongs to no set", words[1])
		return
	}
	v := Value{JSON: words[1], Line: p.line}
	if len(words) == 3 {
		if v.Go = words[2]; !token.IsIdentifier(v.Go) || !token.IsExported(v.Go) {
			p.errorf("%q is not an exported Go name", v.Go)
			return
		}
	}
	if what := "value " + p.owner + " " + words[1]; !p.repeats(what) && p.first(what, what) {
		*p.values = append(*p.values, v)
	}
}
