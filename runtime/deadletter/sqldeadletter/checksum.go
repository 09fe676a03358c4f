package sqldeadletter

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
)

// checksum returns the stamp of a letter followed by the hash of what it holds.
// SQLite, and PostgreSQL before version 18 by default, do not notice what a
// failing disk changes.
func checksum(l deadletter.Letter) []byte {
	h := sha256.New()
	for _, field := range [][]byte{
		[]byte(l.Key), []byte(l.Reason), []byte(l.Detail), []byte(l.DataModel), []byte(l.EventType), []byte(l.LogID), l.Raw,
	} {
		_ = binary.Write(h, binary.BigEndian, int64(len(field)))
		_, _ = h.Write(field)
	}
	return h.Sum(stamp(l))
}

// stamp tells one letter under a key from another that replaces it.
func stamp(l deadletter.Letter) []byte {
	h := sha256.Sum256(binary.BigEndian.AppendUint64([]byte(l.AttemptID), uint64(l.Received.UnixMicro())))
	return h[:]
}

// intact reports whether a letter is as it was when sum was made. A program of
// an earlier version, which may run beside this one, makes none, and leaves that
// of the letter that it replaces.
func intact(l deadletter.Letter, sum []byte) bool {
	return !bytes.HasPrefix(sum, stamp(l)) || bytes.Equal(sum, checksum(l))
}
