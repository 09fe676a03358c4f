// Package decode decodes JSON into generated structs and validates it, in one
// pass. What a field cannot show of its member is preserved beside it.
package decode
