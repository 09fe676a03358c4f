// Package redoxapi plays Redox's API: it issues access tokens, validates messages and
// queries against their schemas, routes them to destinations that answer as they are
// told, and takes uploads. It does not listen by itself. The command's local Redox is
// made of it, and so is package redoxtest, which is what tests want.
package redoxapi
