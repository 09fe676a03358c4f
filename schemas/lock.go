package schemas

import (
	"bytes"
	_ "embed" // for the lock
)

//go:embed redoxgen.lock
var nameLock []byte

// Lock returns the name lock of the catalog: the Go names and kinds that the
// generated packages have given out.
func Lock() []byte { return bytes.Clone(nameLock) }
