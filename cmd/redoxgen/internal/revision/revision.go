// Package revision reads directories and files of git revisions, with the git command.
package revision

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/input"
)

// prefix begins the arguments that name something in a revision.
const prefix = "git:"

// Place is a path in a revision of the repository of the working directory.
type Place struct {
	Revision string
	Path     string // slash separated, relative to the working directory
}

// Parse reads git:REVISION:PATH, and reports whether arg has that form.
func Parse(arg string) (Place, bool) {
	rest, ok := strings.CutPrefix(arg, prefix)
	if !ok {
		return Place{}, false
	}
	rev, file, _ := strings.Cut(rest, ":")
	return Place{Revision: rev, Path: path.Clean(file)}, true
}

// String returns the argument that Parse reads.
func (p Place) String() string { return prefix + p.Revision + ":" + p.Path }

// Error says what git could not find.
type Error struct {
	Place   Place
	Message string
	Advice  string
}

func (e *Error) Error() string { return e.Place.String() + ": " + e.Message }

// Hint says what to do about it.
func (e *Error) Hint() string { return e.Advice }

// Extract writes what is at p below dir and returns where: a directory for a
// directory, a file for a file.
func (p Place) Extract(ctx context.Context, dir string) (string, error) {
	if p.Revision == "" || strings.HasPrefix(p.Revision, "-") {
		return "", &Error{p, "it names no revision", "write git:REVISION:PATH, such as git:main:schemas.zip"}
	}
	if path.IsAbs(p.Path) {
		return "", &Error{p, "the path is absolute", "write it relative to the working directory"}
	}
	if _, err := git(ctx, "rev-parse", "--git-dir"); err != nil {
		return "", p.failed(ctx, err, "there is no git repository here", "run redoxgen inside the repository; it needs the git command")
	}
	if _, err := git(ctx, "rev-parse", "--verify", "--quiet", p.Revision+"^{commit}"); err != nil {
		return "", p.failed(ctx, err, "the repository has no such revision", "git log shows revisions; git fetch gets those of others, and all of a shallow clone with --unshallow")
	}
	object := p.Revision + ":./" + p.Path
	kind, err := git(ctx, "cat-file", "-t", object)
	if err != nil {
		return "", p.failed(ctx, err, "the revision has no such path", "the path is relative to the working directory; git ls-tree "+p.Revision+" shows what there is")
	}
	to := filepath.Join(dir, "schemas.zip")
	args := []string{"cat-file", "blob", object}
	if strings.TrimSpace(string(kind)) == "tree" {
		args = []string{"archive", "--format=zip", "--output=" + to, object}
	}
	data, err := git(ctx, args...)
	if err != nil {
		return "", p.failed(ctx, err, "it cannot be read: "+err.Error(), "")
	}
	if args[0] == "cat-file" {
		return to, os.WriteFile(to, data, 0o600)
	}
	return to, nil
}

// File returns the file called name in the directory at p; nil if there is none.
func (p Place) File(ctx context.Context, name string) ([]byte, error) {
	data, err := git(ctx, "cat-file", "blob", p.Revision+":./"+path.Join(p.Path, name))
	if ctx.Err() != nil {
		return nil, input.ErrInterrupted
	}
	if err != nil {
		return nil, nil // Extract says why, if the path itself is wrong
	}
	return data, nil
}

func (p Place) failed(ctx context.Context, err error, message, advice string) error {
	switch {
	case ctx.Err() != nil:
		return input.ErrInterrupted
	case errors.Is(err, exec.ErrNotFound):
		return &Error{p, "there is no git command", "install git, or name a directory or a zip archive"}
	default:
		return &Error{p, message, advice}
	}
}

// git returns what the git command prints; the error has what it says is wrong.
func git(ctx context.Context, args ...string) ([]byte, error) {
	c := exec.CommandContext(ctx, "git", args...)
	var out, problems bytes.Buffer
	c.Stdout, c.Stderr = &out, &problems
	if err := c.Run(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, strings.TrimSpace(problems.String()))
	}
	return out.Bytes(), nil
}
