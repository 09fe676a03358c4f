//go:build redoxgen_bootstrap

package cli

import (
	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// catalogEvents returns nothing: with the tag redoxgen_bootstrap the command
// does without generated code, so that it can generate that even when what is
// there does not compile.
func catalogEvents() []*redox.EventInfo { return nil }

// moreCommands returns nothing: the packages that they need import generated code.
func moreCommands() []*cobra.Command { return nil }
