package redox

// Bool is a JSON boolean that can also be absent: the zero value is Unset.
type Bool uint8

// The values of a Bool.
const (
	Unset Bool = iota // absent or null
	False
	True
)

// BoolOf returns b as a Bool.
func BoolOf(b bool) Bool {
	if b {
		return True
	}
	return False
}

// IsSet reports whether b is False or True.
func (b Bool) IsSet() bool { return b == False || b == True }

// IsTrue reports whether b is True: Unset counts as false.
func (b Bool) IsTrue() bool { return b == True }

// String returns "true", "false" or "unset".
func (b Bool) String() string {
	switch b {
	case False:
		return "false"
	case True:
		return "true"
	default:
		return "unset"
	}
}
