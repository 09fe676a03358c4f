package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

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

// completePlace completes EVENT[:PATH], member by member.
func completePlace(f *schemaFlags) completer {
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
