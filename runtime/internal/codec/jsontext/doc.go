// Package jsontext reads and writes JSON text: values, strings, numbers, and the
// walk over an object's members. It knows no schema and no Go struct. A Scanner
// reads by position, eight bytes at a time where that is possible.
package jsontext
