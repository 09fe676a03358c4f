package integration

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// SmallPostgres is Postgres on a disk of a few megabytes, and what makes it larger. It
// mounts one for a server on this machine; where that is not allowed, the test is skipped.
func SmallPostgres(t testing.TB) (dsn string, enlarge func()) {
	t.Helper()
	server := variable(t, PostgresDSN)
	dir, err := os.MkdirTemp("", "redoxgen-disk")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(dir) })
	run := func(name string, args ...string) error {
		out, err := exec.Command(name, append(args, dir)...).CombinedOutput() //nolint:gosec // the test's own
		if err != nil {
			return fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(string(out)))
		}
		return nil
	}
	if err := run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs"); err != nil {
		t.Skipf("needs to mount a small disk: %v", err)
	}
	t.Cleanup(func() { _ = run("umount", "-l") })
	// The server takes a directory that is its own.
	if err := run("chown", "--reference="+dataDirectory(t, server)); err != nil {
		t.Skipf("needs PostgreSQL on this machine: %v", err)
	}
	space := fmt.Sprintf("test_%x", rand.Uint64())
	execute(t, server, fmt.Sprintf("CREATE TABLESPACE %s LOCATION '%s'", space, dir))
	t.Cleanup(func() { execute(t, server, "DROP TABLESPACE "+space) })
	return Postgres(t) + "&default_tablespace=" + space, func() {
		if err := run("mount", "-o", "remount,size=64m"); err != nil {
			t.Fatal(err)
		}
	}
}

func dataDirectory(t testing.TB, dsn string) (dir string) {
	t.Helper()
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), "SHOW data_directory").Scan(&dir); err != nil {
		t.Fatal(err)
	}
	return dir
}
