package format

import (
	"net/netip"
	"net/url"
	"regexp/syntax"
	"strconv"
	"strings"
	"time"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
)

// ValidFormat reports whether s has one of the formats that generated code may
// name. Each accepts exactly what draft-04 validators in Go do, except that very
// long expressions are refused unseen.
func ValidFormat(format, s string) bool {
	switch format {
	case "date-time":
		return len(s) >= 20 && (s[10] == 'T' || s[10] == 't') && ValidFormat("date", s[:10]) && fullTime(s[11:])
	case "date":
		_, err := time.Parse(time.DateOnly, s)
		return err == nil
	case "time":
		return fullTime(s)
	case "hostname":
		return hostname(s)
	case "ipv4":
		return ipv4(s)
	case "ipv6":
		return ipv6(s)
	case "uri":
		return absoluteURI(s)
	case "uuid":
		return uuid(s)
	case "regex":
		return isRegex(s)
	default:
		return true
	}
}

// maxRegex bounds the expressions that a message may hold.
const maxRegex = 1024

// isRegex reports whether s is a regular expression. It only parses: what a
// program to run it takes can be thousands of times as large as s.
func isRegex(s string) bool {
	if len(s) > maxRegex {
		return false
	}
	_, err := syntax.Parse(s, syntax.Perl)
	return err == nil
}

// fullTime is the full-time of RFC 3339, leap seconds included.
func fullTime(s string) bool {
	if len(s) < 9 || s[2] != ':' || s[5] != ':' {
		return false
	}
	hour, ok1 := twoDigits(s[0:2], 23)
	minute, ok2 := twoDigits(s[3:5], 59)
	second, ok3 := twoDigits(s[6:8], 60)
	if !ok1 || !ok2 || !ok3 {
		return false
	}
	s = s[8:]
	if s[0] == '.' {
		end := jsontext.DigitsEnd(s, 1)
		if end == 1 {
			return false
		}
		s = s[end:]
	}
	offset, ok := zoneOffset(s)
	if !ok {
		return false
	}
	utc := ((hour*60+minute-offset)%1440 + 1440) % 1440
	return second < 60 || utc == 23*60+59
}

// zoneOffset reads Z or ±hh:mm as minutes.
func zoneOffset(s string) (int, bool) {
	if s == "Z" || s == "z" {
		return 0, true
	}
	if len(s) != 6 || s[0] != '+' && s[0] != '-' || s[3] != ':' {
		return 0, false
	}
	hour, ok1 := twoDigits(s[1:3], 23)
	minute, ok2 := twoDigits(s[4:6], 59)
	offset := hour*60 + minute
	if s[0] == '-' {
		offset = -offset
	}
	return offset, ok1 && ok2
}

func twoDigits(s string, most int) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 0 && n <= most
}

// hostname is the name of RFC 1123, with at most 253 characters.
func hostname(s string) bool {
	s = strings.TrimSuffix(s, ".")
	if len(s) > 253 || strings.HasPrefix(s, "-") {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[len(label)-1] == '-' || strings.ContainsFunc(label, notInHostname) {
			return false
		}
	}
	return true
}

func notInHostname(c rune) bool {
	return c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z')
}

func ipv4(s string) bool {
	groups := strings.Split(s, ".")
	if len(groups) != 4 {
		return false
	}
	for _, g := range groups {
		n, err := strconv.Atoi(g)
		if err != nil || n < 0 || n > 255 || n != 0 && g[0] == '0' {
			return false
		}
	}
	return true
}

func ipv6(s string) bool {
	if !strings.Contains(s, ":") || strings.Contains(s, "%") {
		return false
	}
	_, err := netip.ParseAddr(s)
	return err == nil
}

func absoluteURI(s string) bool {
	u, err := url.Parse(s)
	if err != nil || !u.IsAbs() {
		return false
	}
	if host := u.Hostname(); strings.Contains(host, ":") {
		return strings.Contains(u.Host, "[") && strings.Contains(u.Host, "]") && ipv6(host)
	}
	return true
}

// uuid is five groups of hexadecimal digits.
func uuid(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch i {
		case 8, 13, 18, 23:
			if s[i] != '-' {
				return false
			}
		default:
			if jsontext.HexDigit(s[i]) < 0 {
				return false
			}
		}
	}
	return true
}
