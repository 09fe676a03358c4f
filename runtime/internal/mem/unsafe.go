//go:build !redox_safe

package mem

import (
	"encoding/binary"
	"reflect"
	"strings"
	"unsafe"
)

// Ptr points to a Go value of a type that its user knows. The zero value
// points to nothing.
type Ptr struct{ p unsafe.Pointer }

// Of returns v, which must hold a pointer, as a Ptr: an interface that holds a
// pointer holds it in its second word.
func Of(v any) Ptr { return Ptr{(*[2]unsafe.Pointer)(unsafe.Pointer(&v))[1]} }

// Type is a type of values that a Ptr can point to.
type Type struct {
	typ     reflect.Type
	size    uintptr
	pointer any // a nil pointer to the type
}

// TypeOf describes t.
func TypeOf(t reflect.Type) Type {
	return Type{typ: t, size: t.Size(), pointer: reflect.Zero(reflect.PointerTo(t)).Interface()}
}

// valueAt is reflect.NewAt(t, p).Elem() without a search for the pointer type; nilPointer
// is a nil pointer to t.
func valueAt(nilPointer any, p Ptr) reflect.Value {
	(*[2]unsafe.Pointer)(unsafe.Pointer(&nilPointer))[1] = p.p
	return reflect.ValueOf(nilPointer).Elem()
}

// New returns a Ptr to a new zero value.
func (t *Type) New() Ptr { return Ptr{reflect.New(t.typ).UnsafePointer()} }

// IsNil reports whether p points to nothing.
func (p Ptr) IsNil() bool { return p.p == nil }

// Field is the place of a struct field.
type Field struct{ offset uint32 }

// FieldOf returns the place of t's field i.
func FieldOf(t reflect.Type, i int) Field { return Field{uint32(t.Field(i).Offset)} }

// Field points to a field of the struct at p.
func (p Ptr) Field(f Field) Ptr { return Ptr{unsafe.Add(p.p, uintptr(f.offset))} }

// Address returns where the text is in memory, also if it is empty.
func Address(s string) uintptr { return uintptr(unsafe.Pointer(unsafe.StringData(s))) }

// String returns the string, of whatever named type, at p.
func (p Ptr) String() *string { return (*string)(p.p) }

// Uint8 returns the uint8, of whatever named type, at p.
func (p Ptr) Uint8() *uint8 { return (*uint8)(p.p) }

// Preserved returns the first word of the struct at p as a pointer to a K.
// The struct must begin with redox.Object.
func Preserved[K any](p Ptr) **K { return (**K)(p.p) }

// As returns p as a pointer to a T, which it must be.
func As[T any](p Ptr) *T { return (*T)(p.p) }

var zeroBlock [1 << 12]byte

// IsZero reports whether every byte of the value at p is zero.
func (t *Type) IsZero(p Ptr) bool {
	for at := uintptr(0); at < t.size; at += uintptr(len(zeroBlock)) {
		n := min(t.size-at, uintptr(len(zeroBlock)))
		if unsafe.String((*byte)(unsafe.Add(p.p, at)), n) != unsafe.String(&zeroBlock[0], n) {
			return false
		}
	}
	return true
}

// Copy sets the value at dst to that at src.
func (t *Type) Copy(dst, src Ptr) { valueAt(t.pointer, dst).Set(valueAt(t.pointer, src)) }

// SetZero sets the value at p to its type's zero value.
func (t *Type) SetZero(p Ptr) { valueAt(t.pointer, p).SetZero() }

// Slice is a slice type.
type Slice struct {
	typ     reflect.Type
	elem    reflect.Type
	size    uintptr
	pointer any // a nil pointer to the slice type
}

// SliceOf describes the slice type t.
func SliceOf(t reflect.Type) Slice {
	return Slice{typ: t, elem: t.Elem(), size: t.Elem().Size(), pointer: reflect.Zero(reflect.PointerTo(t)).Interface()}
}

// Elem returns the type of an element.
func (s *Slice) Elem() reflect.Type { return s.elem }

// ElemSize returns the size of an element in bytes.
func (s *Slice) ElemSize() int { return int(s.size) }

type sliceHeader struct {
	data unsafe.Pointer
	len  int
	cap  int
}

// Len returns the length of the slice at p.
func (s *Slice) Len(p Ptr) int { return (*sliceHeader)(p.p).len }

// Address returns where the elements of the slice at p are.
func (s *Slice) Address(p Ptr) uintptr { return uintptr((*sliceHeader)(p.p).data) }

// Cap returns the capacity of the slice at p.
func (s *Slice) Cap(p Ptr) int { return (*sliceHeader)(p.p).cap }

// IsNil reports whether the slice at p is nil.
func (s *Slice) IsNil(p Ptr) bool { return (*sliceHeader)(p.p).data == nil }

// Index points to element i, which must be below the slice's capacity.
func (s *Slice) Index(p Ptr, i int) Ptr {
	return Ptr{unsafe.Add((*sliceHeader)(p.p).data, uintptr(i)*s.size)}
}

// SetLen sets the length, which must be at most the capacity.
func (s *Slice) SetLen(p Ptr, n int) { (*sliceHeader)(p.p).len = n }

// Make sets the slice at p to a new one without elements that has room for at
// least n. The most frequent case, a single element, is a plain allocation.
func (s *Slice) Make(p Ptr, n int) {
	s.Drop(p)
	if n == 1 {
		*(*sliceHeader)(p.p) = sliceHeader{data: reflect.New(s.elem).UnsafePointer(), cap: 1}
		return
	}
	s.Grow(p, n)
}

// Grow makes room for at least n more elements behind the length.
func (s *Slice) Grow(p Ptr, n int) { valueAt(s.pointer, p).Grow(n) }

// Spare is room that Own needs, one time after the other.
type Spare struct{ header sliceHeader }

// Own gives the slice at p, which has elements, an array of its own with a copy of them.
func (s *Slice) Own(p Ptr, was *Spare) {
	was.header = *(*sliceHeader)(p.p)
	s.Make(p, was.header.len)
	s.SetLen(p, was.header.len)
	reflect.Copy(valueAt(s.pointer, p), valueAt(s.pointer, Ptr{unsafe.Pointer(&was.header)}))
}

// New returns a Ptr to a nil slice.
func (s *Slice) New() Ptr { return Ptr{reflect.New(s.typ).UnsafePointer()} }

// Drop sets the slice at p to nil.
func (s *Slice) Drop(p Ptr) { *(*sliceHeader)(p.p) = sliceHeader{} }

// Cut sets the slice at p to n elements, from element i on, of that at whole,
// without capacity beyond them.
func (s *Slice) Cut(p, whole Ptr, i, n int) {
	*(*sliceHeader)(p.p) = sliceHeader{data: s.Index(whole, i).p, len: n, cap: n}
}

// Take sets the slice at p to one without elements that has room for n: the
// array that is a field of the struct at whole.
func (s *Slice) Take(p, whole Ptr, array Field, n int) {
	*(*sliceHeader)(p.p) = sliceHeader{data: whole.Field(array).p, cap: n}
}

var empty struct{}

// SetEmpty sets the slice at p to one that is empty but not nil.
func (s *Slice) SetEmpty(p Ptr) { *(*sliceHeader)(p.p) = sliceHeader{data: unsafe.Pointer(&empty)} }

// Input is a padded text.
type Input struct {
	base unsafe.Pointer
	text string
}

// NewInput returns a padded private copy of data.
func NewInput(data []byte) Input {
	var b strings.Builder
	b.Grow(len(data) + Pad)
	b.Write(data)
	b.WriteString(zeros)
	s := b.String()
	return Input{base: unsafe.Pointer(unsafe.StringData(s)), text: s}
}

// Borrow returns the text as an Input that is valid while buf is neither
// changed nor reused; it appends the padding to buf and returns that as well.
func Borrow(buf []byte) (Input, []byte) {
	buf = append(buf, zeros...)
	return Input{base: unsafe.Pointer(unsafe.SliceData(buf)), text: unsafe.String(unsafe.SliceData(buf), len(buf))}, buf
}

// Len returns the length of the text without its padding.
func (in Input) Len() int { return len(in.text) - Pad }

// At returns the byte at i; 0 behind the text.
func (in Input) At(i int) byte { return *(*byte)(unsafe.Add(in.base, i)) }

// Load8 returns the eight bytes at i, the first in the lowest bits.
func (in Input) Load8(i int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(in.base, i))[:])
}

// Text returns the text from i to j without copying.
func (in Input) Text(i, j int) string { return in.text[i:j] }

// Text is where copies of strings are kept together. The zero value is empty.
type Text struct {
	chunk unsafe.Pointer
	used  int // bytes of the chunk
	size  int // of the chunk
	full  int // bytes in earlier chunks
}

// Copy returns a copy of s, from a new chunk of at least least bytes if the
// current one has no room.
func (t *Text) Copy(s string, least int) string {
	if s == "" {
		return "" // and no address, see Address
	}
	if t.size-t.used < len(s) {
		t.open(max(len(s), least))
	}
	copy(unsafe.Slice((*byte)(unsafe.Add(t.chunk, t.used)), len(s)), s)
	return t.Cut(len(s))
}

// Room is memory for those who write text themselves.
type Room struct {
	base unsafe.Pointer
	size int
}

// RoomOf returns the memory of b, up to its capacity.
func RoomOf(b []byte) Room { return Room{unsafe.Pointer(unsafe.SliceData(b)), cap(b)} }

// Room returns the memory for copies, and the position in it behind what was
// cut so far. Both are valid until the next call of a method of t.
func (t *Text) Room() (Room, int) { return Room{t.chunk, t.size}, t.used }

// Has8 reports whether Put8 may write at i.
func (r Room) Has8(i int) bool { return i+8 <= r.size }

// Put8 writes the eight bytes of w, the lowest first, at i.
func (r Room) Put8(i int, w uint64) {
	binary.LittleEndian.PutUint64((*[8]byte)(unsafe.Add(r.base, i))[:], w)
}

// Cut returns the next n bytes, which are never written again. There must be
// one at least, and the room must have them.
func (t *Text) Cut(n int) string {
	s := unsafe.String((*byte)(unsafe.Add(t.chunk, t.used)), n)
	t.used += n
	return s
}

// CopyBytes is Copy of bytes.
func (t *Text) CopyBytes(b []byte, least int) string {
	return t.Copy(unsafe.String(unsafe.SliceData(b), len(b)), least)
}

// open begins a chunk. A Builder's memory is not zeroed.
func (t *Text) open(size int) {
	var b strings.Builder
	b.Grow(size)
	b.WriteByte(0)
	t.full += t.used
	t.chunk, t.used, t.size = unsafe.Pointer(unsafe.StringData(b.String())), 0, b.Cap()
}

// Len returns how many bytes were copied.
func (t *Text) Len() int { return t.full + t.used }

// Load8 returns the eight bytes of s at i, the first in the lowest bits. s must
// have them.
func Load8(s string, i int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(unsafe.Pointer(unsafe.StringData(s)), i))[:])
}

// Load4 is Load8 for four bytes.
func Load4(s string, i int) uint64 {
	return uint64(binary.LittleEndian.Uint32((*[4]byte)(unsafe.Add(unsafe.Pointer(unsafe.StringData(s)), i))[:]))
}
