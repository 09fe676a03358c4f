// Package completion has what cobra's completion scripts lack: they complete
// "go tool redoxgen" as well, and bash needs no other package for them.
package completion

import (
	_ "embed"
	"io"

	"github.com/spf13/cobra"
)

// What the script of a shell goes on with.
var (
	//go:embed tail.bash
	bash string
	//go:embed tail.zsh
	zsh string
	//go:embed tail.fish
	fish string
)

// Add adds the command completion to root. The output of root must be set.
func Add(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	tails := map[string]string{"bash": bash, "zsh": zsh, "fish": fish}
	for _, c := range root.Commands() {
		if c.Name() != "completion" {
			continue
		}
		for _, shell := range c.Commands() {
			script, tail := shell.RunE, tails[shell.Name()]
			shell.RunE = func(c *cobra.Command, args []string) error {
				if err := script(c, args); err != nil {
					return err
				}
				_, err := io.WriteString(c.OutOrStdout(), tail)
				return err
			}
		}
	}
}
