package deadletter_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/deadletter/deadlettertest"
)

// TestMain is also the process that TestKilledWhileWriting kills.
func TestMain(m *testing.M) {
	if path := os.Getenv("REDOXGEN_WRITER"); path != "" {
		write(deadletter.Dir(path))
	}
	os.Exit(m.Run())
}

func write(store deadletter.Store) {
	for i := 0; ; i++ {
		_ = store.Put(context.Background(), deadlettertest.Message(fmt.Sprint(i%3), 1, string(bytes.Repeat([]byte("Bixby "), 1<<20))))
	}
}

func temporaries(t *testing.T, path string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(path, ".tmp-*"))
	require.NoError(t, err)
	return files
}

func age(t *testing.T, path string, by time.Duration) {
	t.Helper()
	then := time.Now().Add(-by)
	require.NoError(t, os.Chtimes(path, then, then))
}

// TestKilledWhileWriting: what a process leaves that dies while it writes a message
// is removed by the next one that uses the directory. While it lives, it is not,
// however long it takes.
func TestKilledWhileWriting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dead")
	self, err := os.Executable()
	require.NoError(t, err)
	for range 100 {
		writer := exec.Command(self)
		writer.Env = append(os.Environ(), "REDOXGEN_WRITER="+path)
		require.NoError(t, writer.Start())
		require.Eventually(t, func() bool { return len(temporaries(t, path)) > 0 }, 20*time.Second, time.Millisecond)
		require.NoError(t, writer.Process.Kill())
		_ = writer.Wait()
		if len(temporaries(t, path)) > 0 {
			break
		}
	}
	left := temporaries(t, path)
	require.NotEmpty(t, left, "never killed while it wrote")
	messages(t, deadletter.Dir(path))
	assert.Equal(t, left, temporaries(t, path), "too young to tell")
	for _, f := range left {
		age(t, f, 2*time.Hour)
	}
	messages(t, deadletter.Dir(path))
	assert.Empty(t, temporaries(t, path))
}

// TestSweepTakesOnlyWhatIsOurs: other hidden files in the directory are not touched,
// however old.
func TestSweepTakesOnlyWhatIsOurs(t *testing.T) {
	begun := `{"format":"redoxgen dead letter 1","sha256":"`
	uses := map[string]func(deadletter.Store){
		"read": func(b deadletter.Store) { messages(t, b) },
		"put":  func(b deadletter.Store) { require.NoError(t, b.Put(t.Context(), deadlettertest.Message("a", 1, "{}"))) },
	}
	for name, tt := range map[string]struct {
		file, content string
		age           time.Duration
		stays         bool
	}{
		"written in part":   {".tmp-123", begun, 2 * time.Hour, false},
		"not written yet":   {".tmp-123", "", 2 * time.Hour, false},
		"the beginning":     {".tmp-123", begun[:9], 2 * time.Hour, false},
		"of before":         {".tmp-123", begun[:34] + `,"key":"`, 2 * time.Hour, false},
		"young":             {".tmp-123", begun, 0, true},
		"another content":   {".tmp-123", "notes", 2 * time.Hour, true},
		"another beginning": {".tmp-123", `{"format":"x"}`, 2 * time.Hour, true},
		"another name":      {".tmp-notes", begun, 2 * time.Hour, true},
		"no number":         {".tmp-", begun, 2 * time.Hour, true},
		"not hidden":        {"tmp-123", begun, 2 * time.Hour, true},
	} {
		for how, use := range uses {
			t.Run(name+"/"+how, func(t *testing.T) {
				path := t.TempDir()
				file := filepath.Join(path, tt.file)
				require.NoError(t, os.WriteFile(file, []byte(tt.content), 0o600))
				age(t, file, tt.age)
				use(deadletter.Dir(path))
				if tt.stays {
					assert.FileExists(t, file)
				} else {
					assert.NoFileExists(t, file)
				}
			})
		}
	}
}

// TestChecksum: a message of which one bit changed is never read as if it was
// whole, and one of an earlier version, without a checksum, is read.
func TestChecksum(t *testing.T) {
	path := t.TempDir()
	want := deadlettertest.Message("a", 1, `{"Patient":"Bixby"}`)
	require.NoError(t, deadletter.Dir(path).Put(t.Context(), want))
	files, err := filepath.Glob(filepath.Join(path, "*.letter"))
	require.NoError(t, err)
	content, err := os.ReadFile(files[0])
	require.NoError(t, err)
	name := len(`{"format":"redoxgen dead letter 1",`)
	for i := range content {
		if i >= name && i < name+len(`"sha256":`) {
			continue // without the name it is as one of an earlier version
		}
		changed := bytes.Clone(content)
		changed[i] ^= 1
		require.NoError(t, os.WriteFile(files[0], changed, 0o600))
		_, err := deadletter.ReadFile(files[0])
		require.Error(t, err, "byte %d", i)
		assert.NotContains(t, err.Error(), "Bixby")
	}
	sum := bytes.Index(content, []byte(`"key"`))
	require.NoError(t, os.WriteFile(files[0], append(bytes.Clone(content[:name]), content[sum:]...), 0o600))
	got, err := deadletter.ReadFile(files[0])
	require.NoError(t, err)
	assert.Equal(t, want, got, "of an earlier version")
}
