package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

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
