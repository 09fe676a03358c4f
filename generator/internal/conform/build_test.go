package conform

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
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
		for _, v := range b.Report.All() {
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

// A message continued as the same event drops nothing and says the same, its
// envelope aside.
func TestContinueAsTheSameEvent(t *testing.T) {
	built := 0
	for i, e := range events(t) {
		r := rand.New(rand.NewPCG(11, uint64(i)))
		for range 8 {
			doc := instance(e.node, r, 0.5).(map[string]any)
			text, err := json.Marshal(doc)
			require.NoError(t, err)
			b := e.newBuilder(t)
			b.resume(decode(t, e, text))
			require.Zero(t, b.dropped().Len(), "%s\n%s", e.name, b.dropped())
			m, err := b.build()
			if err != nil {
				continue // an empty string where one is required
			}
			built++
			got := parse(t, encode(t, m)).(map[string]any)
			delete(got, "Meta")
			delete(doc, "Meta")
			want := decode(t, e, mustJSON(t, doc))
			assert.True(t, reflect.ValueOf(want).Elem().MethodByName("Equal").
				Call([]reflect.Value{reflect.ValueOf(decode(t, e, mustJSON(t, got))).Elem()})[0].Bool(), "%s\n%s", e.name, text)
		}
	}
	assert.Greater(t, built, 200)
}

func mustJSON(t testing.TB, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return text
}

// Every event continues every other: what comes over fits, and each value is
// either in the new message or reported as dropped.
func TestContinueAsAnyEvent(t *testing.T) {
	list := events(t)
	var came, stayed int
	for i, from := range list {
		if raceEnabled && i%16 != 0 {
			continue // nothing here runs side by side
		}
		r := rand.New(rand.NewPCG(13, uint64(i)))
		doc := instance(from.node, r, 0.4)
		source := decode(t, from, mustJSON(t, doc))
		for _, to := range list {
			b := to.newBuilder(t)
			b.resume(source)
			requireNoFaultBut(t, b, "required")
			dropped := b.dropped()
			require.False(t, dropped.Truncated())
			got := map[leaf]bool{}
			for path, value := range leaves("", parse(t, encode(t, b.message()))) {
				got[leaf{placeless(path), value}] = true
			}
			for path, value := range leaves("", doc) {
				if strings.HasPrefix(path, "Meta.") {
					continue
				}
				if isDropped(dropped, path) {
					stayed++
					continue
				}
				came++
				if !got[leaf{placeless(path), value}] {
					t.Fatalf("%s as %s: %s is neither carried nor reported", from.name, to.name, path)
				}
			}
		}
	}
	t.Logf("%d values came over, %d stayed behind", came, stayed)
	assert.Greater(t, came, 500)
	assert.Greater(t, stayed, 500)
}

// message returns the message as it is so far.
func (b builder) message() redox.Message {
	m := b.v.Elem().FieldByName("message")
	return reflect.NewAt(m.Type(), m.Addr().UnsafePointer()).Interface().(redox.Message)
}

// requireNoFaultBut fails the test if building fails for another rule.
func requireNoFaultBut(t testing.TB, b builder, rule redox.Rule) {
	t.Helper()
	_, err := b.build()
	if err == nil {
		return
	}
	var e *redox.BuildError
	require.ErrorAs(t, err, &e)
	for _, v := range e.Report.All() {
		odd := v.Rule == redox.RuleNotCarried || v.Rule == redox.RuleUnknown
		if odd || v.Severity == redox.SeverityError && v.Rule != rule {
			t.Fatalf("%s: %s", e.Event, v)
		}
	}
}

// leaf is a scalar of a document.
type leaf struct {
	path  string
	value any
}

// leaves yields the scalars of a document that say something, by their paths.
func leaves(path string, v any) iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		switch v := v.(type) {
		case map[string]any:
			for name, member := range v {
				leaves(join(path, name), member)(yield)
			}
		case []any:
			for i, element := range v {
				leaves(fmt.Sprintf("%s[%d]", path, i), element)(yield)
			}
		case nil:
		default:
			if v != "" {
				yield(path, v)
			}
		}
	}
}

func isDropped(r redox.Report, path string) bool {
	for _, v := range r.All() {
		if rest, ok := strings.CutPrefix(path, v.Path); ok && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			return true
		}
	}
	return false
}

var index = regexp.MustCompile(`\[\d+\]`)

// placeless is a path without indices, since elements move up where others
// stayed behind, and with its section in the singular.
func placeless(path string) string {
	section, rest, _ := strings.Cut(index.ReplaceAllString(path, ""), ".")
	return model.Singular(section) + "." + rest
}

// Nothing that a builder says holds a value.
func TestBuildersPrintNoValues(t *testing.T) {
	for i, e := range events(t) {
		r := rand.New(rand.NewPCG(7, uint64(i)))
		text := mustJSON(t, plant(instance(e.node, r, 0.9), r))
		require.Contains(t, string(text), plantedText)
		b := e.newBuilder(t)
		b.resume(decode(t, e, text))
		_, err := b.build()
		printed := []string{errorText(err), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err), b.dropped().String()}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
			printed = append(printed, fmt.Sprintf(verb, b.v.Interface()), fmt.Sprintf(verb, b.v.Elem().Interface()))
		}
		printed = append(printed, slog.AnyValue(b.v.Interface()).Resolve().String())
		for _, p := range printed {
			if strings.Contains(p, plantedText) || strings.Contains(p, plantedNumber) {
				t.Fatalf("%s: a value was printed: %.300s", e.name, p)
			}
		}
	}
}
