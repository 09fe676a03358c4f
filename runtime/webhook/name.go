package webhook

import (
	"fmt"
	"strconv"
	"strings"
)

// Option is an option of On, OnModel, OnAny, OnPatient and OnVisit.
type Option func(*route)

// WithName gives a handler a name, of letters, digits, '-', '_' and '.':
//
//	webhook.On(mux, assignBed, webhook.WithName("beds"))
//	webhook.On(mux, orderMeal, webhook.WithName("meals"))
//
// Handlers need one when several are registered for the same: what they did is
// remembered by name, over restarts and new versions of the program. Without
// names their order alone distinguishes them, and a new version with another order,
// or with one more before them, takes one for the other: a redelivery does not call
// the handler that failed, and calls again the one that succeeded.
//
// A name belongs to one handler among those that may get the same event;
// NewHandler returns an error otherwise. It should stay what it is: a handler
// that is renamed is a new one to messages that are on their way.
func WithName(name string) Option {
	return func(r *route) { r.name, r.named = name, true }
}

// add registers a handler. One without a name has what it is registered for,
// and its number if it is not the first of those.
func (m *Mux) add(r route, isNil bool, options []Option) {
	if isNil {
		m.errs = append(m.errs, fmt.Errorf("the handler for %s is nil", r.what))
	}
	r.name = r.what
	for _, option := range options {
		option(&r)
	}
	if !r.named {
		if n := m.unnamed(r.what); n > 0 {
			r.name += "#" + strconv.Itoa(n+1)
		}
	} else if !isName(r.name) {
		m.errs = append(m.errs, fmt.Errorf("the handler for %s has the name %q: use letters, digits, '-', '_' and '.'", r.what, r.name))
	}
	m.routes = append(m.routes, r)
}

// unnamed returns how many handlers without a name are registered for what.
func (m *Mux) unnamed(what string) (n int) {
	for _, r := range m.routes {
		if r.what == what && !r.named {
			n++
		}
	}
	return n
}

// meets reports whether both routes may take the same message.
func (r route) meets(other route) bool {
	if r.events == nil || other.events == nil {
		return true
	}
	for event := range r.events {
		if other.events[event] {
			return true
		}
	}
	return false
}

// isName reports whether a handler's part of a key can be name: one without the
// '/' that is between the parts, the ':' of claims, the '#' of numbers and the
// '?' of answers.
func isName(name string) bool {
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == ""
}
