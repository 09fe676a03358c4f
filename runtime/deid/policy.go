package deid

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// Action is what becomes of a field's values.
type Action string

// The actions.
const (
	Keep       Action = "keep"       // as it is; a code or quantity only if it looks like one
	Replace    Action = "replace"    // the same for all values; a document by a small one of its kind
	Pseudonym  Action = "pseudonym"  // another of the same form, the same for equal values
	Generalize Action = "generalize" // a date to its year, a ZIP code to three digits, an age over 89 to 90
	Shift      Action = "shift"      // a date by the patient's offset
	Drop       Action = "drop"       // without the member
)

var actions = []Action{Keep, Replace, Pseudonym, Generalize, Shift, Drop}

// Policy says what becomes of each field.
type Policy struct {
	// Classes are the actions by class; Replace for one that is missing.
	Classes map[redox.Class]Action
	// Paths are the actions of single fields, which go before Classes. A path is
	// one of redox.Fields, such as "Patient.Demographics.Race"; "*.Notes[]" stands for
	// that end of any path.
	Paths map[string]Action
	// Members and Extensions are the names of unknown members and extensions that are
	// kept, with their values replaced as free text. All others are dropped.
	Members, Extensions []string
	// MaskUnknown keeps the place of an unknown member under the name "Unknown"
	// instead of dropping it, for a fault that has to do with such a place.
	MaskUnknown bool
}

// SafeHarbor removes the 18 kinds of identifiers of 45 CFR 164.514(b)(2): names, all of
// an address but the state and three digits of a ZIP code, all of a date but the year,
// numbers, devices, contacts, free text and documents. Identifiers and names become
// pseudonyms.
func SafeHarbor() Policy {
	return Policy{Classes: map[redox.Class]Action{
		redox.ClassFreeText: Replace, redox.ClassDocument: Replace, redox.ClassIdentifier: Pseudonym,
		redox.ClassName: Pseudonym, redox.ClassContact: Pseudonym, redox.ClassGeographic: Generalize,
		redox.ClassDate: Generalize, redox.ClassAge: Generalize, redox.ClassCode: Keep,
		redox.ClassQuantity: Keep, redox.ClassRouting: Pseudonym, redox.ClassNone: Keep,
	}}
}

// Consistent is SafeHarbor with places that become others of the same form, and dates
// that are shifted by an offset of their patient, so that intervals stay. It does not
// fulfill Safe Harbor.
func Consistent() Policy {
	p := SafeHarbor()
	p.Classes[redox.ClassGeographic] = Pseudonym
	p.Classes[redox.ClassDate] = Shift
	return p
}

// policyFile is the JSON form of a policy.
type policyFile struct {
	Base        string            `json:"base"`
	Classes     map[string]Action `json:"classes"`
	Paths       map[string]Action `json:"paths"`
	Members     []string          `json:"members"`
	Extensions  []string          `json:"extensions"`
	MaskUnknown bool              `json:"maskUnknown"`
}

// ParsePolicy reads a policy: {"base": "safe-harbor" or "consistent", "classes": {class:
// action}, "paths": {path: action}, "members": [], "extensions": [], "maskUnknown": false}.
func ParsePolicy(data []byte) (Policy, error) {
	var f policyFile
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return Policy{}, fmt.Errorf("deid: policy: %w", err)
	}
	var p Policy
	switch f.Base {
	case "", "safe-harbor":
		p = SafeHarbor()
	case "consistent":
		p = Consistent()
	default:
		return p, fmt.Errorf("deid: policy: there is no base %q: it is safe-harbor or consistent", f.Base)
	}
	for name, action := range f.Classes {
		class, ok := redox.ParseClass(name)
		if !ok {
			return p, fmt.Errorf("deid: policy: there is no class %q", name)
		}
		p.Classes[class] = action
	}
	p.Paths, p.Members, p.Extensions, p.MaskUnknown = f.Paths, f.Members, f.Extensions, f.MaskUnknown
	return p, p.check()
}

func (p *Policy) check() error {
	for _, list := range []map[string]Action{byName(p.Classes), p.Paths} {
		for _, what := range slices.Sorted(maps.Keys(list)) {
			if !slices.Contains(actions, list[what]) {
				return fmt.Errorf("deid: policy: there is no action %q, which %s has", list[what], what)
			}
		}
	}
	return nil
}

func byName(classes map[redox.Class]Action) map[string]Action {
	named := make(map[string]Action, len(classes))
	for c, a := range classes {
		named[c.String()] = a
	}
	return named
}

// action returns what becomes of the field at a path.
func (p *Policy) action(path string, class redox.Class) Action {
	if a, ok := p.Paths[path]; ok {
		return a
	}
	best := ""
	for pattern := range p.Paths { // the longest end counts
		if end, ok := strings.CutPrefix(pattern, "*"); ok && strings.HasSuffix(path, end) && len(end) > len(best) {
			best = end
		}
	}
	if best != "" {
		return p.Paths["*"+best]
	}
	if a, ok := p.Classes[class]; ok {
		return a
	}
	return Replace
}
