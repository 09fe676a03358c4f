package deadletter

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup"
)

// format says what the first line of a message file is.
const format = "redoxgen dead letter 1"

// beginning is how encode begins every message.
const beginning = `{"format":"` + format + `"`

// sumBeginning is how a message goes on that has a checksum: the hash, in
// hexadecimal, of all that comes behind it in the file. Those of earlier versions
// have none.
const sumBeginning = `,"sha256":"`

// header is the first line of a message file. Its texts come from senders and
// handlers: there is no limit to their length.
type header struct {
	Format    string    `json:"format"`
	Key       []byte    `json:"key"` // any bytes, unlike a JSON string
	Reason    Reason    `json:"reason"`
	Detail    string    `json:"detail,omitempty"`
	DataModel string    `json:"dataModel,omitempty"`
	EventType string    `json:"eventType,omitempty"`
	LogID     string    `json:"logID,omitempty"`
	AttemptID string    `json:"attemptID,omitempty"`
	Received  time.Time `json:"received"`
	Size      int       `json:"size"`
}

func encode(m Message) []byte {
	line, err := json.Marshal(header{
		Format: format, Key: []byte(m.Key), Reason: m.Reason, Detail: m.Detail,
		DataModel: m.DataModel, EventType: m.EventType, LogID: m.LogID, AttemptID: m.AttemptID,
		Received: m.Received, Size: len(m.Raw),
	})
	if err != nil {
		// Only a time outside the years 0 to 9999 does this. The message matters more.
		m.Received = time.Time{}
		return encode(m)
	}
	rest := slices.Concat(line[len(beginning):], []byte("\n"), m.Raw)
	return slices.Concat([]byte(beginning+sumBeginning+checksum(rest)+`"`), rest)
}

func checksum(rest []byte) string {
	sum := sha256.Sum256(rest)
	return hex.EncodeToString(sum[:])
}

// isIntact reports whether the checksum of a message is right, or missing.
func isIntact(data []byte) bool {
	rest, ok := bytes.CutPrefix(data, []byte(beginning+sumBeginning))
	if !ok {
		return true
	}
	sum, rest, _ := bytes.Cut(rest, []byte(`"`))
	return string(sum) == checksum(rest)
}

// ReadFile reads a message that a store of Dir has written.
func ReadFile(path string) (Message, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Message{}, err
	}
	line, raw, _ := bytes.Cut(data, []byte("\n"))
	h, err := parseHeader(path, line)
	if err != nil {
		return Message{}, err
	}
	if len(raw) != h.Size {
		return Message{}, fmt.Errorf("%s: %d bytes of a message of %d: the file was changed or cut off", path, len(raw), h.Size)
	}
	if !isIntact(data) {
		return Message{}, fmt.Errorf("%s: the checksum is another one: the file was changed, or the disk is failing", path)
	}
	return Message{
		Key: dedup.Key(h.Key), Reason: h.Reason, Detail: h.Detail,
		DataModel: h.DataModel, EventType: h.EventType, LogID: h.LogID, AttemptID: h.AttemptID,
		Received: h.Received, Raw: raw,
	}, nil
}

// maxForeign bounds what is read of a file that does not begin like a message,
// such as an archive without a line break.
const maxForeign = 1 << 20

func readReceived(path string) (time.Time, error) {
	f, err := os.Open(path)
	if err != nil {
		return time.Time{}, err
	}
	defer f.Close()
	r := bufio.NewReader(f)
	if start, _ := r.Peek(len(beginning)); string(start) != beginning {
		r = bufio.NewReader(io.LimitReader(r, maxForeign))
	}
	line, err := r.ReadBytes('\n')
	if err != nil && err != io.EOF {
		return time.Time{}, err
	}
	h, err := parseHeader(path, bytes.TrimSuffix(line, []byte("\n")))
	return h.Received, err
}

func parseHeader(path string, line []byte) (header, error) {
	var h header
	// The error of package json may repeat what it read.
	if err := json.Unmarshal(line, &h); err != nil || h.Format != format {
		return header{}, fmt.Errorf("%s: not a dead letter: the first line is not a header", path)
	}
	return h, nil
}
