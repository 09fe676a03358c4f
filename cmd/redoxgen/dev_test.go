//go:build !redoxgen_bootstrap

package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/cli"
)

func TestDevMistakes(t *testing.T) {
	t.Setenv("REDOXGEN_DEV_PASSWORD", "")
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"other machines": {[]string{"--addr", "0.0.0.0:0"}, "needs --password"},
		"every address":  {[]string{"--addr", ":0"}, "needs --password"},
		"no token":       {[]string{"--to", "http://localhost:1"}, "--token"},
		"no URL":         {[]string{"--to", "localhost", "--token", "x"}, "no http or https URL"},
		"speed":          {[]string{"--speed", "0", "--addr", "127.0.0.1:0"}, "the speed must be"},
		"queues":         {[]string{"--queues", "17", "--addr", "127.0.0.1:0"}, "--queues must be from 1 to 16"},
		"no database":    {[]string{"--data", "dev_test.go", "--addr", "127.0.0.1:0"}, "dev_test.go: it is no SQLite database"},
		"keys":           {[]string{"--jwk", "dev_test.go", "--addr", "127.0.0.1:0"}, "not a JWK set"},
	} {
		t.Run(name, func(t *testing.T) {
			code, _, stderr := command(t, "", append([]string{"dev"}, test.args...)...)
			assert.Equal(t, cli.ExitFailed, code)
			assert.Contains(t, stderr, test.want)
		})
	}
}

// The settings that it prints are those that send needs, and an interrupt ends it well.
func TestDevSettings(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	out, printed := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- cli.Run(ctx, []string{"dev", "--addr", "127.0.0.1:0"}, strings.NewReader(""), printed, io.Discard)
		_ = printed.Close()
	}()
	settings, pem := devSettings(out)
	require.NotEmpty(t, pem)
	file := filepath.Join(t.TempDir(), "key.pem")
	require.NoError(t, os.WriteFile(file, []byte(pem), 0o600))
	for _, name := range []string{"REDOX_BASE_URL", "REDOX_CLIENT_ID", "REDOX_KEY_ID"} {
		t.Setenv(name, settings[name])
	}
	t.Setenv("REDOX_PRIVATE_KEY_FILE", file)
	code, _, stderr := commandIn(t, testArrival, "send", "-")
	assert.Equal(t, cli.ExitOK, code, stderr)
	cancel()
	assert.Equal(t, cli.ExitOK, <-ended)
}
