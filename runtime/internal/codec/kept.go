package codec

import "github.com/redoxgen/redoxgen/runtime/internal/mem"

// Kept is what one object was decoded from beyond what its fields show.
// It is never changed after decoding, so copies of a struct may share it.
//
// Most objects of most messages need at most the three masks; bit i of a mask
// stands for row i of the object's program, so the masks are only meaningful
// together with the struct type, which fixes the order.
type Kept struct {
	null   uint64 // member was null
	empty  uint64 // member was "" or {}
	absent uint64 // member is required, but was missing
	rest   *rest
}

// rest is what few objects need.
type rest struct {
	fields  []keptField
	unknown []Member
	self    string // the value itself, when it was not an object
}

// state says how a member differed from what its field shows.
type state uint8

const (
	stateNull   state = iota + 1
	stateEmpty        // "" or {}
	stateAbsent       // required but missing
	stateRaw          // the field holds what raw can be read as: raw stands while it still does
	stateAside        // the field is zero because raw has no such form: raw stands while it still is
	stateList         // elements of the list, or of lists in it, cannot show all that they were
)

type keptField struct {
	field int // index of the struct field
	state state
	raw   string
	was   string    // of stateRaw: the field's text, unless it is a boolean
	list  *keptList // of stateList
}

// Member is a member that the struct has no field for.
type Member struct {
	Name string
	Raw  string
	// written is the name with its quotes, if Name is not all that it says.
	written string
}

// Unknown returns the members without a field.
func (k *Kept) Unknown() []Member {
	if k == nil || k.rest == nil {
		return nil
	}
	return k.rest.unknown
}

func (k *Kept) more() *rest {
	if k.rest == nil {
		k.rest = new(rest)
	}
	return k.rest
}

// set remembers a state of the field, replacing what was remembered of it.
func (k *Kept) set(f keptField) {
	k.clear(f.field)
	if f.field < 64 {
		switch bit := uint64(1) << f.field; f.state {
		case stateNull:
			k.null |= bit
			return
		case stateEmpty:
			k.empty |= bit
			return
		case stateAbsent:
			k.absent |= bit
			return
		}
	}
	r := k.more()
	r.fields = append(r.fields, f)
}

// clear forgets the field, for a member that occurs again.
func (k *Kept) clear(field int) {
	if field < 64 {
		bit := uint64(1) << field
		k.null &^= bit
		k.empty &^= bit
		k.absent &^= bit
	}
	if k.rest == nil {
		return
	}
	for i, f := range k.rest.fields {
		if f.field == field {
			k.rest.fields = append(k.rest.fields[:i], k.rest.fields[i+1:]...)
			return
		}
	}
}

// nothing reports that nothing is remembered of the field.
func (k *Kept) nothing(field int) bool {
	return k.rest == nil && field < 64 && (k.null|k.empty|k.absent)>>field&1 == 0
}

// get returns what is remembered of the field; the state is 0 for nothing.
func (k *Kept) get(field int) keptField {
	if field < 64 {
		switch bit := uint64(1) << field; {
		case k.null&bit != 0:
			return keptField{state: stateNull}
		case k.empty&bit != 0:
			return keptField{state: stateEmpty}
		case k.absent&bit != 0:
			return keptField{state: stateAbsent}
		}
	}
	if k.rest != nil {
		for _, f := range k.rest.fields {
			if f.field == field {
				return f
			}
		}
	}
	return keptField{}
}

// keep returns the memory of the struct at p.
func (d *decoder) keep(p mem.Ptr) *Kept {
	at := mem.Kept[Kept](p)
	if *at == nil {
		if len(d.kepts) == cap(d.kepts) {
			room := max(d.keeping-d.keepers, d.keepers, 1) // what is expected, or as many again
			d.kepts = make([]Kept, 0, min(room, 512))
		}
		d.keepers++
		d.kepts = d.kepts[:len(d.kepts)+1]
		*at = &d.kepts[len(d.kepts)-1]
	}
	return *at
}
