package deadletter_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/deadletter/deadlettertest"
)

// TestReadFileOfAnySize: of a file that is not a dead letter, little is read,
// however large it is.
func TestReadFileOfAnySize(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, deadletter.Dir(dir).Put(t.Context(), deadlettertest.Message("a", 1, `{"a":1}`)))
	files, err := filepath.Glob(filepath.Join(dir, "*.letter"))
	require.NoError(t, err)
	whole, err := os.ReadFile(files[0])
	require.NoError(t, err)
	for name, tt := range map[string]struct {
		content string
		size    int64 // with zeros behind the content, which take no room on the disk
		want    string
	}{
		"foreign":              {"planted", 1 << 30, "not a dead letter"},
		"foreign, larger":      {"planted", 8 << 30, "not a dead letter"},
		"begins like one":      {string(whole[:30]), 8 << 30, "more than 2047 MB"},
		"dead letter and more": {string(whole), 1 << 30, "bytes of a message of 7"},
		"one byte more":        {string(whole), int64(len(whole)) + 1, "8 bytes of a message of 7"},
		"cut off":              {string(whole[:len(whole)-1]), int64(len(whole)) - 1, "6 bytes of a message of 7"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.letter")
			require.NoError(t, os.WriteFile(path, []byte(tt.content), 0o600))
			require.NoError(t, os.Truncate(path, tt.size))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := deadletter.ReadFile(path)
			runtime.ReadMemStats(&after)
			require.ErrorContains(t, err, tt.want)
			assert.NotContains(t, err.Error(), "planted")
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16<<20))
			for _, err := range deadletter.Dir(filepath.Dir(path)).Messages(t.Context()) {
				assert.Error(t, err)
			}
		})
	}
	m, err := deadletter.ReadFile(files[0])
	require.NoError(t, err)
	assert.Equal(t, deadlettertest.Message("a", 1, `{"a":1}`), m)
}
