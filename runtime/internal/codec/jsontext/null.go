package jsontext

import "bytes"

// IsNull reports whether data is null, with white space around it.
func IsNull(data []byte) bool { return string(bytes.Trim(data, " \t\r\n")) == "null" }
