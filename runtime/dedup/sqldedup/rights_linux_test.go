package sqldedup_test

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/dedup/sqldedup"
)

// TestSQLiteWithoutRights: a file or directory that the program may only read
// is found out on opening, not by the first delivery.
func TestSQLiteWithoutRights(t *testing.T) {
	for name, modes := range map[string][2]os.FileMode{
		"none": {0o666, 0o777}, "file": {0o444, 0o777}, "directory": {0o666, 0o555}, "both": {0o444, 0o555},
	} {
		t.Run(name, func(t *testing.T) {
			path := closed(t)
			require.NoError(t, os.Chmod(path, modes[0]))
			require.NoError(t, os.Chmod(filepath.Dir(path), modes[1]))
			require.NoError(t, os.Chmod(filepath.Dir(filepath.Dir(path)), 0o755))
			t.Cleanup(func() { assert.NoError(t, os.Chmod(filepath.Dir(path), 0o700)) })
			asNobody(t)
			s, err := sqldedup.Open(t.Context(), "sqlite", "file:"+path)
			if name == "none" {
				require.NoError(t, err)
				require.NoError(t, s.Close())
				return
			}
			require.Error(t, err)
			t.Log(err)
		})
	}
}

// asNobody has the test use files as a user without rights of its own, until it
// ends. Root may write whatever the mode says.
func asNobody(t *testing.T) {
	if os.Geteuid() != 0 {
		return
	}
	runtime.LockOSThread()
	require.NoError(t, syscall.Setfsuid(65534))
	t.Cleanup(func() { _ = syscall.Setfsuid(0); runtime.UnlockOSThread() })
}
