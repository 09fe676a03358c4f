package jsontext

// IsNumber reports whether s is a number as JSON writes it.
func IsNumber(s string) bool {
	i := 0
	if i < len(s) && s[i] == '-' {
		i++
	}
	switch {
	case i == len(s):
		return false
	case s[i] == '0':
		i++
	case '1' <= s[i] && s[i] <= '9':
		i = DigitsEnd(s, i)
	default:
		return false
	}
	if i < len(s) && s[i] == '.' {
		j := DigitsEnd(s, i+1)
		if j == i+1 {
			return false
		}
		i = j
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		j := DigitsEnd(s, i)
		if j == i {
			return false
		}
		i = j
	}
	return i == len(s)
}

// DigitsEnd returns the index of the first byte from i on that is no digit.
func DigitsEnd(s string, i int) int {
	for i < len(s) && '0' <= s[i] && s[i] <= '9' {
		i++
	}
	return i
}
