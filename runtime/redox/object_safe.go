//go:build redox_safe

package redox

import "github.com/redoxgen/redoxgen/runtime/internal/codec"

// RedoxKept gives the codec access to what o keeps. It exists only in builds
// with the tag redox_safe.
func (o *Object) RedoxKept() **codec.Kept { return &o.kept }
