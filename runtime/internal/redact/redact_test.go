package redact_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/runtime/internal/redact"
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
		assert.Equal(t, want, redact.Name(s), "%q", s)
	}
}

func TestServerID(t *testing.T) {
	const uuid = "0f4bd1d1-451d-4351-8cfd-b767d1b488d6"
	for id, want := range map[string]string{
		"":                      "",
		uuid:                    uuid,
		"18446744073709551615":  "18446744073709551615",
		"emr-a":                 "emr-a", // known
		"emr-b":                 "(5 bytes)",
		"Bixby":                 "(5 bytes)",
		"New\n":                 "(4 bytes)",
		"x\ny":                  "(3 bytes)", // known, and no name
		strings.Repeat("1", 64): strings.Repeat("1", 64),
		strings.Repeat("1", 65): "(65 bytes)",
	} {
		assert.Equal(t, want, redact.ServerID(id, "emr-a", "x\ny"), "%q", id)
	}
}
