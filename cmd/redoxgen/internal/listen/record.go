//go:build !redoxgen_bootstrap

package listen

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// record writes the body of a delivery to a file of its own in dir, and returns its
// name. Nobody sees the file before all of it is there. The files and a directory that
// is created are for their owner only.
func record(dir string, d *Delivery) (string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, ".redoxgen-*") // with mode 0600
	if err != nil {
		return "", err
	}
	_, err = f.Write(d.Raw)
	err = errors.Join(err, f.Close())
	name := filepath.Join(dir, fileName(d))
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return name, nil
}

// fileName orders files by time. Of the log ID, which may be anything, it has a hash;
// of a message without one, that of the message.
func fileName(d *Delivery) string {
	sum := sha256.Sum256([]byte(cmp.Or(d.LogID, string(d.Raw))))
	event := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '.', r == '-':
			return r
		default:
			return '_'
		}
	}, d.Event[:min(len(d.Event), 100)])
	return fmt.Sprintf("%s-%s-%x.json", d.Received.UTC().Format("20060102T150405.000000000Z"), event, sum[:6])
}
