// Package encode encodes generated structs as JSON, together with what they
// preserve of the message that they were decoded from, and says whether a message
// may be sent.
package encode
