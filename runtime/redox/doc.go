// Package redox is what generated code and applications share: the value types
// of a message, the report on what is wrong with it, and the codec that decodes
// and validates in one pass and loses nothing.
//
// Messages are strict on the way out and tolerant on the way in. Decoding fails
// only for input that is not a JSON object or exceeds SetMemoryLimit; whatever
// does not fit the schema is reported, kept, and written back by encoding:
//
//	ev, report, err := patientadmin.DecodeArrival(body)
//	if err != nil {
//		return err // body is not a JSON object, or exceeds the limit
//	}
//	for v := range report.Errors() {
//		log.Println(v) // Patient.Identifiers[0].IDType: required
//	}
//
// JSON is UTF-8. A byte-order mark before a message does not matter, and is not
// written back, since it is no part of the JSON (RFC 8259, section 8.1); what
// keeps the bytes of a message, such as a dead letter, keeps it. UTF-16 is an
// error that says so.
//
// Nothing in this package puts a value of a message into an error, a report,
// a log line or the output of package fmt: paths, rules and kinds only.
//
// The build tag redox_safe avoids package unsafe at the price of speed.
package redox
