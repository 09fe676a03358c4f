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

// format is in the first line of each file.
const format = "redoxgen dead letter 1"

// beginning is how encode begins every message.
const beginning = `{"format":"` + format + `"`

// sumBeginning is how a message goes on that has a checksum: the hash, in
// hexadecimal, of all that comes behind it in the file. Those of earlier versions
// have none.
const sumBeginning = `,"sha256":"`

// header is the first line of a file. Its texts come from senders and
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

func checksum(parts ...[]byte) string {
	sum := sha256.New()
	for _, p := range parts {
		_, _ = sum.Write(p) // never fails
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// isIntact reports whether the checksum of a dead letter, given as its first line
// and its message, is right, or missing.
func isIntact(line, raw []byte) bool {
	rest, ok := bytes.CutPrefix(line, []byte(beginning+sumBeginning))
	if !ok {
		return true
	}
	sum, rest, _ := bytes.Cut(rest, []byte(`"`))
	return string(sum) == checksum(rest, raw)
}

// The most that is read of a file: of one that does not begin like a dead letter,
// such as an archive without a line break, and of any, far more than a message may have.
const (
	maxForeign = 1 << 20
	maxFile    = 1<<31 - 1
)

// ReadFile reads a message that a store of Dir has written. It reads no more of
// another file than it takes to see that.
func ReadFile(path string) (Message, error) {
	f, err := os.Open(path)
	if err != nil {
		return Message{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Message{}, err
	}
	if info.Size() > maxFile {
		return Message{}, fmt.Errorf("deadletter: %s: not a dead letter: more than %d MB", path, maxFile>>20)
	}
	r, line, err := readLine(f)
	if err != nil {
		return Message{}, err
	}
	h, err := parseHeader(path, line)
	if err != nil {
		return Message{}, err
	}
	if size := info.Size() - int64(len(line)); h.Size < 0 || size != int64(h.Size) && info.Mode().IsRegular() {
		return Message{}, fmt.Errorf("deadletter: %s: %d bytes of a message of %d: the file was changed or cut off", path, size, h.Size)
	}
	raw := make([]byte, h.Size)
	if _, err := io.ReadFull(r, raw); err != nil {
		return Message{}, err
	}
	if !isIntact(line, raw) {
		return Message{}, fmt.Errorf("deadletter: %s: the checksum is another one: the file was changed, or the disk is failing", path)
	}
	return Message{
		Key: dedup.Key(h.Key), Reason: h.Reason, Detail: h.Detail,
		DataModel: h.DataModel, EventType: h.EventType, LogID: h.LogID, AttemptID: h.AttemptID,
		Received: h.Received, Raw: raw,
	}, nil
}

func readReceived(path string) (time.Time, error) {
	f, err := os.Open(path)
	if err != nil {
		return time.Time{}, err
	}
	defer f.Close()
	_, line, err := readLine(f)
	if err != nil {
		return time.Time{}, err
	}
	h, err := parseHeader(path, line)
	return h.Received, err
}

// readLine reads the first line of a file, its end included, and returns it with
// a reader of what is behind it.
func readLine(f io.Reader) (io.Reader, []byte, error) {
	limited := &io.LimitedReader{R: f, N: maxFile}
	r := bufio.NewReader(limited)
	if start, _ := r.Peek(len(beginning)); string(start) != beginning {
		limited.N = min(limited.N, maxForeign)
	}
	line, err := r.ReadBytes('\n')
	if err == io.EOF {
		err = nil
	}
	return r, line, err
}

func parseHeader(path string, line []byte) (header, error) {
	var h header
	// The error of package json may repeat what it read.
	if err := json.Unmarshal(line, &h); err != nil || h.Format != format {
		return header{}, fmt.Errorf("deadletter: %s: not a dead letter: the first line is not a header", path)
	}
	return h, nil
}
