package conform

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
	"github.com/redoxgen/redoxgen/internal/printed"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// builder is a generated builder, whatever its event.
type builder struct{ v reflect.Value }

// at is when built messages happen.
var at = time.Date(2023, 2, 27, 22, 9, 3, 0, time.UTC)

// builderOf is where builders() has the builder of an event.
var builderOf = sync.OnceValue(func() map[string]int {
	m := make(map[string]int)
	for i, b := range builders() {
		message := reflect.ValueOf(b).MethodByName("Build").Type().Out(0).Elem()
		m[reflect.New(message).Interface().(redox.Message).RedoxEvent().String()] = i
	}
	return m
})

// newBuilder starts a builder of the event.
func (e event) newBuilder(t testing.TB) builder {
	t.Helper()
	i, ok := builderOf()[e.name]
	require.True(t, ok, "builders() lacks %s", e.name)
	return builder{reflect.ValueOf(builders()[i])}
}

func (b builder) build() (redox.Message, error) {
	out := b.v.MethodByName("Build").Call(nil)
	err, _ := out[1].Interface().(error)
	if out[0].IsNil() {
		return nil, err
	}
	return out[0].Interface().(redox.Message), err
}

func (b builder) resume(m redox.Message) { b.v.MethodByName("Continue").Call(values(m)) }

func (b builder) at(t time.Time) { b.v.MethodByName("At").Call(values(t)) }

func values(v any) []reflect.Value { return []reflect.Value{reflect.ValueOf(v)} }

func (b builder) dropped() redox.Report {
	return b.v.MethodByName("Dropped").Call(nil)[0].Interface().(redox.Report)
}

// fill sets every member that n requires, and nothing else, by the methods of
// the builder.
func (b builder) fill(t testing.TB, n *schema.Node) {
	t.Helper()
	message := b.v.MethodByName("Build").Type().Out(0).Elem()
	for _, p := range n.Properties {
		if !n.IsRequired(p.Name) || p.Name == "Meta" {
			continue
		}
		field := fieldOf(t, message, p.Name)
		m := b.section(t, field)
		arg := reflect.New(m.Type().In(0)).Elem()
		switch {
		case arg.Kind() == reflect.Func:
			of := p.Node
			if field.Type.Kind() == reflect.Slice {
				of = of.Items
			}
			arg.Set(reflect.MakeFunc(arg.Type(), func(args []reflect.Value) []reflect.Value {
				smallest(t, args[0].Elem(), of)
				return nil
			}))
			m.Call([]reflect.Value{arg})
		case m.Type().IsVariadic():
			smallest(t, arg, p.Node)
			m.CallSlice([]reflect.Value{arg})
		default:
			smallest(t, arg, p.Node)
			m.Call([]reflect.Value{arg})
		}
	}
}

// section returns the builder's method for a field of the message.
func (b builder) section(t testing.TB, f reflect.StructField) reflect.Value {
	t.Helper()
	one := model.Singular(f.Name)
	for _, name := range []string{one, "Add" + one, f.Name, "Set" + f.Name} {
		m := b.v.MethodByName(name)
		if !m.IsValid() || m.Type().NumIn() != 1 {
			continue
		}
		in := m.Type().In(0)
		if in == f.Type || in.Kind() == reflect.Func && (in.In(0).Elem() == f.Type || f.Type.Kind() == reflect.Slice && in.In(0).Elem() == f.Type.Elem()) {
			return m
		}
	}
	t.Fatalf("%s has no method for %s", b.v.Type(), f.Name)
	return reflect.Value{}
}

func fieldOf(t testing.TB, s reflect.Type, name string) reflect.StructField {
	t.Helper()
	for i := range s.NumField() {
		if s.Field(i).Tag.Get("json") == name {
			return s.Field(i)
		}
	}
	t.Fatalf("%s has no field for %s", s, name)
	return reflect.StructField{}
}

// smallest sets v to the smallest value of schema n that says something.
func smallest(t testing.TB, v reflect.Value, n *schema.Node) {
	t.Helper()
	switch v.Interface().(type) {
	case redox.Date, redox.DateTime:
		v.SetString("2023-02-27")
		return
	case redox.Number:
		v.SetString("1")
		return
	case redox.Bool:
		v.Set(reflect.ValueOf(redox.True))
		return
	case redox.Raw:
		v.SetString(`"x"`)
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		smallest(t, v.Index(0), n.Items)
	case reflect.Struct:
		any := false
		for _, p := range n.Properties {
			if n.IsRequired(p.Name) {
				smallest(t, v.FieldByIndex(fieldOf(t, v.Type(), p.Name).Index), p.Node)
				any = true
			}
		}
		if !any && len(n.Properties) > 0 {
			// It requires nothing in particular, but something.
			p := n.Properties[0]
			smallest(t, v.FieldByIndex(fieldOf(t, v.Type(), p.Name).Index), p.Node)
		}
	default:
		t.Fatalf("a field of type %s", v.Type())
	}
}

// requiredPaths are the members that n requires, through required objects but
// not into arrays, except those that a builder fills in by itself.
func requiredPaths(n *schema.Node, path string) (list []string) {
	for _, p := range n.Properties {
		if !n.IsRequired(p.Name) {
			continue
		}
		below := join(path, p.Name)
		if !slices.Contains([]string{"Meta", "Meta.DataModel", "Meta.EventType", "Meta.EventDateTime"}, below) {
			list = append(list, below)
		}
		list = append(list, requiredPaths(p.Node, below)...)
	}
	return list
}

// An empty builder asks for exactly what the schema requires.
func TestEmptyBuilderListsWhatIsRequired(t *testing.T) {
	total := 0
	for _, e := range events(t) {
		want := requiredPaths(e.node, "")
		total += len(want)
		m, err := e.newBuilder(t).build()
		if len(want) == 0 {
			require.NoError(t, err, e.name)
			assert.Empty(t, e.ask(parse(t, encode(t, m))), e.name)
			continue
		}
		var b *redox.BuildError
		require.True(t, errors.As(err, &b), e.name)
		assert.Nil(t, m, e.name)
		var got []string
		for v := range b.Report.All() {
			assert.EqualValues(t, "required", v.Rule, e.name)
			assert.Contains(t, err.Error(), v.Path+": required")
			got = append(got, v.Path)
		}
		assert.Equal(t, want, got, e.name)
	}
	assert.Greater(t, total, 2*len(events(t)), "schemas that require little test little")
}

// The smallest message that a builder gives is valid, and says what event it is.
func TestSmallestMessages(t *testing.T) {
	for _, e := range events(t) {
		t.Run(e.name, func(t *testing.T) {
			b := e.newBuilder(t)
			b.fill(t, e.node)
			b.at(at)
			b.v.MethodByName("To").Call(values("destination"))
			m, err := b.build()
			require.NoError(t, err)
			text := encode(t, m)
			assert.Empty(t, e.ask(parse(t, text)), "%s", text)
			report, err := e.info.ValidateJSON(text)
			require.NoError(t, err)
			assert.True(t, report.Valid(), report.String())
			meta := m.RedoxMeta()
			assert.Equal(t, e.name, meta.DataModel+"."+meta.EventType)
			assert.Equal(t, redox.DateTimeOf(at), meta.EventDateTime)
			require.Len(t, meta.Destinations, 1)
			assert.Equal(t, "destination", meta.Destinations[0].ID)

			// Without any one of its sections it is not built.
			for _, path := range requiredPaths(e.node, "") {
				if strings.Contains(path, ".") {
					continue
				}
				doc := parse(t, text).(map[string]any)
				delete(doc, path)
				less, err := json.Marshal(doc)
				require.NoError(t, err)
				other := e.newBuilder(t)
				other.resume(decode(t, e, less))
				_, err = other.build()
				assert.ErrorContains(t, err, path+": required")
			}
		})
	}
}

func encode(t testing.TB, m redox.Message) []byte {
	t.Helper()
	text, err := m.MarshalJSON()
	require.NoError(t, err)
	return text
}

func decode(t testing.TB, e event, text []byte) redox.Message {
	t.Helper()
	m := e.info.New()
	_, err := m.DecodeJSON(text)
	require.NoError(t, err)
	return m
}

func mustJSON(t testing.TB, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return text
}

// Nothing that a builder says holds a value.
func TestBuildersPrintNoValues(t *testing.T) {
	for i, e := range events(t) {
		r := random(t, 7, i)
		text := mustJSON(t, plant(instance(e.node, r, 0.9), r))
		require.Contains(t, string(text), plantedText)
		b := e.newBuilder(t)
		b.resume(decode(t, e, text))
		_, err := b.build()
		for _, p := range []string{printed.Forms(err), b.dropped().String(), printed.Forms(b.v.Interface()), printed.Forms(b.v.Elem().Interface())} {
			if strings.Contains(p, plantedText) || strings.Contains(p, plantedNumber) {
				t.Fatalf("%s: a value was printed: %.300s", e.name, p)
			}
		}
	}
}
