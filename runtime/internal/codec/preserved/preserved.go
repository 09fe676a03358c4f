package preserved

import "github.com/redoxgen/redoxgen/runtime/internal/mem"

// Fidelity says how much of a member's value its field shows.
type Fidelity uint8

// The fidelities of fields.
const (
	Exact           Fidelity = iota // all of it
	Null                            // the zero value, of null
	Empty                           // the zero value, of "" or {}
	Absent                          // the zero value, of a required member that was missing
	Coerced                         // what the JSON can be read as; that stands while the field does
	Unrepresentable                 // the zero value, of JSON that the field has no form for; that stands while the field is zero
	InElements                      // a list whose elements, or those of lists in it, do not show all that they were
)

// Preserved is what an object was decoded from beyond what its fields show. It is
// never changed after decoding, so copies of a struct may share it.
//
// Most objects of most messages need at most the three masks; bit i of a mask
// stands for the struct's field i, so the masks are only meaningful together
// with the struct type.
type Preserved struct {
	null   uint64 // member was null
	empty  uint64 // member was "" or {}
	absent uint64 // member is required, but was missing
	Rare   *Rare
}

// Rare is what few objects preserve.
type Rare struct {
	Fields   []Field  // whose fidelity no mask says
	Unknown  []Member // without a field
	Original string   // JSON of the value itself, which was no object

	// Source is where unknown members come from instead, of a struct that was
	// converted from another; see Converted.
	Source Converted
}

// Converted finds the unknown members of a struct when they are asked for. It is
// an interface for the sake of compile time: generated packages are compiled with
// all that Preserved leads to.
type Converted interface{ Unknown() []Member }

// Field is what is preserved of one field.
type Field struct {
	Index    int // of the struct's field, without redox.Object
	Fidelity Fidelity
	JSON     string // what a Coerced or Unrepresentable field was decoded from
	Text     string // of a Coerced field, unless it is a boolean
	List     *List  // of a field InElements
}

// Member is a member that the struct has no field for.
type Member struct {
	Name string
	JSON string
	// Written is the name with its quotes, if Name is not all that it says. It is a
	// pointer since it is rare, and messages may have millions of members.
	Written *string
	Set     bool // by the program, so that JSON may be no JSON
}

// Key returns what tells m from other members of an object: its name, or the JSON
// of a name that is not Unicode, behind a byte that no other name has. Different
// names of that kind may read alike.
func (m *Member) Key() string {
	if m.Written != nil {
		return "\xff" + *m.Written
	}
	return m.Name
}

// Unknown returns the members without a field.
func (p *Preserved) Unknown() []Member {
	if p == nil || p.Rare == nil {
		return nil
	}
	if p.Rare.Source != nil {
		return p.Rare.Source.Unknown()
	}
	return p.Rare.Unknown
}

// Copy returns a Preserved of its own for a struct that gets other members without a
// field; p may be nil.
func (p *Preserved) Copy() *Preserved {
	own := new(Preserved)
	if p == nil {
		return own
	}
	*own = *p
	if p.Rare != nil {
		own.Rare = &Rare{
			Fields:   append([]Field(nil), p.Rare.Fields...),
			Unknown:  append([]Member(nil), p.Unknown()...),
			Original: p.Rare.Original,
		}
	}
	return own
}

// Member returns the member without a field that has the key; nil if there is none.
func (p *Preserved) Member(key string) *Member {
	list := p.Unknown()
	for i := range list {
		if list[i].Key() == key {
			return &list[i]
		}
	}
	return nil
}

// SetUnknown sets a member without a field, or removes it if m has no JSON. Only what
// Copy returned may be changed.
func (p *Preserved) SetUnknown(m Member) {
	r := p.More()
	for i := range r.Unknown {
		switch {
		case r.Unknown[i].Key() != m.Key():
		case m.JSON == "":
			r.Unknown = append(r.Unknown[:i], r.Unknown[i+1:]...)
			return
		default:
			r.Unknown[i] = m
			return
		}
	}
	if m.JSON != "" {
		r.Unknown = append(r.Unknown, m)
	}
}

// IsEmpty reports whether p says nothing.
func (p *Preserved) IsEmpty() bool {
	return p.null|p.empty|p.absent == 0 &&
		(p.Rare == nil || len(p.Rare.Fields) == 0 && len(p.Rare.Unknown) == 0 && p.Rare.Original == "")
}

// Fill adds what from preserves of fields of which p preserves nothing.
func (p *Preserved) Fill(from *Preserved) {
	own := p.null | p.empty | p.absent
	p.null |= from.null &^ own
	p.empty |= from.empty &^ own
	p.absent |= from.absent &^ own
	if from.Rare == nil {
		return
	}
	for _, f := range from.Rare.Fields {
		if p.Get(f.Index).Fidelity == Exact {
			p.More().Fields = append(p.More().Fields, f)
		}
	}
}

// More returns what few objects preserve, to be filled in.
func (p *Preserved) More() *Rare {
	if p.Rare == nil {
		p.Rare = new(Rare)
	}
	return p.Rare
}

// Set says what f's field preserves, in place of what was said before.
func (p *Preserved) Set(f Field) {
	p.Clear(f.Index)
	if f.Index < 64 {
		switch bit := uint64(1) << f.Index; f.Fidelity {
		case Null:
			p.null |= bit
			return
		case Empty:
			p.empty |= bit
			return
		case Absent:
			p.absent |= bit
			return
		}
	}
	r := p.More()
	r.Fields = append(r.Fields, f)
}

// Clear forgets the field, whose member occurs again.
func (p *Preserved) Clear(field int) {
	if field < 64 {
		bit := uint64(1) << field
		p.null &^= bit
		p.empty &^= bit
		p.absent &^= bit
	}
	if p.Rare == nil {
		return
	}
	for i, f := range p.Rare.Fields {
		if f.Index == field {
			p.Rare.Fields = append(p.Rare.Fields[:i], p.Rare.Fields[i+1:]...)
			return
		}
	}
}

// IsExact reports that the field shows all of its member. It may report false of
// one that does, too; see Get.
func (p *Preserved) IsExact(field int) bool {
	return p.Rare == nil && field < 64 && (p.null|p.empty|p.absent)>>field&1 == 0
}

// Marks returns, by bit, which fields below 64 were null or empty.
func (p *Preserved) Marks() uint64 { return p.null | p.empty }

// Mask returns which mask has the field; Exact if none does.
func (p *Preserved) Mask(field int) Fidelity {
	switch bit := uint64(1) << field; {
	case field >= 64:
		return Exact
	case p.null&bit != 0:
		return Null
	case p.empty&bit != 0:
		return Empty
	case p.absent&bit != 0:
		return Absent
	default:
		return Exact
	}
}

// Get returns what the field preserves; it is Exact if that is nothing.
func (p *Preserved) Get(field int) Field {
	if f := p.Mask(field); f != Exact {
		return Field{Fidelity: f}
	}
	if p.Rare != nil {
		for _, f := range p.Rare.Fields {
			if f.Index == field {
				return f
			}
		}
	}
	return Field{}
}

// Of points to what the generated struct at v preserves.
func Of(v mem.Ptr) **Preserved { return mem.Preserved[Preserved](v) }
