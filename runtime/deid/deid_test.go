package deid

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"image"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/all"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/internal/testenv"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

var arrival = (&patientadmin.Arrival{}).RedoxEvent()

// deidentified returns an arrival with these members, de-identified.
func deidentified(t *testing.T, p Policy, members string) *patientadmin.Arrival {
	out, err := newDeidentifier(t, p).Append(nil, arrival, []byte("{"+members+"}"))
	require.NoError(t, err)
	ev, _, err := patientadmin.DecodeArrival(out)
	require.NoError(t, err)
	return ev
}

func TestSafeHarborOfDates(t *testing.T) {
	for in, want := range map[string]string{
		"1985-07-23": "1985-01-01", "1985-07-23T14:05:06.123Z": "1985-01-01T00:00:00.000Z", "1985-07": "1985-01", "1985": "1985",
		"1985-07-23T14:05-05:30": "1985-01-01T00:00-00:00", "1930-07-23": "1936-01-01", "1936-12-31": "1936-01-01",
		"in July": replacement, "19850723": replacement,
	} {
		assert.Equal(t, want, yearOf(in, 1936), in)
	}
}

func TestZIPCodes(t *testing.T) {
	for in, want := range map[string]string{
		"53717": "537", "53717-1234": "537", "537171234": "537", "03601": "000", "89301": "000", "K1A 0B1": "000", "5371": "000", "": "000",
	} {
		if in != "" {
			assert.Equal(t, want, region("ZIP", in), in)
		}
	}
	assert.Equal(t, "WI", region("State", "WI"))
	assert.Equal(t, replacement, region("State", "John"))
	assert.Equal(t, replacement, region("City", "WI"))
	assert.Equal(t, "US", region("Country", "US"))
}

func TestAges(t *testing.T) {
	for in, want := range map[string]string{"7": "7", "89": "89", "89.9": "90", "90": "90", "101": "90", "old": replacement, "-1": replacement, "1e3": replacement} {
		assert.Equal(t, want, cappedAge(in), in)
	}
}

// Identifiers keep their form, and the checks of it.
func TestIdentifiersKeepTheirForm(t *testing.T) {
	s := newSecret([]byte("a key of sixteen bytes"))
	npi := s.identifier("1234567893")
	assert.Regexp(t, `^1\d{9}$`, npi)
	assert.NotEqual(t, "1234567893", npi)
	assert.Equal(t, npiDigit(npi[:9]), npi[9], "the check digit")
	assert.Regexp(t, `^9\d\d-\d\d-\d{4}$`, s.identifier("101-01-0001"))
	assert.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`, s.identifier("E3FEDF48-C8BF-4728-845F-CB810001B571"))
	assert.Regexp(t, `^[A-Z]{2}-\d{3}/[a-z]$`, s.identifier("AB-123/c"))
	assert.Regexp(t, `^\+1[2-9]\d\d555\d{4}$`, s.contact("+18088675301"))
	assert.Regexp(t, `^\([2-9]\d\d\) 555-\d{4}$`, s.contact("(808) 867-5301"))
	assert.Regexp(t, `^user-[0-9a-f]+@example\.org$`, s.contact("walter@test.net"))
	assert.Regexp(t, `^\d{5}-\d{4}$`, s.place("ZIP", "53717-1234"))
	assert.Equal(t, "WI", s.place("State", "WI"))
	name := s.name(&field{name: "LastName"}, "SMITH")
	assert.Equal(t, strings.ToUpper(s.name(&field{name: "LastName"}, "Smith")), name, "whatever the case")
}

// Intervals between the dates of a patient stay, whatever message they are in, and other
// patients have other offsets.
func TestDatesAreShiftedByPatient(t *testing.T) {
	key := func(context.Context) ([]byte, error) { return []byte("a key of sixteen bytes"), nil }
	d, err := New(context.Background(), Options{Policy: Consistent(), Key: key})
	require.NoError(t, err)
	dates := func(id, visit string) (born, start time.Time) {
		out, err := d.Append(nil, arrival, []byte(`{"Visit":{"VisitDateTime":"`+visit+`"},"Patient":{"Identifiers":[{"ID":"x`+visit+`","IDType":"ZZ"},{"ID":"`+id+`","IDType":"MR"}],"Demographics":{"DOB":"1985-07-23"}}}`))
		require.NoError(t, err)
		ev, _, err := patientadmin.DecodeArrival(out)
		require.NoError(t, err)
		born, err = ev.Patient.Demographics.DOB.Time()
		require.NoError(t, err)
		start, err = ev.Visit.VisitDateTime.Time()
		require.NoError(t, err)
		return born, start
	}
	b1, s1 := dates("7", "2024-03-01T10:00:00.000Z")
	b2, s2 := dates("7", "2024-03-04T12:30:00.000Z")
	other, _ := dates("8", "2024-03-01T10:00:00.000Z")
	assert.Equal(t, b1, b2)
	assert.NotEqual(t, b1, other)
	assert.Equal(t, 74*time.Hour+30*time.Minute, s2.Sub(s1))
}

// Equal values have equal pseudonyms in all messages of a key, and others with another.
func TestPseudonymsDependOnTheKey(t *testing.T) {
	with := func(key string) string {
		d, err := New(context.Background(), Options{Policy: SafeHarbor(), Key: func(context.Context) ([]byte, error) { return []byte(key), nil }})
		require.NoError(t, err)
		out, err := d.Append(nil, arrival, []byte(`{"Patient":{"Identifiers":[{"ID":"0000000003"}]},"Visit":{"VisitNumber":"0000000003"}}`))
		require.NoError(t, err)
		ev, _, err := patientadmin.DecodeArrival(out)
		require.NoError(t, err)
		assert.Equal(t, ev.Patient.Identifiers[0].ID, ev.Visit.VisitNumber)
		return ev.Visit.VisitNumber
	}
	assert.Equal(t, with("a key of sixteen bytes"), with("a key of sixteen bytes"))
	assert.NotEqual(t, with("a key of sixteen bytes"), with("another key of as many"))
}

func TestKeys(t *testing.T) {
	_, err := New(context.Background(), Options{Key: func(context.Context) ([]byte, error) { return []byte("short"), nil }})
	require.ErrorContains(t, err, "at least 16")
	assert.NotContains(t, err.Error(), "short")
	unreachable := errors.New("unreachable")
	_, err = New(context.Background(), Options{Key: func(context.Context) ([]byte, error) { return nil, unreachable }})
	require.ErrorIs(t, err, unreachable)
	_, err = New(context.Background(), Options{Key: KeyFile(filepath.Join(t.TempDir(), "none"))})
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestOwnPolicy(t *testing.T) {
	p, err := ParsePolicy([]byte(`{"base": "consistent", "classes": {"name": "replace"}, "paths": {"Patient.Demographics.Race": "drop", "*.Notes[]": "keep"}, "members": ["Nickname"], "extensions": ["mine"]}`))
	require.NoError(t, err)
	ev := deidentified(t, p, `"Patient":{"Notes":["a note"],"Demographics":{"FirstName":"Walter","Race":"Black","Nickname":"Walt","Nick":"W"},"Extensions":{"mine":{"url":"x","string":"y","odd":1},"yours":{}}}`)
	assert.Equal(t, []string{"a note"}, ev.Patient.Notes)
	assert.Equal(t, replacement, ev.Patient.Demographics.FirstName)
	assert.Empty(t, ev.Patient.Demographics.Race)
	assert.Equal(t, redox.Raw(`"text"`), redox.UnknownMember(ev.Patient.Demographics.Object, "Nickname"))
	assert.False(t, redox.UnknownMember(ev.Patient.Demographics.Object, "Nick").IsSet())
	assert.Equal(t, replacement, redox.ExtensionOf(&ev.Patient, "mine").String)
	assert.False(t, redox.ExtensionOf(&ev.Patient, "yours").IsSet())
	for text, want := range map[string]string{
		`{"base":"x"}`: "no base", `{"classes":{"x":"keep"}}`: "no class", `{"classes":{"name":"x"}}`: "no action", `{"paths":{"a":"x"}}`: "no action", `{"a":1}`: "unknown field",
	} {
		_, err := ParsePolicy([]byte(text))
		assert.ErrorContains(t, err, want, text)
	}
}

// Documents become small ones of the same kind.
func TestDocuments(t *testing.T) {
	for begin, format := range map[string]string{"iVBORw": "png", "/9j/": "jpeg", "R0lGOD": "gif"} {
		data, err := base64.StdEncoding.DecodeString(sameKind(begin + "AAAA"))
		require.NoError(t, err)
		_, got, err := image.Decode(bytes.NewReader(data))
		require.NoError(t, err)
		assert.Equal(t, format, got)
	}
	pdf, err := base64.StdEncoding.DecodeString(sameKind("JVBERi0xLjQK"))
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(pdf), "%PDF-"))
	assert.Equal(t, "https://example.org/document", sameKind("https://blob.redoxengine.com/upload/abc"))
	assert.Equal(t, replacement, sameKind("a plain note"))
}

func TestNoSchema(t *testing.T) {
	_, err := newDeidentifier(t, SafeHarbor()).Append(nil, (&redox.Unknown{}).RedoxEvent(), []byte(`{}`))
	require.ErrorIs(t, err, ErrNoSchema)
	_, err = newDeidentifier(t, SafeHarbor()).Append(nil, nil, []byte(`{}`))
	require.ErrorIs(t, err, ErrNoSchema)
}

// reference returns the published samples and the real messages with extensions.
func reference(t testing.TB) map[string][]byte {
	all := map[string][]byte{}
	for _, dir := range []string{"samples", "extensions"} {
		paths, err := filepath.Glob(filepath.Join(testenv.NeedsReference(t, dir), "*.json"))
		require.NoError(t, err)
		for _, p := range paths {
			data, err := os.ReadFile(p)
			require.NoError(t, err)
			all[filepath.Base(filepath.Dir(p))+"/"+filepath.Base(p)] = data
		}
	}
	require.NotEmpty(t, all)
	return all
}

// The published samples keep structure and verdict, and their identifiers stand for the
// same things over the set.
func TestReferenceMessages(t *testing.T) {
	messages := reference(t)
	for _, p := range []Policy{SafeHarbor(), Consistent()} {
		p.MaskUnknown = true
		d := newDeidentifier(t, p)
		forth, back := map[string]string{}, map[string]string{}
		for name, data := range messages {
			m, _, err := redox.Dispatch(data, all.Events())
			require.NoError(t, err, name)
			e := m.RedoxEvent()
			if e.Validate == nil {
				continue // of no schema
			}
			out, err := d.Append(nil, e, data)
			require.NoError(t, err, name)
			assert.Equal(t, valid(t, e, data), valid(t, e, out), name)
			known := verdict(t, e, data)
			if !strings.Contains(strings.Join(known, " "), "unknown") {
				assert.Equal(t, known, verdict(t, e, out), name)
				assert.Equal(t, shape(t, data), shape(t, out), name)
			}
			pair(t, data, out, func(a, b string) {
				if len(a) < 6 {
					return
				}
				if was, ok := forth[a]; ok {
					assert.Equal(t, was, b, "%s: one identifier has two pseudonyms", name)
				}
				if was, ok := back[b]; ok {
					assert.Equal(t, was, a, "%s: two identifiers have one pseudonym", name)
				}
				forth[a], back[b] = b, a
				assert.NotEqual(t, a, b, name)
			})
		}
		assert.Greater(t, len(forth), 5)
	}
}

func valid(t *testing.T, e *redox.EventInfo, data []byte) bool {
	report, err := e.ValidateJSON(data)
	require.NoError(t, err)
	return report.Valid()
}

// pair calls f with the identifiers of a message's lists of identifiers, and what became
// of them.
func pair(t *testing.T, before, after []byte, f func(a, b string)) {
	var a, b any
	require.NoError(t, json.Unmarshal(before, &a))
	require.NoError(t, json.Unmarshal(after, &b))
	var walk func(a, b any, in string)
	walk = func(a, b any, in string) {
		switch a := a.(type) {
		case map[string]any:
			for name, v := range a {
				if b, ok := b.(map[string]any); ok && b[name] != nil {
					walk(v, b[name], in+"."+name)
				}
			}
		case []any:
			for i := range a {
				if b, ok := b.([]any); ok && i < len(b) {
					walk(a[i], b[i], in)
				}
			}
		case string:
			if b, ok := b.(string); ok && strings.HasSuffix(in, "Identifiers.ID") && strings.HasPrefix(in, ".Patient") {
				f(strings.ToLower(a), strings.ToLower(b))
			}
		}
	}
	walk(a, b, "")
}

func BenchmarkAppend(b *testing.B) {
	for _, name := range []string{"samples/patientadmin_arrival.json", "samples/clinicalsummary_visitpush.json"} {
		data := reference(b)[name]
		m, _, err := redox.Dispatch(data, all.Events())
		require.NoError(b, err)
		for policy, p := range map[string]Policy{"safe-harbor": SafeHarbor(), "consistent": Consistent()} {
			b.Run(policy+"/"+filepath.Base(name), func(b *testing.B) {
				d := newDeidentifier(b, p)
				out := make([]byte, 0, 2*len(data))
				b.SetBytes(int64(len(data)))
				b.ReportAllocs()
				for b.Loop() {
					if out, err = d.Append(out[:0], m.RedoxEvent(), data); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
