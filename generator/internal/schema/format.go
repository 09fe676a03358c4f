package schema

// formats are the values of "format" that generated validators assert, in the
// way of draft-04 validators. A format that is in neither list asserts nothing.
var formats = map[string]bool{
	"date-time": true, "date": true, "time": true,
	"hostname": true, "ipv4": true, "ipv6": true,
	"uri": true, "uuid": true, "regex": true,
}

// otherFormats are refused: other validators assert them, and generated ones do not.
var otherFormats = map[string]bool{
	"duration": true, "period": true, "email": true, "ip-address": true, "iri": true,
	"uri-reference": true, "uriref": true, "iri-reference": true, "uri-template": true,
	"json-pointer": true, "relative-json-pointer": true,
}
