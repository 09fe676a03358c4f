// Package source reads schema files into ordered JSON trees that know where
// each value stands, from directories, zip archives and file systems, one laid
// over the other. It knows JSON and files, not schemas.
package source
