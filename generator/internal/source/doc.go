// Package source reads schema files into ordered JSON trees that know where
// each value stands, from directories, zip archives and file systems, one laid
// over the other. It knows JSON and files, not schemas.
package source

// Limits keep hostile or mistaken input from exhausting memory. Redox's
// largest published schema has 250 KB and 8,000 values; all together have 3.5 MB.
const (
	MaxFileSize  = 16 << 20  // bytes of one file
	MaxTotalSize = 200 << 20 // bytes of all schema files of a layer
	MaxFiles     = 10_000    // entries of a directory or archive
	MaxRatio     = 250       // uncompressed to compressed size of an archive's entry
	MaxDepth     = 200       // nesting of JSON values
	MaxValues    = 500_000   // values in one file

	// Entries smaller than this are no bomb, whatever their ratio.
	minRatioSize = 1 << 20

	maxExponentDigits = 3
	maxNumberLength   = 400
)
