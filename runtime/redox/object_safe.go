//go:build redox_safe

package redox

import "github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"

// RedoxPreserved gives the codec access to what o preserves. It exists only in builds
// with the tag redox_safe.
func (o *Object) RedoxPreserved() **preserved.Preserved { return &o.preserved }
