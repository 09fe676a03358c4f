//go:build !redoxgen_bootstrap

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/all"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoxsample"
)

// With 10,000 messages of everyday size, and then with large ones, the process takes less
// than 300 MB; with a file as well.
func TestDevMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector, with which tests are short, takes memory of its own")
	}
	sample, err := redoxsample.New(redoxsample.Options{Seed: 1}).JSON(eventNamed(t, "Results.New"))
	require.NoError(t, err)
	for name, test := range map[string]struct {
		messages int
		args     []string
	}{
		"in memory": {10_000, nil},
		"in a file": {2_000, []string{"--data", filepath.Join(t.TempDir(), "dev.db")}},
	} {
		t.Run(name, func(t *testing.T) {
			p := startDev(t, test.args...)
			token := p.token(t)
			send := func(body []byte, times int) {
				for range times {
					status, text := p.post(t, "/endpoint", string(body), token)
					require.Equal(t, http.StatusOK, status, text)
				}
			}
			before := p.peak(t)
			send(sample, test.messages)
			p.get(t, "/")
			p.get(t, fmt.Sprint("/messages/", test.messages))
			typical := p.peak(t)
			for size, times := range map[int]int{1 << 20: 100, 10 << 20: 10} {
				send(fmt.Appendf(nil, `{"Padding":%q,%s`, strings.Repeat("x", size), sample[1:]), times)
			}
			list := p.get(t, "/")
			assert.Contains(t, list, fmt.Sprint("/messages/", test.messages+110))
			large := p.peak(t)
			t.Logf("peak: %d MB empty, %d MB with %d messages of %d bytes, %d MB with large ones", before, typical, test.messages, len(sample), large)
			assert.Less(t, large, 300)
		})
	}
}

func eventNamed(t *testing.T, name string) *redox.EventInfo {
	t.Helper()
	for _, e := range all.Events() {
		if e.String() == name {
			return e
		}
	}
	require.Fail(t, "there is no event "+name)
	return nil
}

// peak returns the most memory that the process had, in MB.
func (p *devProcess) peak(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	require.NoError(t, err)
	return kb >> 10
}

func (p *devProcess) token(t *testing.T) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"apiKey": p.legacy.APIKey, "secret": p.legacy.Secret})
	require.NoError(t, err)
	status, text := p.post(t, "/auth/authenticate", string(body), "")
	require.Equal(t, http.StatusOK, status)
	var granted struct{ AccessToken string }
	require.NoError(t, json.Unmarshal([]byte(text), &granted))
	return granted.AccessToken
}

func (p *devProcess) post(t *testing.T, path, body, token string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.url+path, strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(text)
}
