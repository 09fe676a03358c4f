package sqldeadletter

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
)

// checksum returns the stamp of a message followed by the hash of what it holds.
// SQLite, and PostgreSQL before version 18 by default, do not notice what a
// failing disk changes.
func checksum(m deadletter.Message) []byte {
	h := sha256.New()
	for _, field := range [][]byte{
		[]byte(m.Key), []byte(m.Reason), []byte(m.Detail), []byte(m.DataModel), []byte(m.EventType), []byte(m.LogID), m.Raw,
	} {
		_ = binary.Write(h, binary.BigEndian, int64(len(field)))
		_, _ = h.Write(field)
	}
	return h.Sum(stamp(m))
}

// stamp distinguishes a message from another of its key that replaces it.
func stamp(m deadletter.Message) []byte {
	h := sha256.Sum256(binary.BigEndian.AppendUint64([]byte(m.AttemptID), uint64(m.Received.UnixMicro())))
	return h[:]
}

// intact reports whether a message is as it was when sum was made. A program of
// an earlier version, which may run beside this one, makes none, and leaves that
// of the message that it replaces.
func intact(m deadletter.Message, sum []byte) bool {
	return !bytes.HasPrefix(sum, stamp(m)) || bytes.Equal(sum, checksum(m))
}
