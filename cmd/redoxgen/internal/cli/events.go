//go:build !redoxgen_bootstrap

package cli

import (
	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/generated/all"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// catalogEvents returns a description of every event that the command can
// decode and validate.
func catalogEvents() []*redox.EventInfo { return all.Events() }

// moreCommands returns the subcommands that need generated code, or packages that do.
func moreCommands() []*cobra.Command {
	return []*cobra.Command{newSend(), newTrigger(), newDev(), newListen(), newReplay(), newDeadLetters(), newInbox(), newDrift()}
}
