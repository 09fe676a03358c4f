// Package convert makes other values of structs and messages: copies that share
// no memory, structs without what they preserved, messages of another event, and
// outlines without values.
package convert
