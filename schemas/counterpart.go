package schemas

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

//go:embed counterparts.json
var counterparts []byte

// None is the counterpart of what HL7 v2 or FHIR has no place for, such as what Redox
// computes.
const None = "none"

// Counterpart is what a field is typically filled from, or becomes, at an organization
// that speaks HL7 v2.5.1 or FHIR R4. It varies by site. Either may be None,
// and "" where nothing typical is known.
type Counterpart struct {
	// HL7 are fields or components: "PID-5.2"; several are separated by ", ". "XCN.3" is a
	// component of whatever field the object that it is in comes from.
	HL7 string
	// FHIR is an element: "Patient.name.given".
	FHIR string
}

// UnmarshalJSON reads ["PID-5.2", "Patient.name.given"].
func (c *Counterpart) UnmarshalJSON(data []byte) error {
	var pair [2]string
	err := json.Unmarshal(data, &pair)
	c.HL7, c.FHIR = pair[0], pair[1]
	return err
}

// Counterparts returns the counterparts of fields, by the key of their concept
// ("common.Demographics") and their name. "PhoneNumber.Office" is the member Office of the
// object in the field PhoneNumber, where it is another than in other fields of its type.
func Counterparts() (map[string]map[string]Counterpart, error) {
	var all map[string]map[string]Counterpart
	if err := json.Unmarshal(counterparts, &all); err != nil {
		return nil, fmt.Errorf("counterparts.json: %w", err)
	}
	return all, nil
}

// In returns the counterpart of a field inside an object whose counterpart is object:
// components of a data type become those of the object's field.
func (c Counterpart) In(object Counterpart) Counterpart {
	if c.HL7 == "" {
		return c
	}
	var refs []string
	add := func(ref string) {
		if !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	for ref := range strings.SplitSeq(c.HL7, ", ") {
		dataType, component, _ := strings.Cut(ref, ".")
		switch {
		case ref == None || strings.Contains(dataType, "-"):
			add(ref)
		case object.HL7 == None:
			add(None)
		case object.HL7 == "" || strings.Contains(object.HL7, "."):
			add(ref)
		default:
			for field := range strings.SplitSeq(object.HL7, ", ") {
				add(field + "." + component)
			}
		}
	}
	return Counterpart{HL7: strings.Join(refs, ", "), FHIR: c.FHIR}
}
