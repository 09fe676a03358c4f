//go:build redox_safe

package mem

import (
	"encoding/binary"
	"reflect"
	"strings"
)

// Ptr points to a Go value of a type that its user knows. The zero value
// points to nothing.
type Ptr struct{ v reflect.Value }

// Of returns v, which must hold a pointer, as a Ptr.
func Of(v any) Ptr { return Ptr{reflect.ValueOf(v).Elem()} }

// Type is a type of values that a Ptr can point to.
type Type struct{ typ reflect.Type }

// TypeOf describes t.
func TypeOf(t reflect.Type) Type { return Type{t} }

// New returns a Ptr to a new zero value.
func (t *Type) New() Ptr { return Ptr{reflect.New(t.typ).Elem()} }

// IsNil reports whether p points to nothing.
func (p Ptr) IsNil() bool { return !p.v.IsValid() }

// Field is the place of a struct field.
type Field struct{ index int }

// FieldOf returns the place of t's field i.
func FieldOf(_ reflect.Type, i int) Field { return Field{i} }

// Field points to a field of the struct at p.
func (p Ptr) Field(f Field) Ptr { return Ptr{p.v.Field(f.index)} }

// Address returns where the text is in memory, also if it is empty.
func Address(s string) uintptr { return reflect.ValueOf(&s).Elem().Pointer() }

// String returns the string, of whatever named type, at p.
func (p Ptr) String() *string {
	return p.v.Addr().Convert(reflect.TypeFor[*string]()).Interface().(*string)
}

// Uint8 returns the uint8, of whatever named type, at p.
func (p Ptr) Uint8() *uint8 {
	return p.v.Addr().Convert(reflect.TypeFor[*uint8]()).Interface().(*uint8)
}

// Preserved returns what the struct at p preserves. The struct must begin with
// redox.Object, which has the method in builds without unsafe.
func Preserved[K any](p Ptr) **K {
	return p.v.Field(0).Addr().Interface().(interface{ RedoxPreserved() **K }).RedoxPreserved()
}

// As returns p as a pointer to a T, which it must be.
func As[T any](p Ptr) *T { return p.v.Addr().Interface().(*T) }

// IsZero reports whether the value at p is zero.
func (t *Type) IsZero(p Ptr) bool { return p.v.IsZero() }

// Copy sets the value at dst to that at src.
func (t *Type) Copy(dst, src Ptr) { dst.v.Set(src.v) }

// SetZero sets the value at p to its type's zero value.
func (t *Type) SetZero(p Ptr) { p.v.SetZero() }

// Slice is a slice type.
type Slice struct{ typ reflect.Type }

// SliceOf describes the slice type t.
func SliceOf(t reflect.Type) Slice { return Slice{t} }

// Elem returns the type of an element.
func (s *Slice) Elem() reflect.Type { return s.typ.Elem() }

// ElemSize returns the size of an element in bytes.
func (s *Slice) ElemSize() int { return int(s.typ.Elem().Size()) }

// Address returns where the elements of the slice at p are.
func (s *Slice) Address(p Ptr) uintptr { return p.v.Pointer() }

// Len returns the length of the slice at p.
func (s *Slice) Len(p Ptr) int { return p.v.Len() }

// Cap returns the capacity of the slice at p.
func (s *Slice) Cap(p Ptr) int { return p.v.Cap() }

// IsNil reports whether the slice at p is nil.
func (s *Slice) IsNil(p Ptr) bool { return p.v.IsNil() }

// Index points to element i, which must be below the slice's capacity.
func (s *Slice) Index(p Ptr, i int) Ptr { return Ptr{p.v.Slice(0, p.v.Cap()).Index(i)} }

// SetLen sets the length, which must be at most the capacity.
func (s *Slice) SetLen(p Ptr, n int) { p.v.SetLen(n) }

// Make sets the slice at p to a new one without elements that has room for n.
func (s *Slice) Make(p Ptr, n int) { p.v.Set(reflect.MakeSlice(s.typ, 0, n)) }

// Grow makes room for at least n more elements behind the length.
func (s *Slice) Grow(p Ptr, n int) { p.v.Grow(n) }

// Spare is room that Own needs, one time after the other.
type Spare struct{}

// Own gives the slice at p, which has elements, an array of its own with a copy of them.
func (s *Slice) Own(p Ptr, _ *Spare) {
	list := reflect.MakeSlice(s.typ, p.v.Len(), p.v.Len())
	reflect.Copy(list, p.v)
	p.v.Set(list)
}

// New returns a Ptr to a nil slice.
func (s *Slice) New() Ptr { return Ptr{reflect.New(s.typ).Elem()} }

// Drop sets the slice at p to nil.
func (s *Slice) Drop(p Ptr) { p.v.SetZero() }

// Cut sets the slice at p to n elements, from element i on, of that at whole,
// without capacity beyond them.
func (s *Slice) Cut(p, whole Ptr, i, n int) { p.v.Set(whole.v.Slice3(i, i+n, i+n)) }

// Take sets the slice at p to one without elements that has room for n: the
// array that is a field of the struct at whole.
func (s *Slice) Take(p, whole Ptr, array Field, n int) { p.v.Set(whole.Field(array).v.Slice3(0, 0, n)) }

// SetEmpty sets the slice at p to one that is empty but not nil.
func (s *Slice) SetEmpty(p Ptr) { p.v.Set(reflect.MakeSlice(s.typ, 0, 0)) }

// Input is a padded text.
type Input struct{ text string }

// NewInput returns a padded private copy of data.
func NewInput(data []byte) Input {
	var b strings.Builder
	b.Grow(len(data) + Pad)
	b.Write(data)
	b.WriteString(zeros)
	return Input{b.String()}
}

// Borrow returns the text as an Input; it appends the padding to buf and
// returns that as well.
func Borrow(buf []byte) (Input, []byte) {
	buf = append(buf, zeros...)
	return Input{string(buf)}, buf
}

// Len returns the length of the text without its padding.
func (in Input) Len() int { return len(in.text) - Pad }

// At returns the byte at i; 0 behind the text.
func (in Input) At(i int) byte { return in.text[i] }

// Load8 returns the eight bytes at i, the first in the lowest bits.
func (in Input) Load8(i int) uint64 { return binary.LittleEndian.Uint64([]byte(in.text[i : i+8])) }

// Text returns the text from i to j without copying.
func (in Input) Text(i, j int) string { return in.text[i:j] }

// Text is where copies of strings are kept together. The zero value is empty.
type Text struct {
	chunk *strings.Builder
	full  int // bytes in earlier chunks
}

// Copy returns a copy of s, from a new chunk of at least least bytes if the
// current one has no room.
func (t *Text) Copy(s string, least int) string {
	if s == "" {
		return "" // and no address, see Address
	}
	if t.chunk == nil || t.chunk.Cap()-t.chunk.Len() < len(s) {
		t.full = t.Len()
		t.chunk = new(strings.Builder)
		t.chunk.Grow(max(len(s), least))
	}
	n := t.chunk.Len()
	t.chunk.WriteString(s)
	return t.chunk.String()[n:]
}

// Room is memory for those who write text themselves.
type Room struct{ b []byte }

// RoomOf returns the memory of b, up to its capacity.
func RoomOf(b []byte) Room { return Room{b[:cap(b)]} }

// Room returns no room: strings are never written to.
func (t *Text) Room() (Room, int) { return Room{}, 0 }

// Has8 reports whether Put8 may write at i.
func (r Room) Has8(i int) bool { return i+8 <= len(r.b) }

// Put8 writes the eight bytes of w, the lowest first, at i.
func (r Room) Put8(i int, w uint64) { binary.LittleEndian.PutUint64(r.b[i:], w) }

// Cut must not be called, as there is no room.
func (t *Text) Cut(int) string { panic("mem: no room") }

// CopyBytes is Copy of bytes.
func (t *Text) CopyBytes(b []byte, least int) string { return t.Copy(string(b), least) }

// Len returns how many bytes were copied.
func (t *Text) Len() int {
	if t.chunk == nil {
		return 0
	}
	return t.full + t.chunk.Len()
}

// Load8 returns the eight bytes of s at i, the first in the lowest bits. s must
// have them.
func Load8(s string, i int) uint64 { return binary.LittleEndian.Uint64([]byte(s[i : i+8])) }

// Load4 is Load8 for four bytes.
func Load4(s string, i int) uint64 {
	return uint64(binary.LittleEndian.Uint32([]byte(s[i : i+4])))
}
