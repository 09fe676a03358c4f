// Package compare says whether structs hold the same data, and where they differ.
package compare
