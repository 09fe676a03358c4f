package sqlkit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// inspect refuses what makes SQLite forget, and notes what the statements need.
// Every connection of a pool is taken to be as the first.
func (d *DB) inspect(ctx context.Context) error {
	conn, err := d.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	read := func(pragma string, dest ...any) {
		if err == nil {
			err = conn.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(dest...)
		}
	}
	var number, synchronous int
	var name, path, journal string
	read("busy_timeout", &d.busyTimeout)
	read("database_list", &number, &name, &path)
	read("journal_mode", &journal)
	read("synchronous", &synchronous)
	if err != nil {
		return err
	}
	if path == "" { // in memory there is nothing to keep
		if n := d.Stats().MaxOpenConnections; n != 1 {
			return errors.New("each connection to an SQLite database in memory is a database of its own: call SetMaxOpenConns(1)")
		}
		d.Turn = make(Turn, 1)
		return nil
	}
	d.Turn = turnOf(path)
	if !strings.EqualFold(journal, "wal") || synchronous < 2 {
		return fmt.Errorf("the SQLite database has journal_mode %s and synchronous %d, under which a crash can lose what was committed: "+
			"it needs the pragmas journal_mode = WAL and synchronous = FULL on every connection, which a network file system cannot give", journal, synchronous)
	}
	d.file, err = openedFile(path)
	return err
}

// file is the file of an SQLite database as it was when it was opened.
type file struct {
	path string
	info fs.FileInfo
}

func openedFile(path string) (*file, error) {
	info, err := os.Stat(path)
	return &file{path, info}, err
}

// Check returns an error if what is written to the SQLite file would be lost.
func (d *DB) Check() error { return d.file.check() }

// check finds out whether what was just written is in the file that the next
// start of the program opens. The system lets a file be deleted or moved while
// a program writes to it, and that is gone, or elsewhere, afterwards.
func (f *file) check() error {
	if f == nil {
		return nil
	}
	info, err := os.Stat(f.path)
	if err == nil && os.SameFile(info, f.info) {
		// While a connection is open, committed writes may be in this one alone.
		_, err = os.Stat(f.path + "-wal")
	} else if err == nil {
		err = errReplaced
	}
	if err != nil {
		return fmt.Errorf("the SQLite database was deleted, moved or replaced while it was open: %w; what is written now would be lost: restart the program", err)
	}
	return nil
}

var errReplaced = errors.New("another file is in its place")
