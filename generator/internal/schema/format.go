package schema

// formats are the values of "format" that generated validators assert, in the
// way of draft-04 validators. Those that only other validators know are
// refused; a format that nobody knows asserts nothing.
var formats = map[string]bool{
	"date-time": true, "date": true, "time": true,
	"hostname": true, "ipv4": true, "ipv6": true,
	"uri": true, "uuid": true, "regex": true,
}
