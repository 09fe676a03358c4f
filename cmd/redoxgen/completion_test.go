//go:build !windows && !redoxgen_bootstrap

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/cli"
	"github.com/redoxgen/redoxgen/internal/testenv"
)

// completeLine is what bash does when TAB is pressed at the end of a line: it splits
// the line and calls the function that is registered for the command.
const completeLine = `
shopt -s extglob
complete -F other_go go
other_go() { COMPREPLY=(other); }
source completion.bash
source completion.bash # twice does no harm
words=$1
COMP_LINE=$2 COMP_POINT=${#2} COMP_TYPE=9 COMP_KEY=9
IFS=$'\x1f' read -ra COMP_WORDS <<<"$words"
[[ $words == *$'\x1f' ]] && COMP_WORDS+=("")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
spec=$(complete -p "${COMP_WORDS[0]}")
spec=${spec#* -F }
${spec%% *} 2>/dev/null
printf '%s\n' "${COMPREPLY[@]}"
`

// fakeGo is a go that has the tool redoxgen.
const fakeGo = "#!/bin/sh\nshift 2\nexec redoxgen \"$@\"\n"

// bashWords splits a line as bash does for completion.
func bashWords(line string) string {
	const sep = "\x1f"
	line = strings.Join(strings.Fields(line), sep) + map[bool]string{true: sep}[strings.HasSuffix(line, " ")]
	line = strings.ReplaceAll(line, ":", sep+":"+sep)
	return strings.ReplaceAll(line, "=", sep+"="+sep)
}

// TestCompletionInBash: what bash offers behind redoxgen and behind go tool
// redoxgen, with the package bash-completion, where it is installed, and without.
func TestCompletionInBash(t *testing.T) {
	bash := testenv.NeedsProgram(t, "bash")
	dir := t.TempDir()
	var script, stderr bytes.Buffer
	require.Equal(t, cli.ExitOK, cli.Run(t.Context(), []string{"completion", "bash"}, strings.NewReader(""), &script, &stderr), stderr.String())
	require.NoError(t, os.WriteFile(filepath.Join(dir, "completion.bash"), script.Bytes(), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go"), []byte(fakeGo), 0o700))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "own", "pay"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "own", "pay", "bill.json"), []byte(`{"type": "object", "properties": {"Total": {"type": "string"}}}`), 0o600))
	setups := map[string]string{"alone": ""}
	for _, path := range []string{"/usr/share/bash-completion/bash_completion", os.Getenv("BASH_COMPLETION")} {
		if _, err := os.Stat(path); err == nil {
			setups["with bash-completion"] = "source " + path + "\n"
		}
	}
	for name, setup := range setups {
		for line, want := range map[string]string{
			"expl":                          "explain",
			"explain SSO.Sign-":             "SSO.Sign-on",
			"explain Order.N":               "Order.New",
			"explain Order.New:Patient.Dem": "Patient.Demographics",
			"explain Order.New:Patient.Identifiers[0].": "Patient.Identifiers[0].ID Patient.Identifiers[0].IDType",
			"explain Order.New:Nothing.":                "",
			"explain Order.Nothing:":                    "",
			"generate --events Order.N":                 "Order.New",
			"generate --events SSO.*,Order.N":           `SSO.\*\,Order.New`,
			"generate --events=Order.N":                 "Order.New",
			"validate --event PatientSearch.R":          "PatientSearch.Response",
			"generate --out o":                          "own",
			"list --schemas own --events Pa":            "Pay.* Pay.Bill",
		} {
			for _, command := range []string{"redoxgen", "go tool redoxgen", "go  tool  redoxgen"} {
				t.Run(fmt.Sprintf("%s: %s %s", name, command, line), func(t *testing.T) {
					line := command + " " + line
					c := exec.CommandContext(t.Context(), bash, "--norc", "-c", setup+completeLine, "bash", bashWords(line), line)
					c.Dir = dir
					c.Env = append(os.Environ(), "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"))
					out, err := c.CombinedOutput()
					require.NoError(t, err, string(out))
					// Behind a word there may be what it means, in parentheses.
					got := regexp.MustCompile(` +\(.*\)`).ReplaceAllString(string(out), "")
					assert.Equal(t, want, strings.Join(strings.Fields(got), " "))
				})
			}
		}
		t.Run(name+": go", func(t *testing.T) {
			c := exec.CommandContext(t.Context(), bash, "--norc", "-c", setup+completeLine, "bash", bashWords("go bu"), "go bu")
			c.Dir = dir
			out, err := c.CombinedOutput()
			require.NoError(t, err)
			assert.Equal(t, "other\n", string(out), "what completed go before")
		})
	}
}

// TestCompletionInFish: fish itself says what it offers.
func TestCompletionInFish(t *testing.T) {
	fish := testenv.NeedsProgram(t, "fish")
	dir := t.TempDir()
	var script, stderr bytes.Buffer
	require.Equal(t, cli.ExitOK, cli.Run(t.Context(), []string{"completion", "fish"}, strings.NewReader(""), &script, &stderr), stderr.String())
	require.NoError(t, os.WriteFile(filepath.Join(dir, "completion.fish"), script.Bytes(), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go"), []byte(fakeGo), 0o700))
	for line, want := range map[string]string{
		"expl":                          "explain",
		"explain Order.N":               "Order.New",
		"explain Order.New:Patient.Dem": "Order.New:Patient.Demographics",
	} {
		for _, command := range []string{"redoxgen", "go tool redoxgen"} {
			c := exec.CommandContext(t.Context(), fish, "--no-config", "-c", `source completion.fish; complete -C "`+command+" "+line+`"`)
			c.Dir = dir
			c.Env = append(os.Environ(), "HOME="+dir, "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"))
			out, err := c.Output()
			require.NoError(t, err)
			// Behind a word is what it means; cobra adds a second one where no space may follow.
			assert.Equal(t, want, strings.FieldsFunc(string(out), unicode.IsSpace)[0], command+" "+line)
		}
	}
}
