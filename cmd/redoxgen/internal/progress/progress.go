// Package progress shows on a terminal how far a command has come.
package progress

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// Bar is a bar on a terminal. A nil Bar shows nothing.
type Bar struct{ bar *progressbar.ProgressBar }

// New returns a bar for so many bytes, -1 for an unknown number of them; nil if w is
// no terminal.
func New(w io.Writer, size int64) *Bar {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return On(w, size)
}

// On is New for what is known to be a terminal.
func On(w io.Writer, size int64) *Bar {
	return &Bar{progressbar.NewOptions64(size,
		progressbar.OptionSetWriter(w),
		progressbar.OptionShowBytes(true),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetRenderBlankState(false),
	)}
}

// Add notes that n more bytes are done.
func (b *Bar) Add(n int) {
	if b != nil {
		_ = b.bar.Add(n) // what cannot be shown is not worth stopping for
	}
}

// Clear removes the bar so that something else can be printed; the next Add shows it
// again.
func (b *Bar) Clear() {
	if b != nil {
		_ = b.bar.Clear()
	}
}

// End removes the bar.
func (b *Bar) End() {
	if b != nil {
		_ = b.bar.Finish()
	}
}
