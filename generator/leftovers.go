package generator

import (
	"cmp"
	"os"
	"path/filepath"
	"time"
)

// removeLeftovers removes the temporary files of runs that were killed, from
// dir, its package folders and the lock's folder. Younger ones may be those of
// a run that is still at work. What cannot be removed stays: it is in nobody's way.
func removeLeftovers(dir, lockPath string, began time.Time) {
	folders := []string{dir, filepath.Dir(cmp.Or(lockPath, filepath.Join(dir, LockFile)))}
	below, _ := os.ReadDir(dir)
	for _, d := range below {
		if d.IsDir() {
			folders = append(folders, filepath.Join(dir, d.Name()))
		}
	}
	for _, folder := range folders {
		files, _ := os.ReadDir(folder)
		for _, f := range files {
			if ours, _ := filepath.Match(temporaryFiles, f.Name()); !ours || !f.Type().IsRegular() {
				continue
			}
			if info, err := f.Info(); err == nil && info.ModTime().Before(began) {
				_ = os.Remove(filepath.Join(folder, f.Name()))
			}
		}
	}
}
