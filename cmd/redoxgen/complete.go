package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// completeEvent completes the name of an event.
func completeEvent(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return eventNames(), cobra.ShellCompDirectiveNoFileComp
}

// completeEventFlag completes the value of a flag that names one event.
func completeEventFlag(_ *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return eventNames(), cobra.ShellCompDirectiveNoFileComp
}

// completeEventList completes the last of several patterns, separated by commas.
func completeEventList(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	before := word[:strings.LastIndexByte(word, ',')+1]
	var words []string
	for _, e := range catalogEvents() {
		words = append(words, before+e.DataModel+".*", before+e.String())
	}
	slices.Sort(words)
	return slices.Compact(words), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

func eventNames() []string {
	var names []string
	for _, e := range catalogEvents() {
		names = append(names, e.String())
	}
	slices.Sort(names)
	return names
}
