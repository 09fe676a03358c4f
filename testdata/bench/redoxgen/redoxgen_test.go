package redoxgen

import (
	"runtime"
	"testing"

	"github.com/redoxgen/redoxgen/generated/clinicalsummary"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/testdata/bench/payload"
)

// event is what generated code offers for a message.
type event struct {
	decode   func([]byte) (redox.Message, error)
	validate func([]byte) (redox.Report, error)
}

var events = map[string]event{
	"arrival": {
		decode: func(data []byte) (redox.Message, error) {
			m, _, err := patientadmin.DecodeArrival(data)
			return m, err
		},
		validate: patientadmin.ValidateArrival,
	},
	"visitpush": {
		decode: func(data []byte) (redox.Message, error) {
			m, _, err := clinicalsummary.DecodeVisitPush(data)
			return m, err
		},
		validate: clinicalsummary.ValidateVisitPush,
	},
}

func BenchmarkDecode(b *testing.B) {
	for _, p := range payload.Load(b) {
		e := events[p.Event]
		decode := func(data []byte) func() error {
			return func() error { _, err := e.decode(data); return err }
		}
		payload.Measure(b, p, "redoxgen", decode(p.Minified))
		payload.Measure(b, p, "redoxgen-pretty", decode(p.Pretty))
		payload.Measure(b, p, "redoxgen-validate", func() error { _, err := e.validate(p.Minified); return err })

		held := hold(2 << 20)
		payload.Measure(b, p, "redoxgen-beside", decode(p.Minified))
		runtime.KeepAlive(held)
	}
}

// cell is a piece of data as programs hold it: a few words, one a pointer.
type cell struct {
	next *cell
	_    [7]uintptr
}

// hold allocates about size bytes that the garbage collector has to go through
// every time.
func hold(size int) *cell {
	var list *cell
	for range size / 64 {
		list = &cell{next: list}
	}
	return list
}

// BenchmarkEncode measures encoding into a reused buffer.
func BenchmarkEncode(b *testing.B) {
	for _, p := range payload.Load(b) {
		m, err := events[p.Event].decode(p.Minified)
		if err != nil {
			b.Fatal(err)
		}
		var buf []byte
		payload.Measure(b, p, "redoxgen", func() (err error) { buf, err = m.AppendJSON(buf[:0]); return err })
	}
}
