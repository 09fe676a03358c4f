package generator

import (
	"reflect"
	"slices"
	"strconv"

	"github.com/redoxgen/redoxgen/generator/internal/emit"
	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoximpl"
)

// Infos describes the events as their generated code would, for programs that
// work with messages of schemas that they read at run time. The order is that of
// x.Events. New returns a *Message.
func (x *Inspection) Infos() []*redox.EventInfo {
	t := &liveTypes{made: make(map[*model.Struct]reflect.Type)}
	var infos []*redox.EventInfo
	for _, p := range x.model.Packages {
		for _, e := range p.Events {
			infos = append(infos, t.info(e))
		}
	}
	return infos
}

// liveTypes makes Go types at run time; one stands for each concept.
type liveTypes struct {
	made map[*model.Struct]reflect.Type
}

func (t *liveTypes) info(ev *model.Event) *redox.EventInfo {
	schema := ev.Schema.Info
	info := &redox.EventInfo{DataModel: schema.DataModel, EventType: schema.EventType, Kind: emit.KindOf(schema), Response: schema.Response}
	outline, rules := emit.SchemaOf(ev)
	of := t.structType(ev.Struct)
	s := &redoximpl.Schema{Type: reflect.Zero(reflect.PointerTo(of)).Interface(), Outline: outline, Rules: rules}
	info.New = func() redox.Message {
		return &Message{info: info, schema: s, meta: metaIndex(ev.Struct), value: reflect.New(of)}
	}
	info.Validate = s.ValidateJSON
	return info
}

// structType returns the type of s: redox.Object and the fields with their JSON
// names, as generated code has them. Their Go names do not matter.
func (t *liveTypes) structType(s *model.Struct) reflect.Type {
	if made := t.made[s]; made != nil {
		return made
	}
	fields := []reflect.StructField{{Name: "Object", Type: reflect.TypeFor[redox.Object]()}}
	for i, f := range s.Fields {
		fields = append(fields, reflect.StructField{
			Name: "F" + strconv.Itoa(i),
			Type: t.fieldType(f.Kind),
			Tag:  reflect.StructTag(emit.Tag(f)),
		})
	}
	t.made[s] = reflect.StructOf(fields)
	return t.made[s]
}

func (t *liveTypes) fieldType(k model.Kind) reflect.Type {
	of := emit.Scalars[k.Base]
	if k.Base == model.Concept {
		of = t.structType(k.Concept)
	}
	for range k.Slices {
		of = reflect.SliceOf(of)
	}
	return of
}

// metaIndex returns the index of the field with the Meta section; 0 if there is none.
func metaIndex(s *model.Struct) int {
	return slices.Index(s.Fields, s.Envelope()) + 1 // behind redox.Object
}

// Message is a message of an event that has no generated code.
type Message struct {
	info   *redox.EventInfo
	schema *redoximpl.Schema
	meta   int           // index of the field with the Meta section; 0 if there is none
	value  reflect.Value // pointer to the struct
}

var _ redox.Message = (*Message)(nil)

// RedoxEvent describes the event.
func (m *Message) RedoxEvent() *redox.EventInfo { return m.info }

// RedoxMeta returns the Meta section in the form that all events share.
func (m *Message) RedoxMeta() redox.Meta {
	if m.meta == 0 {
		return redox.Meta{DataModel: m.info.DataModel, EventType: m.info.EventType}
	}
	return redoximpl.MetaOf(m.section())
}

// SetMeta replaces the Meta section, of which meta is an edited copy. Messages
// without a Meta section in their schema stay as they are.
func (m *Message) SetMeta(meta redox.Meta) error {
	if m.meta == 0 {
		return nil
	}
	data, err := meta.MarshalJSON()
	if err != nil {
		return err
	}
	return redoximpl.Unmarshal(data, m.section())
}

func (m *Message) section() any { return m.value.Elem().Field(m.meta).Addr().Interface() }

// RedoxStruct returns a pointer to the struct of the message, for package deid.
func (m *Message) RedoxStruct() any { return m.value.Interface() }

// DecodeJSON replaces m by the message in data.
func (m *Message) DecodeJSON(data []byte) (redox.Report, error) {
	return m.schema.Replace(data, m.value.Interface())
}

// UnmarshalJSON is DecodeJSON without the report.
func (m *Message) UnmarshalJSON(data []byte) error {
	return m.schema.Unmarshal(data, m.value.Interface())
}

// AppendJSON appends the JSON of m to dst, with what decoding kept.
func (m *Message) AppendJSON(dst []byte) ([]byte, error) {
	return m.schema.AppendJSON(dst, m.value.Interface())
}

// AppendValid is AppendJSON if the schema accepts m; otherwise the error lists what is wrong.
func (m *Message) AppendValid(dst []byte) ([]byte, error) {
	return m.schema.AppendValid(dst, m.value.Interface())
}

// MarshalJSON returns what AppendJSON appends.
func (m *Message) MarshalJSON() ([]byte, error) { return m.AppendJSON(nil) }

// Validate reports what is wrong with m as a message to send.
func (m *Message) Validate() redox.Report { return m.schema.Validate(m.value.Interface()) }
