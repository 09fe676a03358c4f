package bench

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/redoxgen/redoxgen/generated/clinicalsummary"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// payload is a message to measure with.
type payload struct {
	name   string
	data   []byte // minified
	pretty []byte // indented by four spaces
	event  string // file of its schema
	decode func([]byte) (redox.Message, error)
	into   redox.Message // reused
	check  func([]byte) (redox.Report, error)
	plain  reflect.Type // a struct as other generators write it
}

// load reads the published examples. They are not part of the project.
func load(tb testing.TB) []payload {
	return []payload{
		payload{
			name: "arrival", event: "patientadmin/arrival.json",
			decode: func(b []byte) (redox.Message, error) { m, _, err := patientadmin.DecodeArrival(b); return m, err },
			into:   new(patientadmin.Arrival), check: patientadmin.ValidateArrival,
			plain: plainType(reflect.TypeFor[patientadmin.Arrival]()),
		}.read(tb, "patientadmin_arrival.json"),
		payload{
			name: "visitpush", event: "clinicalsummary/visitpush.json",
			decode: func(b []byte) (redox.Message, error) {
				m, _, err := clinicalsummary.DecodeVisitPush(b)
				return m, err
			},
			into: new(clinicalsummary.VisitPush), check: clinicalsummary.ValidateVisitPush,
			plain: plainType(reflect.TypeFor[clinicalsummary.VisitPush]()),
		}.read(tb, "clinicalsummary_visitpush.json"),
	}
}

func referenceDir() string { return filepath.Join("..", "..", "..", "shared", "redox") }

func (p payload) read(tb testing.TB, sample string) payload {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join(referenceDir(), "samples", sample))
	if err != nil {
		tb.Skipf("the published example messages are not there: %v", err)
	}
	var minified, pretty bytes.Buffer
	if err := json.Compact(&minified, data); err != nil {
		tb.Fatal(err)
	}
	if err := json.Indent(&pretty, minified.Bytes(), "", "    "); err != nil {
		tb.Fatal(err)
	}
	p.data, p.pretty = minified.Bytes(), pretty.Bytes()
	return p
}

// plainType is the struct type that other generators write for a message:
// pointers for whatever may be null, no memory of anything else.
func plainType(t reflect.Type) reflect.Type {
	switch {
	case t == reflect.TypeFor[redox.Number]():
		return reflect.TypeFor[*float64]()
	case t == reflect.TypeFor[redox.Bool]():
		return reflect.TypeFor[*bool]()
	case t == reflect.TypeFor[redox.Raw]():
		return reflect.TypeFor[any]()
	case t.Kind() == reflect.String:
		return reflect.TypeFor[*string]()
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.String:
		return reflect.TypeFor[[]string]()
	case t.Kind() == reflect.Slice:
		return reflect.SliceOf(plainStruct(t.Elem()))
	default:
		return reflect.PointerTo(plainStruct(t))
	}
}

func plainStruct(t reflect.Type) reflect.Type {
	var fields []reflect.StructField
	for i := 1; i < t.NumField(); i++ {
		f := t.Field(i)
		tag := `json:"` + f.Tag.Get("json") + `,omitempty"`
		fields = append(fields, reflect.StructField{Name: f.Name, Type: plainType(f.Type), Tag: reflect.StructTag(tag)})
	}
	return reflect.StructOf(fields)
}
