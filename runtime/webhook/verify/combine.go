package verify

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"reflect"
)

// All returns a verifier that accepts what every one of these accepts. They are
// asked in order, and the first that refuses a request decides; so what is cheap
// goes first, and what needs the body last. The error reports that there are none,
// or that one is nil.
func All(verifiers ...Verifier) (Verifier, error) {
	if err := check("All", verifiers); err != nil {
		return nil, err
	}
	list := append([]Verifier(nil), verifiers...)
	return Func(func(r *http.Request, body []byte) error {
		var worst error
		for _, v := range list {
			err := v.Verify(r, body)
			if meaningOf(err) == refuses {
				return err
			}
			if meaningOf(err) > meaningOf(worst) {
				worst = err
			}
		}
		return worst
	}), nil
}

// Any returns a verifier that accepts what at least one of these accepts. They are
// asked in order, and the first that accepts a request decides. If none does, the
// request is undecided if one cannot decide, and refused if one refuses it. The error
// reports that there are none, or that one is nil.
func Any(verifiers ...Verifier) (Verifier, error) {
	if err := check("Any", verifiers); err != nil {
		return nil, err
	}
	list := append([]Verifier(nil), verifiers...)
	return Func(func(r *http.Request, body []byte) error {
		var byMeaning [refuses + 1]error // the first error of each
		for _, v := range list {
			err := v.Verify(r, body)
			m := meaningOf(err)
			if m == accepts {
				return nil
			}
			if byMeaning[m] == nil {
				byMeaning[m] = err
			}
		}
		return cmp.Or(byMeaning[needsBody], byMeaning[cannotDecide], byMeaning[refuses], byMeaning[findsNothing])
	}), nil
}

// meaning is what an error of a verifier means, the more severe the greater: a body
// that is read makes up for nothing else.
type meaning uint8

const (
	accepts meaning = iota
	needsBody
	cannotDecide
	findsNothing
	refuses
)

func meaningOf(err error) meaning {
	switch {
	case err == nil:
		return accepts
	case errors.Is(err, ErrBodyNeeded):
		return needsBody
	case errors.Is(err, ErrUndecided):
		return cannotDecide
	case errors.Is(err, ErrNoCredentials):
		return findsNothing
	default:
		return refuses
	}
}

// check reports that a list has no verifiers, or nil ones.
func check(name string, verifiers []Verifier) error {
	var errs []error
	if len(verifiers) == 0 {
		errs = append(errs, fmt.Errorf("verify: %s has no verifiers", name))
	}
	for i, v := range verifiers {
		if r := reflect.ValueOf(v); v == nil || (r.Kind() == reflect.Pointer || r.Kind() == reflect.Func) && r.IsNil() {
			errs = append(errs, fmt.Errorf("verify: verifier %d of %s is nil", i, name))
		}
	}
	return errors.Join(errs...)
}
