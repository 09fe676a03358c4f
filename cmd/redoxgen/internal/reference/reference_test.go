package reference_test

import (
	"context"
	"html"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/reference"
	"github.com/redoxgen/redoxgen/generator"
)

func siteOf(t *testing.T, o generator.Options) *reference.Site {
	t.Helper()
	x, err := generator.Inspect(context.Background(), o)
	require.NoError(t, err)
	require.NotEmpty(t, x.Events, "%v", x.Diagnostics)
	site, err := reference.New(x, func(event string) []byte { return []byte(`{"Example": "of ` + event + `"}`) })
	require.NoError(t, err)
	return site
}

var (
	linkForm = regexp.MustCompile(`(?:href|src)="([^"]*)"`)
	idForm   = regexp.MustCompile(` id="([^"]*)"`)
)

// Every link of every page leads somewhere: to a file of the site, and to an element of it.
func TestLinks(t *testing.T) {
	site := siteOf(t, generator.Options{Events: []string{"PatientAdmin.*", "Results.*"}})
	ids := map[string]map[string]bool{}
	pages := map[string]string{}
	for _, name := range site.Paths() {
		data, err := site.File(name)
		require.NoError(t, err, name)
		require.NotEmpty(t, data, name)
		pages[name] = string(data)
		ids[name] = map[string]bool{}
		for _, m := range idForm.FindAllStringSubmatch(pages[name], -1) {
			assert.False(t, ids[name][m[1]], "%s has the id %s twice", name, m[1])
			ids[name][html.UnescapeString(m[1])] = true
		}
	}
	links := 0
	for name, text := range pages {
		if path.Ext(name) != ".html" {
			continue
		}
		for _, m := range linkForm.FindAllStringSubmatch(text, -1) {
			to, anchor, _ := strings.Cut(html.UnescapeString(m[1]), "#")
			assert.NotContains(t, to, ":", "%s links out of the site", name)
			file := name
			if to != "" {
				file = path.Join(path.Dir(name), to)
			}
			if assert.Contains(t, pages, file, "%s links to %s", name, m[1]) && anchor != "" {
				assert.True(t, ids[file][anchor], "%s links to %s", name, m[1])
			}
			links++
		}
	}
	assert.Greater(t, links, 5000)
	for _, m := range regexp.MustCompile(`"([a-z]+/[^"]+\.html)(?:#([^"]*))?"`).FindAllStringSubmatch(pages["index.js"], -1) {
		require.Contains(t, pages, m[1])
		if m[2] != "" {
			assert.True(t, ids[m[1]][m[2]], "the search leads to %s#%s", m[1], m[2])
		}
	}
}

func TestEventPage(t *testing.T) {
	site := siteOf(t, generator.Options{Events: []string{"PatientAdmin.Arrival"}})
	data, err := site.File(reference.EventPath("PatientAdmin.Arrival"))
	require.NoError(t, err)
	for _, want := range []string{
		`id="Patient.Identifiers.ID"`, "<code>Patient.Identifiers[].ID</code>", "ev.Patient.Demographics.Sex",
		"Documented values: Female, Male", "typically PV1-7.3", "typically Patient.name.given", "HL7 v2: none",
		`<span class="required">required</span>`, "of PatientAdmin.Arrival",
	} {
		assert.Contains(t, string(data), want)
	}
	none, err := site.File("events/Nothing.html")
	require.NoError(t, err)
	assert.Nil(t, none)
}

// What schemas say is text, whatever it looks like.
func TestHostileDescriptions(t *testing.T) {
	const attack = `</script><script>alert(1)</script><img src=x onerror=alert(1)>"'`
	schema := `{"$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "description": ` + quoted(attack) + `,
		"properties": {"Meta": {"type": "object", "properties": {"DataModel": {"type": "string"}, "EventType": {"type": "string"},
			"Evil": {"type": "string", "description": ` + quoted(attack) + `}}}}}`
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "evil"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "evil", "new.json"), []byte(schema), 0o644))
	site := siteOf(t, generator.Options{Sources: []generator.Source{generator.Path(dir)}})
	for _, name := range site.Paths() {
		data, err := site.File(name)
		require.NoError(t, err)
		assert.NotContains(t, string(data), "<script>alert", name)
		assert.NotContains(t, string(data), "<img", name)
	}
}

func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }

func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "reference")
	large := siteOf(t, generator.Options{Events: []string{"Results.*", "Device.New"}})
	require.NoError(t, large.Write(dir))
	for _, name := range large.Paths() {
		assert.FileExists(t, filepath.Join(dir, name))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "events", "own.html"), []byte("mine"), 0o644))
	small := siteOf(t, generator.Options{Events: []string{"Device.New"}})
	require.NoError(t, small.Write(dir))
	assert.FileExists(t, filepath.Join(dir, "events", "Device.New.html"))
	assert.NoFileExists(t, filepath.Join(dir, "events", "Results.New.html"), "a page that is no longer of the reference")
	assert.FileExists(t, filepath.Join(dir, "events", "own.html"), "a file of somebody else")

	occupied := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(occupied, "index.html"), []byte("my site"), 0o644))
	require.ErrorIs(t, small.Write(occupied), reference.ErrOccupied)
	data, err := os.ReadFile(filepath.Join(occupied, "index.html"))
	require.NoError(t, err)
	assert.Equal(t, "my site", string(data))
}
