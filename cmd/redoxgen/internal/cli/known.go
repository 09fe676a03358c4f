package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/generator"
	"github.com/redoxgen/redoxgen/internal/spelling"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// messageFlags are the flags of commands that read messages.
type messageFlags struct {
	schemaFlags
	sizeFlag
}

func (f *messageFlags) add(c *cobra.Command) {
	f.schemaFlags.add(c, "that of the catalog")
	f.sizeFlag.add(c)
}

// known returns the events that there are schemas for: those of --schemas, or
// those of the catalog. Warnings about schemas are left to generate.
func (f *messageFlags) known(c *cobra.Command) (knownEvents, error) {
	if err := f.sizeFlag.check(); err != nil {
		return nil, usageError{c, err}
	}
	if len(f.schemas) == 0 && f.lock == "" && !f.literal {
		return catalogEvents(), nil
	}
	x, err := f.inspect(c)
	if err != nil {
		return nil, err
	}
	wrong := slices.DeleteFunc(slices.Clone(x.Diagnostics), func(d generator.Diagnostic) bool { return d.Severity.String() != "error" })
	return x.Infos(), printDiagnostics(c.ErrOrStderr(), wrong)
}

// knownEvents are the events that there are schemas for.
type knownEvents []*redox.EventInfo

// names returns what the events are called, in order.
func (k knownEvents) names() []string {
	var names []string
	for _, e := range k {
		names = append(names, e.String())
	}
	slices.Sort(names)
	return names
}

// unknownEvent is the error for an event that there is no schema for.
type unknownEvent struct {
	what   string // how the event was named; never by quoting a message
	near   string // the event that may be meant
	advice string // what to do if there is none
}

func (e unknownEvent) Error() string { return e.what }

// Hint says what to do about it.
func (e unknownEvent) Hint() string {
	if e.near != "" {
		return "did you mean " + e.near + "?"
	}
	return e.advice
}

const nameEvent = "name the event with --event; redoxgen list shows the names"

// eventOf returns the event that the Meta section of a message names. The error is an
// unknownEvent, or a *redox.SyntaxError for what is not a JSON object.
func (k knownEvents) eventOf(data []byte) (*redox.EventInfo, error) {
	meta, err := redox.PeekMeta(data)
	if err != nil {
		return nil, err
	}
	if e := k.find(meta); e != nil {
		return e, nil
	}
	if meta.DataModel == "" || meta.EventType == "" {
		return nil, unknownEvent{what: "Meta.DataModel and Meta.EventType do not name an event", advice: nameEvent}
	}
	near := spelling.Nearest(meta.DataModel+"."+meta.EventType, k.names())
	advice := nameEvent + "; messages of your own schemas need --schemas"
	return nil, unknownEvent{"there is no schema for the event that Meta names", near, advice}
}

// find returns the event that Meta names; nil if there is none.
func (k knownEvents) find(meta redox.Meta) *redox.EventInfo {
	for _, e := range k {
		if e.DataModel == meta.DataModel && e.EventType == meta.EventType {
			return e
		}
	}
	return nil
}

// named returns the event of that name, whatever its case and spaces.
func (k knownEvents) named(name string) (*redox.EventInfo, error) {
	fold := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, " ", "")) }
	i := slices.IndexFunc(k, func(e *redox.EventInfo) bool { return fold(e.String()) == fold(name) })
	if i < 0 {
		return nil, unknownEvent{fmt.Sprintf("there is no event %q", name), spelling.Nearest(name, k.names()), "redoxgen list shows the names"}
	}
	return k[i], nil
}

// eventFlags are messageFlags with one that names the event of all messages.
type eventFlags struct {
	messageFlags
	name string
}

func (f *eventFlags) add(c *cobra.Command) {
	f.messageFlags.add(c)
	c.Flags().StringVar(&f.name, "event", "", "`EVENT` of the messages, such as PatientAdmin.Arrival (default what Meta says)")
	_ = c.RegisterFlagCompletionFunc("event", completeEvent(&f.schemaFlags)) // fails only for flags that do not exist
}

// choice returns how the flags choose the events of messages.
func (f *eventFlags) choice(c *cobra.Command) (eventChoice, error) {
	known, err := f.known(c)
	if err != nil || f.name == "" {
		return eventChoice{known: known}, err
	}
	e, err := known.named(f.name)
	return eventChoice{known, e}, err
}

// eventChoice chooses the events of messages.
type eventChoice struct {
	known knownEvents
	event *redox.EventInfo // of all messages; nil: what Meta says
}

// eventOf returns the event of a message.
func (x eventChoice) eventOf(data []byte) (*redox.EventInfo, error) {
	if x.event != nil {
		return x.event, nil
	}
	return x.known.eventOf(data)
}

// otherEvent says that Meta names another event than the one chosen; "" if it does
// not. The Meta section of a response may name the query.
func (x eventChoice) otherEvent(data []byte) string {
	if x.event == nil {
		return ""
	}
	meta, err := redox.PeekMeta(data)
	if err != nil || meta.DataModel == "" && meta.EventType == "" {
		return ""
	}
	said := x.known.find(meta)
	switch {
	case said == nil:
		return fmt.Sprintf("Meta does not name %s, but another event that there is no schema for", x.event)
	case said == x.event, said.DataModel == x.event.DataModel && said.Response == x.event.EventType:
		return ""
	default:
		return fmt.Sprintf("Meta names %s, and --event %s", said, x.event)
	}
}

// sizeFlag is a flag that says how large messages may be.
type sizeFlag struct{ megabytes int }

// defaultSize is what the webhook package accepts by default.
const defaultSize = 64

func (f *sizeFlag) add(c *cobra.Command) {
	c.Flags().IntVar(&f.megabytes, "max-mb", defaultSize, "refuse messages of more than `N` MB")
}

func (f *sizeFlag) check() error {
	if f.megabytes < 1 || f.megabytes > 1<<20 {
		return errors.New("--max-mb must be from 1 to 1048576")
	}
	return nil
}

// limit is the size in bytes, and advice what to do about more.
func (f *sizeFlag) limit() (bytes int64, advice string) {
	return int64(f.megabytes) << 20, fmt.Sprintf("if it is a message, allow more with --max-mb (now %d)", f.megabytes)
}
