package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/cli"
	"github.com/redoxgen/redoxgen/internal/testenv"
)

const commandPage = "docs/cli.md"

// The page on the command is what its help says. To write it anew:
//
//	go test ./cmd/redoxgen -run TestCommandPage -update
func TestCommandPage(t *testing.T) {
	want := renderCommands(newTree())
	if *update {
		require.NoError(t, os.WriteFile(filepath.Join(testenv.Repository(t), filepath.FromSlash(commandPage)), []byte(want), 0o644))
	}
	assert.Equal(t, want, read(t, commandPage), "run go test ./cmd/redoxgen -run TestCommandPage -update")
}

// newTree returns the command with what cobra adds when it runs.
func newTree() *cobra.Command {
	root := cli.New()
	root.InitDefaultCompletionCmd("completion")
	return root
}

func renderCommands(root *cobra.Command) string {
	var b strings.Builder
	b.WriteString("# The command\n\nThis page is generated from the command's help.\n\n")
	paragraph(&b, root.Long)
	b.WriteString("`redoxgen` stands for `go tool redoxgen` if it was installed as a tool of a module.\n\n")
	b.WriteString("| command | |\n| --- | --- |\n")
	commands := slices.DeleteFunc(root.Commands(), func(c *cobra.Command) bool { return !c.IsAvailableCommand() })
	for _, c := range commands {
		fmt.Fprintf(&b, "| [`redoxgen %s`](#redoxgen-%s) | %s |\n", c.Name(), c.Name(), c.Short)
	}
	for _, c := range withSubcommands(commands) {
		fmt.Fprintf(&b, "\n## %s\n\n", c.CommandPath())
		long := c.Long
		if long == "" {
			long = c.Short + "."
		}
		paragraph(&b, long)
		code(&b, c.UseLine())
		if c.HasExample() {
			b.WriteString("\n")
			code(&b, unindent(c.Example))
		}
		if c.Name() == completion {
			b.WriteString("\nOne for each shell:")
			for _, sub := range c.Commands() {
				fmt.Fprintf(&b, " `%s`", sub.CommandPath())
			}
			b.WriteString(".\n")
		}
		flags(&b, c)
	}
	return b.String()
}

// completion is the command whose subcommands are alike.
const completion = "completion"

// withSubcommands returns the commands, each with its subcommands after it.
func withSubcommands(commands []*cobra.Command) (all []*cobra.Command) {
	for _, c := range commands {
		all = append(all, c)
		if c.Name() != completion {
			all = append(all, c.Commands()...)
		}
	}
	return all
}

func paragraph(b *strings.Builder, text string) {
	b.WriteString(regexp.MustCompile(`(?m)[<>]`).ReplaceAllString(strings.TrimSpace(text), "`$0`") + "\n\n")
}

func code(b *strings.Builder, text string) {
	b.WriteString("<!-- run: TestShownCommands -->\n```sh\n" + strings.TrimSpace(text) + "\n```\n")
}

func unindent(text string) string {
	return regexp.MustCompile(`(?m)^  `).ReplaceAllString(text, "")
}

func flags(b *strings.Builder, c *cobra.Command) {
	var rows strings.Builder
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		if value != "" {
			name += " " + value
		}
		usage = strings.Join(strings.Fields(usage), " ")
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" && f.DefValue != "0s" {
			usage += " (default " + f.DefValue + ")"
		}
		fmt.Fprintf(&rows, "| `%s` | %s |\n", name, strings.ReplaceAll(usage, "|", `\|`))
	})
	if rows.Len() > 0 {
		b.WriteString("\n| flag | |\n| --- | --- |\n" + rows.String())
	}
}

// Every command that a document shows is one: it exists, takes these flags and as
// many arguments.
func TestShownCommands(t *testing.T) {
	shown := 0
	invoked := regexp.MustCompile(`^(?:\S+=\S+ )*(?:\$ |curl … \| )?(?:go tool )?redoxgen( .*)?$`)
	check := func(where, line string) {
		line = strings.TrimSpace(strings.TrimPrefix(line, "//go:generate "))
		m := invoked.FindStringSubmatch(line)
		if m == nil {
			return
		}
		shown++
		text, _, _ := strings.Cut(m[1], " #")
		text, _, _ = strings.Cut(text, " < ")
		text, _, _ = strings.Cut(text, " > ")
		args := words(strings.NewReplacer("[flags]", "", "[command]", "").Replace(text))
		c, rest, err := newTree().Find(args)
		if !assert.NoError(t, err, "%s: %s", where, line) {
			return
		}
		c.InitDefaultHelpFlag()
		assert.NoError(t, c.ParseFlags(rest), "%s: %s", where, line)
		if len(rest) > 0 { // otherwise the document speaks of the command as such
			assert.NoError(t, c.ValidateArgs(c.Flags().Args()), "%s: %s", where, line)
		}
	}
	for _, name := range documents(t) {
		for _, b := range blocks(t, name) {
			if b.lang != "sh" {
				continue
			}
			for line := range strings.Lines(b.text) {
				check(fmt.Sprintf("%s:%d", name, b.line), line)
			}
		}
		for _, m := range span.FindAllStringSubmatch(withoutBlocks(t, name), -1) {
			check(name, m[1])
		}
	}
	assert.Greater(t, shown, 40)
}
