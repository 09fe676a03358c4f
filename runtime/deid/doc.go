// Package deid makes messages harmless that are to be shared: for a report of a fault, a
// fixture, a vendor. It replaces what the class of each field (redox.Class) and a Policy
// say, and keeps the structure: the same members, nulls and wrong types, so that a fault
// that the message shows can still be shown.
//
//	d, err := deid.New(ctx, deid.Options{Policy: deid.SafeHarbor()})
//	harmless, err := d.Append(nil, event, message)
//
// It is a tool and no legal determination: whether the result may be shared is for you
// to decide. It does not search text, does not look into documents and codes, and does
// not know what a rare diagnosis gives away.
package deid
