package printable_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/runtime/internal/printable"
)

func TestName(t *testing.T) {
	for s, want := range map[string]string{
		"":                       "",
		"PatientAdmin.New":       "PatientAdmin.New",
		"d9f5d293-7110-461e":     "d9f5d293-7110-461e",
		"urn:oid 1_2":            "urn:oid 1_2",
		"New\nlevel=ERROR":       "(15 bytes)",
		"New\tx":                 "(5 bytes)",
		"\x1b[31m":               "(5 bytes)",
		"Müller":                 "(7 bytes)",
		"\xff":                   "(1 bytes)",
		"\u2028":                 "(3 bytes)",
		`{"LastName":"Bixby"}`:   "(20 bytes)",
		strings.Repeat("x", 100): strings.Repeat("x", 100),
		strings.Repeat("x", 101): "(101 bytes)",
	} {
		assert.Equal(t, want, printable.Name(s), "%q", s)
	}
}
