package browser_test

import (
	"archive/tar"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// axe-core checks pages against rules of accessibility. It comes from npm's registry,
// as its own licence asks for more than this project's.
const (
	axeVersion   = "4.14.1"
	axeIntegrity = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==" // as package-lock.json has it
)

// axe is the script of axe-core.
var axe = sync.OnceValues(func() (string, error) {
	packed, err := axePackage()
	if err != nil {
		return "", err
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return "", err
	}
	for files := tar.NewReader(unpacked); ; {
		f, err := files.Next()
		if err != nil {
			return "", fmt.Errorf("axe.min.js in axe-core: %w", err)
		}
		if f.Name == "package/axe.min.js" {
			text, err := io.ReadAll(files)
			return string(text), err
		}
	}
})

// axePackage returns the package as npm has it: from the cache, or from the registry.
func axePackage() ([]byte, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	cached := filepath.Join(dir, "redoxgen-tests", "axe-core-"+axeVersion+".tgz")
	if data, err := os.ReadFile(cached); err == nil && isAxe(data) {
		return data, nil
	}
	registry := strings.TrimSuffix(cmp.Or(os.Getenv("NPM_CONFIG_REGISTRY"), "https://registry.npmjs.org"), "/")
	data, err := download(registry + "/axe-core/-/axe-core-" + axeVersion + ".tgz")
	if err != nil {
		return nil, fmt.Errorf("axe-core, which checks accessibility, did not come: is npm's registry reachable, or the one that NPM_CONFIG_REGISTRY names? %w", err)
	}
	if !isAxe(data) {
		return nil, errors.New("axe-core from the registry is not the one that was tested with: its checksum differs")
	}
	if err := os.MkdirAll(filepath.Dir(cached), 0o755); err != nil {
		return nil, err
	}
	return data, os.WriteFile(cached, data, 0o644)
}

func isAxe(data []byte) bool {
	sum := sha512.Sum512(data)
	return base64.StdEncoding.EncodeToString(sum[:]) == axeIntegrity
}

func download(from string) ([]byte, error) {
	c := http.Client{Timeout: time.Minute}
	response, err := c.Get(from)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, errors.New(response.Status)
	}
	return io.ReadAll(io.LimitReader(response.Body, 16<<20))
}

// violations are the rules that the page breaks, and where. The script is evaluated by
// the debugger, which the page's policy does not concern. rules is what axe.run takes.
func violations(t *testing.T, ctx context.Context, rules string) []string {
	t.Helper()
	script, err := axe()
	require.NoError(t, err)
	run(t, ctx, chromedp.Evaluate[chromedp.Void](script))
	return get(t, ctx, chromedp.Evaluate[[]string](`axe.run({ preload: false, resultTypes: ["violations"], `+rules+` }).then((r) =>
		r.violations.flatMap((v) => v.nodes.slice(0, 3).map((n) =>
			v.id + " (" + v.impact + "): " + n.html.slice(0, 200) + ": " + n.failureSummary)))`, chromedp.EvalAwaitPromise))
}
