package dev_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/dev"
	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/reference"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/generator"
	"github.com/redoxgen/redoxgen/runtime/redoxsample"
)

// Only the server's own pages, and programs, change something.
func TestForeignSites(t *testing.T) {
	s := start(t, nil)
	header := func(pairs ...string) func(*http.Request) {
		return func(r *http.Request) {
			for i := 0; i < len(pairs); i += 2 {
				r.Header.Set(pairs[i], pairs[i+1])
			}
		}
	}
	form := url.Values{"message": {arrival("1")}, "to": {"api"}}
	for _, path := range []string{"/compose/send", "/compose/check", "/feed/lane", "/feed/speed", "/feed/verify", "/destinations",
		"/destinations/remove", "/compose/story", "/settings/keys", "/settings/keys/remove", "/messages/1/again"} {
		for name, change := range map[string]func(*http.Request){
			"another site":      header("Origin", "https://evil.example"),
			"another port":      header("Origin", "http://127.0.0.1:1"),
			"no site":           header("Origin", "null"),
			"cross-site":        header("Sec-Fetch-Site", "cross-site"),
			"both":              header("Origin", s.url, "Sec-Fetch-Site", "cross-site"),
			"a name that leads": func(r *http.Request) { r.Host = "evil.example" },
		} {
			status, _ := do(t, http.MethodPost, s.url+path, form, change)
			assert.Contains(t, []int{http.StatusForbidden, http.StatusMisdirectedRequest}, status, "%s: %s", path, name)
		}
	}
	assert.NotContains(t, s.get(t, "/"), "<td>PatientAdmin.Arrival</td>")
	status, _ := do(t, http.MethodGet, s.url+"/", nil, func(r *http.Request) { r.Host = "evil.example" })
	assert.Equal(t, http.StatusMisdirectedRequest, status)
	status, _ = do(t, http.MethodPost, s.url+"/compose/send", form, header("Origin", s.url, "Sec-Fetch-Site", "same-origin"))
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, s.get(t, "/"), "<td>PatientAdmin.Arrival</td>")
}

func TestPassword(t *testing.T) {
	s := start(t, func(o *dev.Options) { o.Password = "right" })
	for given, want := range map[string]int{"": 401, "wrong": 401, "right": 200} {
		status, _ := do(t, http.MethodGet, s.url+"/", nil, func(r *http.Request) { r.SetBasicAuth("anybody", given) })
		assert.Equal(t, want, status, given)
	}
}

// A password in the endpoint's URL is on no page.
func TestEndpointPassword(t *testing.T) {
	r := receive(t)
	s := start(t, func(o *dev.Options) { o.Endpoint = strings.Replace(r.url, "http://", "http://user:planted-secret@", 1) })
	_, _ = s.post(t, "/compose/send", url.Values{"message": {arrival("1")}})
	eventually(t, "delivered", func() bool { return len(r.received()) == 1 })
	for _, path := range []string{"/", "/feed", "/compose", "/messages/1"} {
		assert.NotContains(t, s.get(t, path), "planted", path)
	}
}

func TestIsLoopback(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1:7070": true, "localhost:1": true, "[::1]:7070": true, "::1": true, "127.9.9.9": true,
		":7070": false, "0.0.0.0:7070": false, "[::]:7070": false, "192.0.2.1:80": false, "example.com:80": false, "": false,
		"localhost.example.com": false,
	} {
		assert.Equal(t, want, dev.IsLoopback(address), address)
	}
}

// hostile breaks out of whatever a page puts it into, unless it is escaped there.
const hostile = `"'></code></textarea></script><script>alert(1)</script><img src=x onerror=alert(1)>` + "\r\ndata: x\n\n`{{.}}"

// plant replaces every name and text of a JSON value.
func plant(value any, keep bool) any {
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			v[name] = plant(member, name == "DataModel" || name == "EventType")
		}
		v["name "+hostile] = hostile
		return v
	case []any:
		for i := range v {
			v[i] = plant(v[i], false)
		}
		return v
	case string:
		if keep {
			return v
		}
		return hostile
	default:
		return value
	}
}

// Whatever a message says is text on every page.
func TestEscaping(t *testing.T) {
	r := receive(t)
	s := start(t, func(o *dev.Options) { o.Endpoint = r.url })
	text := func(from string) string {
		var value any
		require.NoError(t, json.Unmarshal([]byte(from), &value))
		out, err := json.Marshal(plant(value, false))
		require.NoError(t, err)
		return string(out)
	}
	full, err := redoxsample.New(redoxsample.Options{Profile: redoxsample.Full}).JSON((&patientadmin.Arrival{}).RedoxEvent())
	require.NoError(t, err)
	messages := []string{text(string(full)), strings.ReplaceAll(text(arrival("1")), "Arrival", "<script>alert(1)</script>"), hostile}
	for _, m := range messages {
		for _, to := range []string{"api", "endpoint"} {
			_, page := s.post(t, "/compose/send", url.Values{"message": {m}, "to": {to}})
			harmless(t, page)
		}
		_, page := s.post(t, "/compose/check", url.Values{"message": {m}})
		harmless(t, page)
		fields := url.Values{"message": {m}, "fields": {"1"}, "view": {"form"}, "/Patient/Demographics/Sex": {hostile}, "/" + hostile: {hostile}}
		_, page = s.post(t, "/compose", fields)
		harmless(t, page)
		_, page = s.post(t, "/compose/check", fields)
		harmless(t, page)
	}
	_, page := s.post(t, "/destinations", url.Values{"id": {hostile}, "name": {hostile}})
	harmless(t, page)
	for _, path := range []string{"/", "/compose?view=form&from=1", "/compose?view=form&from=3", "/compose?view=form&from=5", "/feed", "/destinations", "/messages/1", "/messages/2", "/messages/3", "/messages/4", "/messages/5", "/messages/6", "/compose?from=1", "/compose?from=5"} {
		harmless(t, s.get(t, path))
	}
	for _, path := range []string{"/?event=" + url.QueryEscape(hostile), "/compose?event=" + url.QueryEscape(hostile), "/reference/" + url.PathEscape(hostile), "/messages/" + url.PathEscape(hostile)} {
		_, page := do(t, http.MethodGet, s.url+path, nil, nil)
		harmless(t, page)
	}
}

// Whatever schemas say is text on every page.
func TestHostileSchemas(t *testing.T) {
	described := func(more string) string {
		return strings.ReplaceAll(`{"type": "string", "description": ATTACK`+more+`}`, "ATTACK", quoted(t, hostile))
	}
	schema := `{"$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "description": ` + quoted(t, hostile) + `, "properties": {
		"Meta": {"type": "object", "properties": {"DataModel": {"type": "string"}, "EventType": {"type": "string"}}},
		"Evil": ` + described("") + `, "Sex": ` + described(`, "enum": [ATTACK]`) + `}}`
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "evil"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "evil", "new.json"), []byte(schema), 0o600))
	x, err := generator.Inspect(t.Context(), generator.Options{Sources: []generator.Source{generator.Path(dir)}})
	require.NoError(t, err)
	require.Len(t, x.Events, 1, "%v", x.Diagnostics)
	site, err := reference.New(x, func(string) []byte { return nil })
	require.NoError(t, err)
	s := start(t, func(o *dev.Options) { o.Inspection, o.Events, o.Reference = x, x.Infos(), site })
	event := x.Events[0].Name()
	model, kind, _ := strings.Cut(event, ".")
	_, _ = s.post(t, "/compose/send", url.Values{"message": {`{"Meta":{"DataModel":"` + model + `","EventType":"` + kind + `"},"Evil":"x","Sex":"y"}`}, "to": {"api"}})
	harmless(t, s.get(t, "/compose?from=1"))
	for _, path := range []string{"/messages/1", "/compose?from=1&view=form", "/reference/" + reference.EventPath(event), "/reference/index.js"} {
		page := s.get(t, path)
		assert.Contains(t, page, "alert(1)", path)
		harmless(t, page)
	}
}

func quoted(t *testing.T, text string) string {
	t.Helper()
	out, err := json.Marshal(text)
	require.NoError(t, err)
	return string(out)
}

func harmless(t *testing.T, page string) {
	t.Helper()
	assert.NotContains(t, page, "<script>alert")
	assert.NotContains(t, page, "<img")
}

// Every page forbids scripts of others.
func TestPolicy(t *testing.T) {
	s := start(t, nil)
	for _, path := range []string{"/", "/feed", "/compose", "/destinations", "/reference/index.html", "/assets/dev.js", "/none"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, nil)
		require.NoError(t, err)
		response, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		_ = response.Body.Close()
		policy := response.Header.Get("Content-Security-Policy")
		assert.Contains(t, policy, "default-src 'none'; script-src 'self'")
		assert.NotContains(t, policy, "unsafe")
	}
}
