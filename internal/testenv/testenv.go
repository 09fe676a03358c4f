// Package testenv says what the environment asks of tests, and finds what some of
// them need and the repository does not have.
package testenv

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Long reports whether random tests are to run at length, which REDOXGEN_LONG=1 says.
func Long() bool { return os.Getenv("REDOXGEN_LONG") == "1" }

// Measured reports whether the machine is to be held to bounds on time and memory, which
// REDOXGEN_MEASURE=1 says.
func Measured() bool { return os.Getenv("REDOXGEN_MEASURE") == "1" }

// NeedsMeasured skips the test unless Measured.
func NeedsMeasured(t testing.TB) {
	t.Helper()
	if !Measured() {
		t.Skip("compares times or memory: set REDOXGEN_MEASURE=1 on a quiet machine")
	}
}

// RequiresIntegration reports whether tests that need a server or a program fail without
// it, which REDOXGEN_REQUIRE_INTEGRATION=1 says. Otherwise they are skipped.
func RequiresIntegration() bool { return os.Getenv("REDOXGEN_REQUIRE_INTEGRATION") == "1" }

// NeedsProgram returns the path of a program that the test runs.
func NeedsProgram(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil && RequiresIntegration() {
		t.Fatal(err)
	} else if err != nil {
		t.Skip(err)
	}
	return path
}

// Reference returns the path of a file or directory of the reference data, and whether
// it is there: schemas and samples that Redox publishes, which are not part of the
// project. They are in the directory REDOXGEN_REFERENCE, or beside the repository. With
// REDOXGEN_REQUIRE_REFERENCE=1 the test fails without them.
func Reference(t testing.TB, name ...string) (string, bool) {
	t.Helper()
	dir := os.Getenv("REDOXGEN_REFERENCE")
	if dir == "" {
		dir = filepath.Join(Repository(t), "..", "shared", "redox")
	}
	path := filepath.Join(append([]string{dir}, name...)...)
	_, err := os.Stat(path)
	if err != nil && os.Getenv("REDOXGEN_REQUIRE_REFERENCE") == "1" {
		t.Fatalf("the reference data is required: %v", err)
	}
	return path, err == nil
}

// NeedsReference is Reference for a test that is skipped without the data.
func NeedsReference(t testing.TB, name ...string) string {
	t.Helper()
	path, ok := Reference(t, name...)
	if !ok {
		t.Skipf("needs the reference data: there is no %s", path)
	}
	return path
}

// Repository returns the root of the repository, in which tests run.
func Repository(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = parent
	}
}
