package deid

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// leastKey is how many bytes a key has at least.
const leastKey = 16

// Options are how to de-identify.
type Options struct {
	Policy Policy
	// Key returns the secret that pseudonyms and offsets depend on, of at least 16
	// bytes, as from a key management service. It is asked once, and what it returns
	// is kept in memory only. Without it there is a random key, and pseudonyms agree
	// among the messages of one Deidentifier alone.
	Key func(context.Context) ([]byte, error)
	// Now is the time that ages are counted by; the present one if zero.
	Now time.Time
}

// KeyFile returns a Key that reads a file.
func KeyFile(path string) func(context.Context) ([]byte, error) {
	return func(context.Context) ([]byte, error) { return os.ReadFile(path) }
}

// Deidentifier de-identifies messages, which agree in their pseudonyms. It is safe for
// concurrent use.
type Deidentifier struct {
	policy  Policy
	oldest  int // years before it are those of people over 89
	members map[string]bool

	mu        sync.Mutex
	plans     map[*redox.EventInfo]*object
	kinds     map[kind]int
	fields    []*field // of all plans
	misplaced *field   // counts members of objects where no object belongs
	anything  *field   // is every unknown member that is kept
	shifts    bool
	known     map[string]*field // extensions, by name

	messages, failed atomic.Int64
	walkers          sync.Pool
}

// New returns a Deidentifier.
func New(ctx context.Context, o Options) (*Deidentifier, error) {
	if err := o.Policy.check(); err != nil {
		return nil, err
	}
	key := make([]byte, 32)
	if o.Key != nil {
		var err error
		if key, err = o.Key(ctx); err != nil {
			return nil, fmt.Errorf("deid: the key cannot be had: %w", err)
		}
		if len(key) < leastKey {
			return nil, fmt.Errorf("deid: the key has %d bytes: it needs at least %d", len(key), leastKey)
		}
	} else if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	d := &Deidentifier{
		policy: o.Policy, oldest: o.Now.Year() - 90, members: make(map[string]bool),
		plans: make(map[*redox.EventInfo]*object), kinds: make(map[kind]int), known: make(map[string]*field),
	}
	for _, name := range o.Policy.Members {
		d.members[name] = true
	}
	d.anything = d.field(&field{path: "(kept unknown member)", action: Replace})
	d.misplaced = d.field(&field{path: "(member of an object in a wrong place)", action: Drop})
	d.shifts = o.Policy.Classes[redox.ClassDate] == Shift || slices.Contains(slices.Collect(maps.Values(o.Policy.Paths)), Shift)
	d.walkers.New = func() any { return &walker{d: d, secret: newSecret(key), known: newPseudonyms()} }
	d.planExtensions()
	return d, nil
}

// ErrNoSchema is returned for an event that has no schema: nothing is known of its fields.
var ErrNoSchema = errors.New("deid: the event has no schema, so that nothing is known of its fields")

// Append appends the de-identified form of a message of the event to dst. The error is a
// *redox.SyntaxError for what is not a JSON object, or ErrNoSchema; dst is returned as it
// was then. Errors say nothing of the message.
func (d *Deidentifier) Append(dst []byte, event *redox.EventInfo, data []byte) ([]byte, error) {
	root, err := d.plan(event)
	if err != nil {
		d.failed.Add(1)
		return dst, err
	}
	w := d.walkers.Get().(*walker)
	defer d.walkers.Put(w)
	if dst, err = w.message(dst, root, data); err != nil {
		d.failed.Add(1)
		return dst, err
	}
	d.messages.Add(1)
	return dst, nil
}

// syntaxError returns an error of the codec as one of package redox.
func syntaxError(err error) error {
	if e, ok := err.(*jsontext.SyntaxError); ok {
		return (*redox.SyntaxError)(e)
	}
	return err
}

// Format writes a placeholder, so that no key is printed.
func (d *Deidentifier) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte("deid.Deidentifier")) }
