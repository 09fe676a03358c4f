package deid

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"strings"
	"unicode/utf8"

	"github.com/brianvoe/gofakeit/v7/data"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
)

// secret makes pseudonyms by a key. It is not safe for concurrent use.
type secret struct {
	mac  hash.Hash
	text []byte
}

func newSecret(key []byte) secret { return secret{mac: hmac.New(sha256.New, key)} }

// sum returns the HMAC of a value of a kind.
func (s *secret) sum(kind, value string) (sum [sha256.Size]byte) {
	s.text = append(append(append(s.text[:0], kind...), 0), value...)
	s.mac.Reset()
	s.mac.Write(s.text)
	s.text = s.mac.Sum(s.text[:0])
	copy(sum[:], s.text)
	return sum
}

// pick returns the element of a list that stands for a value.
func (s *secret) pick(list []string, kind, value string) string {
	sum := s.sum(kind, value)
	return list[binary.LittleEndian.Uint64(sum[:])%uint64(len(list))]
}

// days returns the offset of a patient's dates: 1 to 364 days.
func (s *secret) days(patient string) int {
	sum := s.sum("days", patient)
	return 1 + int(binary.LittleEndian.Uint64(sum[:])%364)
}

// stream returns as many bytes as n for a value.
func (s *secret) stream(kind, value string, n int) []byte {
	sum := s.sum(kind, value)
	b := sum[:]
	for len(b) < n {
		sum = s.sum(kind, string(sum[:]))
		b = append(b[:len(b):len(b)], sum[:]...)
	}
	return b
}

// isUUID reports whether v is a UUID, in either case.
func isUUID(v string) bool {
	if len(v) != 36 || v[8] != '-' || v[13] != '-' || v[18] != '-' || v[23] != '-' {
		return false
	}
	digits := 0
	for i := range len(v) {
		if jsontext.HexDigit(v[i]) >= 0 {
			digits++
		}
	}
	return digits == 32
}

// identifier returns a pseudonym of the same form: digits for digits, letters for
// letters, with a check digit where the identifier has that of an NPI.
func (s *secret) identifier(v string) string {
	switch {
	case isUUID(v):
		h := hex.EncodeToString(s.stream("id", strings.ToLower(v), 16)[:16])
		return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
	case len(v) == 10 && isDigits(v) && v[9] == npiDigit(v[:9]):
		first := "1" + s.alike("npi", v)[1:9]
		return first + string(npiDigit(first))
	case len(v) == 11 && v[3] == '-' && v[6] == '-' && isDigits(strings.ReplaceAll(v, "-", "")):
		return "9" + s.alike("id", v)[1:] // an SSN that is never issued
	default:
		return s.alike("id", v)
	}
}

// npiDigit returns the check digit of nine digits of an NPI.
func npiDigit(nine string) byte {
	sum := 24 // of the prefix 80840
	for i := range nine {
		d := int(nine[i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return byte('0' + (10-sum%10)%10)
}

// alike returns a text with another digit for each digit and another letter for each
// letter. What is neither becomes x, but for the signs that stand between them.
func (s *secret) alike(kind, v string) string {
	key := s.stream(kind, v, len(v))
	out := make([]byte, 0, len(v))
	for i, c := range v { // by character
		k := key[i]
		switch {
		case '0' <= c && c <= '9':
			out = append(out, '0'+k%10)
		case 'a' <= c && c <= 'z':
			out = append(out, 'a'+k%26)
		case 'A' <= c && c <= 'Z':
			out = append(out, 'A'+k%26)
		case c < utf8.RuneSelf && strings.IndexByte("-_.^&/: ", byte(c)) >= 0:
			out = append(out, byte(c))
		default:
			out = append(out, 'x')
		}
	}
	return string(out)
}

// digits returns a number with other digits, which has as many of them.
func (s *secret) digits(v string) string {
	if !isDigits(v) {
		return "0"
	}
	out := []byte(s.alike("id", v))
	if out[0] == '0' {
		out[0] = '1'
	}
	return string(out)
}

// name returns another name from the lists, in capitals where v is.
func (s *secret) name(f *field, v string) string {
	key := strings.ToUpper(strings.TrimSpace(v))
	first := func() string { return s.pick(data.Person["first"], "first", key) }
	last := func() string { return s.pick(data.Person["last"], "last", key) }
	var name string
	switch f.name {
	case "FirstName", "MiddleName", "given":
		name = first()
	case "LastName", "family":
		name = last()
	default:
		name = "Organization " + s.alike("org", "00000"+key)[:5]
		if f.person {
			name = first() + " " + last()
		}
	}
	if v == strings.ToUpper(v) && v != strings.ToLower(v) {
		return strings.ToUpper(name)
	}
	return name
}

// contact returns another telephone number, e-mail address or URL.
func (s *secret) contact(v string) string {
	sum := s.sum("contact", strings.ToLower(v))
	short := hex.EncodeToString(sum[:5])
	switch {
	case strings.Contains(v, "://"):
		return "https://example.org/" + short
	case strings.Contains(v, "@"):
		return "user-" + short + "@example.org"
	case strings.Trim(v, "0123456789+-(). xX") == "" && strings.ContainsAny(v, "0123456789"):
		return s.phone(v)
	default:
		return "contact-" + short
	}
}

// phone returns another telephone number, with 555 where North American ones have
// their exchange.
func (s *secret) phone(v string) string {
	digits := strings.Map(func(c rune) rune {
		if '0' <= c && c <= '9' {
			return c
		}
		return -1
	}, v)
	other := []byte(s.alike("phone", strings.TrimPrefix(digits, "1")))
	if len(other) == 10 {
		other[0] = '2' + other[0]%8
		copy(other[3:], "555")
	}
	if len(other) < len(digits) {
		other = append([]byte{'1'}, other...)
	}
	out, at := []byte(v), 0
	for i, c := range out {
		if '0' <= c && c <= '9' {
			out[i] = other[at]
			at++
		}
	}
	return string(out)
}

// place returns another part of an address, or another place.
func (s *secret) place(name, v string) string {
	key := strings.ToUpper(strings.TrimSpace(v))
	switch {
	case isZIP(name), name == "Room", name == "Bed":
		return s.alike("zip", v)
	case region(name, v) == v:
		return v
	case name == "City" || name == "city":
		return s.pick(data.Address["city"], "city", key)
	case name == "StreetAddress" || name == "line":
		return s.alike("street", "000"+key)[:3] + " " + s.pick(data.Person["last"], "street", key) + " " + s.pick(data.Address["street_name"], "way", key)
	default:
		return "Place " + s.alike("place", "0000"+key)[:4]
	}
}
