package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/redoxgen/redoxgen/internal/spelling"
)

// exactly wants as many arguments as there are names.
func exactly(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) < len(names) {
			return usageError{c, fmt.Errorf("%s is missing", names[len(args)])}
		}
		return noMore(c, args[len(names):], names)
	}
}

// atMost refuses more arguments than there are names.
func atMost(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) > len(names) {
			return noMore(c, args[len(names):], names)
		}
		return refuseEmpty(c, args)
	}
}

// oneOrMore wants at least one argument of that name.
func oneOrMore(name string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usageError{c, fmt.Errorf("%s is missing", name)}
		}
		return nil
	}
}

// oneOrTwo wants an argument of the first name and takes one of the second.
func oneOrTwo(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usageError{c, fmt.Errorf("%s is missing", names[0])}
		}
		return noMore(c, args[min(len(args), len(names)):], names)
	}
}

// noMore refuses arguments after the last.
func noMore(c *cobra.Command, extra, names []string) error {
	switch {
	case len(extra) == 0:
		return nil
	case len(names) == 0:
		return usageError{c, fmt.Errorf("%q is too much: %s takes flags only", extra[0], c.CommandPath())}
	default:
		return usageError{c, fmt.Errorf("%q is too much: there is one %s", extra[0], strings.Join(names, " "))}
	}
}

// flagError words a mistake in flags.
func flagError(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) && len(unknown.GetSpecifiedShortnames()) == 0 {
		if near := nearFlag(c, unknown.GetSpecifiedName()); near != "" {
			err = fmt.Errorf("%w; did you mean --%s?", err, near)
		}
	}
	return usageError{c, err}
}

// nearFlag returns the flag that a word is most likely a misspelling of.
func nearFlag(c *cobra.Command, word string) string {
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return spelling.Nearest(word, names)
}

// neverEmpty are the flags that mean something else, often everything, when
// they are left out, so that an empty value must be a mistake.
var neverEmpty = []string{"events", "event", "schemas", "lock", "out", "import-path",
	"reason", "source", "log", "key-file", "key-command", "policy", "ledger", "overlay", "forward-to", "record", "addr", "signature-header"}

// refuseEmpty refuses flags that are given without a value, as an unset
// variable of a shell leaves them.
func refuseEmpty(c *cobra.Command, _ []string) error {
	for _, name := range neverEmpty {
		f := c.Flags().Lookup(name)
		if f == nil || !f.Changed {
			continue
		}
		values := []string{f.Value.String()}
		if list, ok := f.Value.(interface{ GetSlice() []string }); ok {
			values = list.GetSlice()
		}
		for _, v := range values {
			if strings.Trim(v, ", ") == "" {
				return usageError{c, fmt.Errorf("--%s is empty: give it a value, or leave it out", name)}
			}
		}
	}
	return nil
}

// helpOnTopics makes the help command fail for what there is no help on.
func helpOnTopics(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	for _, c := range root.Commands() {
		if c.Name() != "help" {
			continue
		}
		c.Run = nil
		c.RunE = func(c *cobra.Command, args []string) error {
			topic, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return usageError{root, fmt.Errorf("there is no command %q", strings.Join(args, " "))}
			}
			topic.InitDefaultHelpFlag()
			topic.InitDefaultVersionFlag()
			return topic.Help()
		}
	}
}

// completer is a function of cobra's that completes a word.
type completer = func(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective)

const noFiles = cobra.ShellCompDirectiveNoFileComp

// completeEvent completes a value that names one event.
func completeEvent(f *schemaFlags) completer {
	return func(c *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		return f.eventNames(c), noFiles
	}
}

// completeEventList completes the last of several patterns, separated by commas.
func completeEventList(f *schemaFlags) completer {
	return func(c *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
		before := word[:strings.LastIndexByte(word, ',')+1]
		var words []string
		for _, name := range f.eventNames(c) {
			model, _, _ := strings.Cut(name, ".")
			words = append(words, before+model+".*", before+name)
		}
		slices.Sort(words)
		return slices.Compact(words), noFiles | cobra.ShellCompDirectiveNoSpace
	}
}

// completeEventOrFile completes an argument that is an event or a file.
func completeEventOrFile(f *schemaFlags) completer {
	return func(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, noFiles
		}
		return f.eventNames(c), cobra.ShellCompDirectiveDefault
	}
}

// completePath completes EVENT[:PATH], member by member.
func completePath(f *schemaFlags) completer {
	return func(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
		event, path, found := strings.Cut(word, ":")
		switch {
		case len(args) > 0:
			return nil, noFiles
		case !found:
			return f.eventNames(c), noFiles
		}
		parent := path[:max(0, strings.LastIndexByte(path, '.'))]
		x, err := f.inspect(c)
		if err != nil {
			return nil, noFiles
		}
		e, err := x.Explain(event + ":" + parent)
		if err != nil {
			return nil, noFiles
		}
		var words []string
		for _, m := range e.Members {
			if m.Carried && !strings.ContainsAny(m.Name, ` .:["`) {
				words = append(words, event+":"+strings.TrimPrefix(parent+"."+m.Name, "."))
			}
		}
		return words, noFiles | cobra.ShellCompDirectiveNoSpace
	}
}

// eventNames returns the events that there are schemas for, in order.
func (f *schemaFlags) eventNames(c *cobra.Command) []string {
	var names []string
	if len(f.schemas) == 0 {
		names = knownEvents(catalogEvents()).names()
	} else if x, err := f.inspect(c); err == nil {
		for _, e := range x.Events {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names
}
