package schemas

import (
	"bufio"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// readTable reads a file of testdata: what there is in a standard, and its data type.
func readTable(t *testing.T, name string) map[string]string {
	f, err := os.Open("testdata/" + name)
	require.NoError(t, err)
	defer func() { assert.NoError(t, f.Close()) }()
	table := map[string]string{}
	for s := bufio.NewScanner(f); s.Scan(); {
		if parts := strings.Split(s.Text(), "\t"); len(parts) > 1 {
			table[parts[0]] = parts[1]
		}
	}
	require.NotEmpty(t, table)
	return table
}

// hl7Type returns the data type of a field or component, "PID-5.1.1" or "XCN.3", or "".
func hl7Type(table map[string]string, ref string) string {
	first, rest, _ := strings.Cut(ref, ".")
	dataType := first
	if strings.Contains(first, "-") {
		dataType = table[first]
	}
	for rest != "" && dataType != "" {
		first, rest, _ = strings.Cut(rest, ".")
		dataType = table[dataType+"."+first]
	}
	return dataType
}

var (
	hl7Form  = regexp.MustCompile(`^([A-Z][A-Z0-9]{2}-[1-9][0-9]*(\.[1-9][0-9]*){0,2}|[A-Z]{2,3}(\.[1-9][0-9]*){1,2})$`)
	fhirForm = regexp.MustCompile(`^[A-Z][A-Za-z]+(\.[a-z][A-Za-z0-9]*)*$`)
)

func TestCounterparts(t *testing.T) {
	hl7, fhir := readTable(t, "hl7v2.tsv"), readTable(t, "fhir.tsv")
	resources := map[string]bool{}
	for element := range fhir {
		name, _, _ := strings.Cut(element, ".")
		resources[name] = true
	}
	all, err := Counterparts()
	require.NoError(t, err)
	assert.Greater(t, len(all), 100, "concepts")
	for concept, fields := range all {
		for name, c := range fields {
			where := concept + "." + name
			assert.NotEqual(t, Counterpart{}, c, where)
			if c.HL7 != None && c.HL7 != "" {
				for ref := range strings.SplitSeq(c.HL7, ", ") {
					assert.Regexp(t, hl7Form, ref, where)
					assert.NotEmpty(t, hl7Type(hl7, ref), "%s: HL7 v2.5.1 has no %s", where, ref)
				}
			}
			if c.FHIR == None {
				continue
			}
			assert.Regexp(t, fhirForm, c.FHIR, where)
			assert.True(t, inFHIR(fhir, resources, c.FHIR), "%s: FHIR R4 has no %s", where, c.FHIR)
		}
	}
}

// inFHIR follows an element through the data types on the way.
func inFHIR(table map[string]string, resources map[string]bool, element string) bool {
	at, rest, _ := strings.Cut(element, ".")
	if !resources[at] {
		return false
	}
	for rest != "" {
		var name string
		name, rest, _ = strings.Cut(rest, ".")
		dataType, ok := table[at+"."+name]
		if !ok {
			return false
		}
		at += "." + name
		if resources[dataType] {
			at = dataType
		}
	}
	return true
}

func TestCounterpartTablesAreStrict(t *testing.T) {
	hl7, fhir := readTable(t, "hl7v2.tsv"), readTable(t, "fhir.tsv")
	for _, ref := range []string{"PID-5.2", "PV1-7.3", "XCN.3", "PID-5.1.1"} {
		assert.NotEmpty(t, hl7Type(hl7, ref), ref)
	}
	for _, ref := range []string{"PID-40", "PID-0", "PID-7.9", "ZZZ-1", "XCN.99", "PID-5.1.9"} {
		assert.Empty(t, hl7Type(hl7, ref), ref)
	}
	resources := map[string]bool{"Patient": true, "HumanName": true}
	assert.True(t, inFHIR(fhir, resources, "Patient.name.given"))
	for _, element := range []string{"Patient.names", "Patient.name.first", "Patents", "Patient.birthDate.year"} {
		assert.False(t, inFHIR(fhir, resources, element), element)
	}
}

func TestCounterpartIn(t *testing.T) {
	for _, tt := range []struct{ field, object, want string }{
		{"XCN.3", "PV1-7", "PV1-7.3"},
		{"XCN.9.1, XCN.13", "ORC-12, OBR-16", "ORC-12.9.1, OBR-16.9.1, ORC-12.13, OBR-16.13"},
		{"XCN.3", "", "XCN.3"},
		{"XCN.3", "PV1-7.2", "XCN.3"},
		{"PL.1", None, None},
		{"PID-5.2", "PID-5", "PID-5.2"},
		{None, "PV1-7", None},
		{"", "PV1-7", ""},
	} {
		got := Counterpart{HL7: tt.field, FHIR: "x"}.In(Counterpart{HL7: tt.object, FHIR: "y"})
		assert.Equal(t, Counterpart{HL7: tt.want, FHIR: "x"}, got, "%s in %s", tt.field, tt.object)
	}
}
