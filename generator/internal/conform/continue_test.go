package conform

import (
	"encoding/json"
	"fmt"
	"iter"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// A message continued as the same event drops nothing and says the same, its
// envelope aside.
func TestContinueAsTheSameEvent(t *testing.T) {
	built := 0
	for i, e := range events(t) {
		r := random(t, 11, i)
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

// Every event continues every other: what comes over fits, and each value is
// either in the new message or reported as dropped.
func TestContinueAsAnyEvent(t *testing.T) {
	list := events(t)
	var came, stayed int
	for i, from := range list {
		if raceEnabled && i%16 != 0 {
			continue // nothing here runs side by side
		}
		r := random(t, 13, i)
		doc := instance(from.node, r, 0.4)
		source := decode(t, from, mustJSON(t, doc))
		for _, to := range list {
			b := to.newBuilder(t)
			b.resume(source)
			requireNoFaultBut(t, b, "required")
			c, s := requireAccounted(t, b, from.name+" as "+to.name, doc)
			came, stayed = came+c, stayed+s
		}
	}
	t.Logf("%d values came over, %d stayed behind", came, stayed)
	assert.Greater(t, came, 500)
	assert.Greater(t, stayed, 500)
}

// encoded is a message of which nothing but its methods is known.
type encoded struct{ redox.Message }

// Continue takes over the same from a message's fields as from its text.
func TestContinueFromFieldsAndText(t *testing.T) {
	list := events(t)
	for i, from := range list {
		r := random(t, 17, i)
		for n := range 12 {
			text := message(t, from, r, n)
			if text == nil {
				continue
			}
			source := decode(t, from, text)
			for range 4 {
				to := list[r.IntN(len(list))]
				fields, text := to.newBuilder(t), to.newBuilder(t)
				fields.resume(source)
				text.resume(encoded{source})
				require.Equal(t, string(encode(t, text.message())), string(encode(t, fields.message())), "%s as %s", from.name, to.name)
				require.Equal(t, text.dropped().String(), fields.dropped().String(), "%s as %s", from.name, to.name)
				_, want := text.build()
				_, got := fields.build()
				require.Equal(t, want, got, "%s as %s", from.name, to.name)
			}
		}
	}
}

// requireAccounted fails the test unless every value of a document that was
// continued is in the message or reported as dropped, and counts both.
func requireAccounted(t testing.TB, b builder, name string, doc any) (came, stayed int) {
	t.Helper()
	dropped := b.dropped()
	require.False(t, dropped.Truncated())
	got := map[leaf]bool{}
	for path, value := range leaves("", parse(t, encode(t, b.message()))) {
		got[leaf{placeless(path), value}] = true
	}
	for path, value := range leaves("", doc) {
		switch {
		case strings.HasPrefix(path, "Meta."):
		case isDropped(dropped, path):
			stayed++
		case got[leaf{placeless(path), value}]:
			came++
		default:
			t.Fatalf("%s: %s is neither carried nor reported", name, path)
		}
	}
	return came, stayed
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
	for v := range e.Report.All() {
		odd := v.Rule == redox.RuleNotInEvent || v.Rule == redox.RuleUnknown
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
	for v := range r.All() {
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
