package source

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
)

// read returns path=name of every file, and the diagnostics.
func read(layers ...Layer) (files, diags []string) {
	tree, list := Read(context.Background(), layers, nil)
	for _, f := range tree.Files {
		files = append(files, f.Path+"="+f.Name)
	}
	for _, d := range list.Sorted() {
		diags = append(diags, d.String())
	}
	return files, diags
}

func memory(files map[string]string) fstest.MapFS {
	m := fstest.MapFS{}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

// archive writes a zip file whose entries hold {} and returns its path.
func archive(t *testing.T, headers ...*zip.FileHeader) string {
	t.Helper()
	return archiveOf(t, "{}", headers...)
}

func archiveOf(t *testing.T, text string, headers ...*zip.FileHeader) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, h := range headers {
		e, err := w.CreateHeader(h)
		require.NoError(t, err)
		if !strings.HasSuffix(h.Name, "/") {
			_, err = io.WriteString(e, text)
			require.NoError(t, err)
		}
	}
	require.NoError(t, w.Close())
	path := filepath.Join(t.TempDir(), "s.zip")
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o600))
	return path
}

func entries(names ...string) []*zip.FileHeader {
	var headers []*zip.FileHeader
	for _, n := range names {
		headers = append(headers, &zip.FileHeader{Name: n, Method: zip.Deflate})
	}
	return headers
}

func TestReadFileSystem(t *testing.T) {
	files, diags := read(FS("schemas", memory(map[string]string{
		"events/b/y.json": "{}", "events/a/x.json": "{}", "definitions/c.json": "{}",
		"README.md": "no JSON", ".git/a.json": "no JSON", "events/.hidden.json": "no JSON", "__MACOSX/a/x.json": "no JSON",
	})))
	assert.Empty(t, diags)
	assert.Equal(t, []string{
		"events/a/x.json=schemas/events/a/x.json",
		"events/b/y.json=schemas/events/b/y.json",
		"definitions/c.json=schemas/definitions/c.json",
	}, files)
}

func TestReadDirAndZip(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "a"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a", "x.json"), []byte("{}"), 0o600))
	files, diags := read(Path(dir))
	assert.Empty(t, diags)
	assert.Equal(t, []string{"a/x.json=" + filepath.ToSlash(dir) + "/a/x.json"}, files)

	path := archive(t, entries("a/", "a/x.json", "b/y.JSON", "notes.txt", "__MACOSX/a/x.json")...)
	files, diags = read(Path(path))
	assert.Empty(t, diags)
	assert.Equal(t, []string{"a/x.json=" + path + "/a/x.json", "b/y.JSON=" + path + "/b/y.JSON"}, files)
}

func TestWrappingDir(t *testing.T) {
	for want, paths := range map[string][]string{
		"w/": {"w/a/x.json", "w/b/y.json"},
		"v/": {"v/events/a/x.json", "v/definitions/c.json"},
		"":   {"a/x.json", "a/y.json"},
	} {
		var list []entry
		for _, p := range paths {
			list = append(list, entry{path: p})
		}
		assert.Equal(t, want, wrappingDir(list), paths)
	}
	assert.Empty(t, wrappingDir([]entry{{path: "events/a/x.json"}}), "events is part of the form")
	assert.Empty(t, wrappingDir([]entry{{path: "w/a/x.json"}, {path: "v/a/x.json"}}), "two directories")
	assert.Empty(t, wrappingDir([]entry{{path: "w/a/x.json"}, {path: "w/y.json"}}), "a file of the data model w")

	files, diags := read(FS("s", memory(map[string]string{"w/a/x.json": "{}", "w/b/y.json": "{}"})))
	assert.Empty(t, diags)
	assert.Equal(t, []string{"a/x.json=s/w/a/x.json", "b/y.json=s/w/b/y.json"}, files)
}

func TestLaterLayersReplaceFiles(t *testing.T) {
	files, diags := read(
		FS("first", memory(map[string]string{"events/a/x.json": "replaced, so never parsed", "events/a/y.json": "{}", "definitions/c.json": "{}"})),
		FS("second", memory(map[string]string{"A/X.json": "{}", "definitions/c.json": "{}"})),
	)
	assert.Empty(t, diags)
	assert.Equal(t, []string{
		"A/X.json=second/A/X.json",
		"events/a/y.json=first/events/a/y.json",
		"definitions/c.json=second/definitions/c.json",
	}, files)
}

func TestTreeFindsFilesByPath(t *testing.T) {
	tree, _ := Read(context.Background(), []Layer{FS("s", memory(map[string]string{"events/a/x.json": "{}"}))}, nil)
	require.NotNil(t, tree.File("events/a/x.json"))
	assert.Same(t, tree.File("events/a/x.json"), tree.File("a/x.json"))
	assert.Nil(t, tree.File("x.json"))
}

func TestReadReportsEverything(t *testing.T) {
	file := func(name string) *zip.FileHeader { return &zip.FileHeader{Name: name, Method: zip.Deflate} }
	link := file("a/link.json")
	link.SetMode(fs.ModeSymlink | 0o777)
	encrypted := file("a/secret.json")
	encrypted.Flags |= 1
	path := archive(t, append(entries("a/x.json", "A/x.json", "events/a/x.json", "../evil.json", "/etc/evil.json", "a/../../evil.json", `a\..\..\evil.json`, `\evil.json`, "C:/evil.json"), link, encrypted)...)
	_, diags := read(Path(path))
	escape := " [unsafe-path]\n\tbuild the archive from relative paths without .."
	assert.Equal(t, []string{
		path + `: error: the entry "../evil.json" is not a path inside the archive` + escape,
		path + `: error: the entry "/etc/evil.json" is not a path inside the archive` + escape,
		path + `: error: the entry "C:/evil.json" is not a path inside the archive` + escape,
		path + `: error: the entry "\\evil.json" is not a path inside the archive` + escape,
		path + `: error: the entry "a/../../evil.json" is not a path inside the archive` + escape,
		path + `: error: the entry "a\\..\\..\\evil.json" is not a path inside the archive` + escape,
		path + `/a/link.json: error: not a regular file [unreadable]`,
		path + `/a/secret.json: error: the entry is encrypted [unreadable]` + "\n\tunpack the archive and name the directory",
		path + `/a/x.json: error: ` + path + `/A/x.json describes the same event [duplicate-file]` + "\n\tremove one of them",
		path + `/events/a/x.json: error: ` + path + `/A/x.json describes the same event [duplicate-file]` + "\n\tremove one of them",
	}, diags)
}

// Programs write the names of entries in several ways that mean the same.
func TestZipEntryNames(t *testing.T) {
	path := archive(t, entries("./a/dot.json", "b//double.json", `c\back.json`, `.\d\both.json`, "e/x/../up.json", ".hidden/x.json")...)
	files, diags := read(Path(path))
	assert.Empty(t, diags)
	assert.Equal(t, []string{
		"a/dot.json=" + path + "/a/dot.json", "b/double.json=" + path + "/b/double.json", "c/back.json=" + path + "/c/back.json",
		"d/both.json=" + path + "/d/both.json", "e/up.json=" + path + "/e/up.json",
	}, files)
	path = archive(t, entries("a/x.json", "./a//x.json")...)
	_, diags = read(Path(path))
	assert.Equal(t, []string{path + `/a/x.json: error: ` + path + `/a/x.json describes the same event [duplicate-file]` + "\n\tremove one of them"}, diags)
}

func TestZipBombs(t *testing.T) {
	spaces := strings.Repeat(" ", 2<<20)
	path := archiveOf(t, spaces+"{}", entries("a/bomb.json", "bomb.txt")...)
	_, diags := read(Path(path))
	require.Len(t, diags, 1, "what is no schema is not unpacked")
	assert.Regexp(t, `/a/bomb\.json: error: \d+ bytes would unpack to 2097154: more than 250 times as much \[zip-bomb\]`, diags[0])

	t.Run("entry that lies about its size", func(t *testing.T) {
		e := entry{path: "a/x.json", size: 10, open: func() (io.ReadCloser, error) {
			return io.NopCloser(io.LimitReader(zeros{}, 1<<40)), nil
		}}
		_, err := readEntry(e)
		assert.EqualError(t, err, "it is larger than 16 MB")
	})
	t.Run("many entries", func(t *testing.T) {
		var headers []*zip.FileHeader
		for i := range MaxFiles + 1 {
			headers = append(headers, &zip.FileHeader{Name: fmt.Sprintf("a/%d.json", i)})
		}
		_, diags := read(Path(archive(t, headers...)))
		require.Len(t, diags, 1)
		assert.Contains(t, diags[0], "s.zip: error: the archive has 10001 entries; at most 10000 are read [too-many-files]")
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestBrokenArchives(t *testing.T) {
	path := archiveOf(t, strings.Repeat("{}", 1000), entries("a/x.json")...)
	data, err := os.ReadFile(path)
	require.NoError(t, err)

	t.Run("truncated", func(t *testing.T) {
		require.NoError(t, os.WriteFile(path, data[:len(data)/2], 0o600))
		_, diags := read(Path(path))
		assert.Equal(t, []string{path + ": error: cannot be read: neither a directory nor a complete zip archive [unreadable]\n\tname a directory or a zip archive of schemas"}, diags)
	})
	t.Run("damaged", func(t *testing.T) {
		damaged := bytes.Clone(data)
		damaged[45] ^= 0xff
		require.NoError(t, os.WriteFile(path, damaged, 0o600))
		_, diags := read(Path(path))
		require.Len(t, diags, 1)
		assert.Contains(t, diags[0], path+"/a/x.json: error: cannot be read: ")
	})
}

func TestUnreadableSources(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	_, diags := read(Path(missing), Path(os.DevNull))
	assert.Equal(t, []string{
		os.DevNull + ": error: cannot be read: " + os.DevNull + ": neither a directory nor a zip archive [unreadable]\n\tname a directory or a zip archive of schemas",
		missing + ": error: cannot be read: no such file or directory [unreadable]\n\tname a directory or a zip archive of schemas",
	}, diags)

	_, diags = read(FS("empty", memory(map[string]string{"README.md": "", ".json": ""})))
	assert.Equal(t, []string{"empty: error: there are no schema files here [no-schemas]\n\tschema files are called <data model>/<event>.json"}, diags)
}

func TestOddFilesInDirs(t *testing.T) {
	dir := t.TempDir()
	model := filepath.Join(dir, "a")
	require.NoError(t, os.MkdirAll(filepath.Join(model, "dir.json"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(model, "x.json"), []byte("{}"), 0o600))
	require.NoError(t, os.Symlink("x.json", filepath.Join(model, "link.json")))
	require.NoError(t, os.Symlink("nowhere.json", filepath.Join(model, "dangling.json")))
	require.NoError(t, os.Symlink("a", filepath.Join(dir, "b")))
	files, diags := read(Path(dir))
	name := filepath.ToSlash(dir)
	assert.Equal(t, []string{"a/link.json=" + name + "/a/link.json", "a/x.json=" + name + "/a/x.json"}, files)
	assert.Equal(t, []string{
		name + "/a/dangling.json: error: cannot be read: no such file or directory [unreadable]",
		name + "/b: warning: symbolic links to directories are not followed [symbolic-link]\n\tname the directory itself, or copy it",
	}, diags)
}

func TestSizeLimits(t *testing.T) {
	large := sized{"a/x.json": 50 << 20, "a/y.json": 2}
	files, diags := read(FS("s", large))
	assert.Equal(t, []string{"a/y.json=s/a/y.json"}, files)
	assert.Equal(t, []string{"s/a/x.json: error: the file has 50.0 MB; at most 16 MB are read [too-large]\n\tno schema of a message is that large: is this the right file?"}, diags)

	many := sized{}
	for i := range 14 {
		many[fmt.Sprintf("a/%02d.json", i)] = 15 << 20
	}
	list := new(diag.List)
	l := FS("s", many)
	l.jobs(listFS(context.Background(), "s", many, list), list)
	require.Len(t, list.Sorted(), 1)
	assert.Equal(t, "s/a/13.json: error: the files up to this one have more than 200 MB [too-large]\n\tname the directory that holds only the schemas", list.Sorted()[0].String())
}

// sized is a file system of files that only claim to have a size.
type sized map[string]int64

func (s sized) Open(name string) (fs.File, error) {
	m := fstest.MapFS{}
	for n := range s {
		m[n] = &fstest.MapFile{Data: []byte("{}")}
	}
	return m.Open(name)
}

func (s sized) Stat(name string) (fs.FileInfo, error) {
	f, err := s.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	return sizedInfo{info, s[name]}, err
}

type sizedInfo struct {
	fs.FileInfo
	size int64
}

func (i sizedInfo) Size() int64 { return i.size }

func TestVisitSeesParsedFilesOnly(t *testing.T) {
	var visited atomic.Int32
	_, diags := Read(context.Background(), []Layer{FS("s", memory(map[string]string{"a/x.json": "{}", "a/y.json": "{", "a/z.json": "{}"}))},
		func(f *File, diags *diag.List) bool {
			visited.Add(1)
			diags.Warnf(f.Root.Pos(), "seen", "", "seen")
			return false
		})
	assert.Equal(t, int32(2), visited.Load())
	var lines []string
	for _, d := range diags.Sorted() {
		lines = append(lines, d.Pos.String()+" "+d.Code)
	}
	assert.Equal(t, []string{"s/a/x.json:1:1 seen", "s/a/y.json:1:2 json-syntax", "s/a/z.json:1:1 seen"}, lines)
}

// Overlays lie on the file of the nearest earlier layer that is none; what that replaces is not read.
func TestOverlaysAreKeptWithTheFileBelow(t *testing.T) {
	layer := func(name, text string) Layer { return FS(name, memory(map[string]string{"a/x.json": text})) }
	tree, diags := Read(context.Background(), []Layer{layer("0", "{"), layer("1", "{}"), layer("2", "[]"), layer("3", "[]")},
		func(f *File, _ *diag.List) bool { return f.Root.Kind == Array })
	require.Empty(t, diags.Sorted())
	require.Len(t, tree.Files, 1)
	f := tree.File("a/x.json")
	require.Same(t, tree.Files[0], f)
	assert.Equal(t, "1/a/x.json", f.Name)
	require.Len(t, f.Overlays, 2)
	assert.Equal(t, []string{"2/a/x.json", "3/a/x.json"}, []string{f.Overlays[0].Name, f.Overlays[1].Name})
}

func TestReadStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, diags := Read(ctx, []Layer{FS("s", memory(map[string]string{"a/x.json": "{"}))}, nil)
	var codes []string
	for _, d := range diags.Sorted() {
		codes = append(codes, d.Code)
	}
	assert.Equal(t, []string{"cancelled"}, codes)
}
