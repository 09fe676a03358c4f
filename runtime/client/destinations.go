package client

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/redoxgen/redoxgen/runtime/internal/credential"
	"github.com/redoxgen/redoxgen/runtime/internal/eventset"
	"github.com/redoxgen/redoxgen/runtime/internal/redact"
)

// Destinations says which events destinations support, by destination ID:
//
//	client.Destinations{emr: {"PatientAdmin.*", "Results.New"}}
//
// "*" stands for all events. Names that no event has are errors of New. From a
// JSON file of the same form, package encoding/json reads it.
type Destinations map[string][]string

// Check returns an error that names every pattern that means no event, with a
// suggestion. more are names of events besides those that Redox documents.
func (d Destinations) Check(more ...string) error {
	_, err := d.compile(more)
	return err
}

func (d Destinations) compile(more []string) (map[string]*eventset.Set, error) {
	known := slices.Concat(eventset.Catalog(), more)
	sets := make(map[string]*eventset.Set, len(d))
	var errs []error
	for _, id := range slices.Sorted(maps.Keys(d)) {
		if err := credential.Check("client: an ID of Destinations", id); err != nil {
			errs = append(errs, err)
		}
		set, err := eventset.Compile(d[id], known)
		if err != nil {
			errs = append(errs, fmt.Errorf("client: destination %s: %w", id, err))
		}
		sets[id] = set
	}
	return sets, errors.Join(errs...)
}

// capabilities decides which destination may be sent what.
type capabilities struct {
	sets             map[string]*eventset.Set
	refuseUndeclared bool
}

func newCapabilities(config Config) (*capabilities, error) {
	sets, err := config.Destinations.compile(config.Events)
	return &capabilities{sets: sets, refuseUndeclared: config.RefuseUndeclared}, err
}

// check returns why event must not go to destination, nil if it may.
func (c *capabilities) check(destination, event string) error {
	set, declared := c.sets[destination]
	switch {
	case !declared && c.refuseUndeclared:
		return fmt.Errorf("destination %s is not declared", redact.Name(destination))
	case declared && !set.Has(event):
		return fmt.Errorf("destination %s does not support %s", redact.Name(destination), event)
	default:
		return nil
	}
}
