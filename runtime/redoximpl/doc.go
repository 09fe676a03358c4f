// Package redoximpl is what generated code calls: the schema of an event, its
// builder, and the methods of its structs. It should only be imported by
// generated code; programs import package redox.
//
// What generated code calls is kept cheap to compile, since there are hundreds of
// callers: it is generic over pointers at most, is not inlined, and its signatures
// name no type of the codec that leads to others.
package redoximpl

// GeneratedCodeVersion1 is referenced by generated code. If that reference
// does not compile, the generated code needs a newer runtime: run
// `go get github.com/redoxgen/redoxgen@latest`. When a future runtime no
// longer supports the code, the constant disappears: regenerate.
const GeneratedCodeVersion1 = true
