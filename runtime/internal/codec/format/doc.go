// Package format says which texts are dates, and which have a format that
// draft-04 names, such as date-time or uuid. It knows no JSON.
package format
