//go:build !redoxgen_bootstrap

package main

import (
	"html"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The lines that the page of a message shows send it: the Go program, curl and the command.
// The program of one that was delivered compiles.
func TestDevLines(t *testing.T) {
	p := startDev(t, "--to", "http://127.0.0.1:1", "--token", "x")
	post := func(path string, form url.Values) string {
		response, err := http.PostForm(p.url+path, form)
		require.NoError(t, err)
		_ = response.Body.Close()
		require.Equal(t, http.StatusOK, response.StatusCode)
		return response.Request.URL.Path
	}
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/lines\n\ngo 1.25\n"), 0o600))
	key := filepath.Join(dir, "key.pem")
	require.NoError(t, os.WriteFile(key, []byte(p.key), 0o600))
	events := []string{"PatientAdmin.Arrival", "Order.New", "PatientSearch.Query"}
	curls, commands := map[string]string{}, map[string]string{}
	for i, event := range events {
		sample := regexp.MustCompile(`(?s)<textarea[^>]*>(.*?)</textarea>`).FindStringSubmatch(p.get(t, "/compose?event="+event))
		require.NotNil(t, sample)
		form := url.Values{"message": {html.UnescapeString(sample[1])}, "to": {"api"}}
		post("/compose/send", form)
		at := regexp.MustCompile(`href="(/messages/\d+)"`).FindStringSubmatch(p.get(t, "/"))[1]
		form.Set("to", "endpoint")
		for name, at := range map[string]string{event: at, event + "-received": post("/compose/send", form)} {
			lines := linesOn(p.get(t, at))
			if name == "PatientSearch.Query" { // redoxgen send takes none
				lines = slices.Insert(lines, 1, "")
			}
			require.Len(t, lines, 3, name)
			program := filepath.Join(dir, name)
			require.NoError(t, os.Mkdir(program, 0o700))
			require.NoError(t, os.WriteFile(filepath.Join(program, "main.go"), []byte(lines[2]), 0o600))
			require.NoError(t, os.WriteFile(filepath.Join(program, "message.json"), []byte(p.get(t, at+"/message.json")), 0o600))
			curls[name], commands[name] = lines[0], lines[1]
		}
		assert.Equal(t, 2*(i+1), strings.Count(p.get(t, "/"), "<tr id="))
	}
	useRepository(t, dir)
	goCommand(t, dir, "build", "-o", filepath.Join(dir, "bin")+"/", "./...")
	goCommand(t, dir, "vet", "./...")

	settings := append(os.Environ(), "REDOX_CLIENT_ID=redoxgen", "REDOX_KEY_ID=key-redoxgen", "REDOX_PRIVATE_KEY_FILE="+key)
	legacy := append(os.Environ(), "REDOX_API_KEY="+p.legacy.APIKey, "REDOX_SECRET="+p.legacy.Secret)
	sent := func(event string) int {
		return strings.Count(p.get(t, "/?event="+event), "<td>answered 200</td>")
	}
	run := func(event string, env []string, name string, args ...string) {
		t.Helper()
		before := sent(event)
		c := exec.CommandContext(t.Context(), name, args...)
		c.Dir, c.Env = filepath.Join(dir, event), env
		out, err := c.CombinedOutput()
		require.NoError(t, err, "%s", out)
		assert.Equal(t, before+1, sent(event), "%s %s: %s", event, name, out)
	}
	for _, event := range events {
		run(event, settings, filepath.Join(dir, "bin", event))
		if commands[event] != "" {
			run(event, settings, "sh", "-ec", commands[event])
		}
		if _, err := exec.LookPath("curl"); err != nil && os.Getenv("REDOXGEN_REQUIRE_INTEGRATION") == "" {
			t.Logf("curl is not installed: %s is not sent by it", event)
			continue
		}
		run(event, legacy, "sh", "-ec", curls[event])
	}
}

// linesOn returns what a page shows below its last heading.
func linesOn(page string) []string {
	_, page, _ = strings.Cut(page, `<h2 id="lines">`)
	var list []string
	for _, m := range regexp.MustCompile(`(?s)<pre[^>]*>(.*?)</pre>`).FindAllStringSubmatch(page, -1) {
		list = append(list, html.UnescapeString(m[1]))
	}
	return list
}
