// Package duration refuses durations of a configuration that cannot be meant, and
// sleeps until a context ends.
package duration

import (
	"context"
	"fmt"
	"time"
)

// Shortest is the shortest duration that a configuration may give. Nothing here
// that waits, expires or is renewed can be shorter; a plain number, which counts
// nanoseconds, is: 30, and also the 30000 of somebody who thinks in milliseconds.
const Shortest = time.Millisecond

// Check returns an error for a setting, such as "webhook: Config.Lease", whose
// duration lacks its unit. Zero and less pass: a setting may have a meaning for them.
func Check(setting string, d time.Duration) error {
	if d <= 0 || d >= Shortest {
		return nil
	}
	return fmt.Errorf("%s is %v, less than %v: give it a unit, such as %d * time.Second", setting, d, Shortest, int64(d))
}

// Sleep returns after d, or with the error of ctx when that ends first.
func Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
