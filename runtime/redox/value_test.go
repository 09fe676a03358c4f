package redox

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func (v visit) Equal(o visit) bool { return Equal(&v, &o) }

func decodeVisit(t *testing.T, text string) *visit {
	t.Helper()
	var v visit
	require.NoError(t, Unmarshal([]byte(text), &v))
	return &v
}

func TestEqualLooksAtTheData(t *testing.T) {
	cases := []struct {
		name, a, b string
		diff       []string
	}{
		{"absent, null and empty", `{"VisitNumber":null,"Class":"","Location":{},"Notes":null}`, `{}`, nil},
		{"order and white space", `{"Class":"a","Legacy":"b"}`, ` { "Legacy":"b" , "Class":"a" }`, nil},
		{"numbers by value", `{"Duration":1.50,"Scores":[100]}`, `{"Duration":15e-1,"Scores":[1E2]}`, nil},
		{"raw by value", `{"Extension":{"a":1,"b":[1.0]}}`, `{"Extension":{"b":[1],"a":1}}`, nil},
		{"unknown by value", `{"x":{"a":1,"b":2}}`, `{"x":{"b":2,"a":1.0}}`, nil},
		{"text", `{"Class":"a"}`, `{"Class":"b"}`, []string{"Class"}},
		{"boolean", `{"Urgent":false}`, `{}`, []string{"Urgent"}},
		{"nested", `{"Staff":[{"ID":"1"},{"ID":"2","Roles":["a"]}]}`, `{"Staff":[{"ID":"1"},{"ID":"3","Roles":["b"]}]}`, []string{"Staff[1].ID", "Staff[1].Roles[0]"}},
		{"length", `{"Notes":["a"]}`, `{"Notes":[]}`, []string{"Notes"}},
		{"unknown member", `{"x":1}`, `{"y":1,"x":2}`, []string{"x", "y"}},
		{"wrong type", `{"Location":7}`, `{"Location":8}`, []string{"Location"}},
		{"element of wrong type", `{"Staff":[7]}`, `{"Staff":[{}]}`, []string{"Staff[0]"}},
		{"coerced", `{"Class":7}`, `{"Class":"7"}`, nil},
		{"coerced elements", `{"Notes":[7]}`, `{"Notes":["7"]}`, nil},
		{"elements without a form", `{"Notes":["a",{"x":1}]}`, `{"Notes":["a",{"x":2}]}`, []string{"Notes"}},
		{"unknown null", `{"x":null}`, `{}`, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a, b := decodeVisit(t, c.a), decodeVisit(t, c.b)
			assert.Equal(t, c.diff, Diff(a, b))
			assert.Equal(t, c.diff, Diff(b, a))
			assert.Equal(t, c.diff == nil, Equal(a, b))
			assert.Empty(t, Diff(a, a))
			assert.Equal(t, c.diff == nil, cmp.Equal(*a, *b), "go-cmp uses Equal")
		})
	}
}

// TestEqualSaysWhatEncodingWrites: what was kept counts as long as it is
// written, and only so long.
func TestEqualSaysWhatEncodingWrites(t *testing.T) {
	none := func(*visit) {}
	cases := []struct {
		name, a string
		change  func(*visit)
		b       string
		diff    []string
	}{
		{"aside, then set", `{"Class":{"x":1}}`, func(v *visit) { v.Class = "a" }, `{"Class":"a"}`, nil},
		{"aside, then emptied", `{"Notes":7}`, func(v *visit) { v.Notes = []string{} }, `{"Notes":[]}`, nil},
		{"an element that was filled in", `{"Staff":[7]}`, func(v *visit) { v.Staff[0].ID = "1" }, `{"Staff":[{"ID":"1"}]}`, nil},
		{"elements without a form, one edited", `{"Notes":["a",{"x":1}]}`, func(v *visit) { v.Notes[0] = "b" }, `{"Notes":["b",{"x":2}]}`, []string{"Notes"}},
		{"elements without a form, it edited", `{"Notes":["a",{"x":1}]}`, func(v *visit) { v.Notes[1] = "b" }, `{"Notes":["a","b"]}`, nil},
		{"elements without a form, cut", `{"Notes":["a",{"x":1}]}`, func(v *visit) { v.Notes = v.Notes[:1] }, `{"Notes":["a"]}`, nil},
		{"no number", `{"Scores":["x"]}`, none, `{"Scores":["y"]}`, []string{"Scores"}},
		{"no number at all", `{"Scores":["x"]}`, none, `{"Scores":[null]}`, []string{"Scores"}},
		{"arrays of arrays", `{"Grid":[["a"],[{"x":1}]]}`, none, `{"Grid":[["a"],[{"x":2}]]}`, []string{"Grid"}},
		{"arrays of no arrays", `{"Grid":[["a"],1]}`, none, `{"Grid":[["a"],2]}`, []string{"Grid"}},
		{"arrays of coerced elements", `{"Grid":[["a",1]]}`, none, `{"Grid":[["a","1"]]}`, nil},
		{"names that are not Unicode", `{"\ud800":1,"\ud801":2}`, none, `{"\ud800":5,"\ud801":2}`, []string{"[\"\ufffd\"]"}},
		{"names that read alike", `{"\ud800":1}`, none, `{"\ufffd":1}`, []string{"[\"\ufffd\"]", "[\"\ufffd\"]"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a, b := decodeVisit(t, c.a), decodeVisit(t, c.b)
			c.change(a)
			assert.Equal(t, c.diff, Diff(a, b))
			assert.Equal(t, c.diff, Diff(b, a))
			assert.Equal(t, c.diff == nil, Equal(a, b))
			x, err := Marshal(a)
			require.NoError(t, err)
			y, err := Marshal(b)
			require.NoError(t, err)
			if c.diff == nil && c.name != "arrays of coerced elements" {
				assert.Equal(t, string(y), string(x))
			} else {
				assert.NotEqual(t, string(y), string(x))
			}
		})
	}
}

// TestEqualBeyondTheBudget: the elements that stayed text are compared as well,
// while the list has those before them.
func TestEqualBeyondTheBudget(t *testing.T) {
	long := func(last string) *visit {
		return decodeVisit(t, `{"Staff":[`+strings.Repeat(`{},`, 30000)+`{"ID":"`+last+`"}]}`)
	}
	a, b := long("1"), long("2")
	require.Less(t, len(a.Staff), 30001)
	assert.Equal(t, []string{"Staff"}, Diff(a, b))
	assert.True(t, Equal(a, long("1")))
	a.Staff, b.Staff = a.Staff[:1], b.Staff[:1]
	assert.True(t, Equal(a, b))
	assert.True(t, Equal(a, decodeVisit(t, `{"Staff":[{}]}`)))
}

// TestNumbersKeepTheirDigits: a field that was set to another text is written
// as it was set, also if the value is the same.
func TestNumbersKeepTheirDigits(t *testing.T) {
	v := decodeVisit(t, `{"Duration":"1.0","Scores":["1.0","2"],"Extension":"x"}`)
	v.Duration, v.Scores[0] = "1", "1"
	out, err := Marshal(v)
	require.NoError(t, err)
	assert.Equal(t, `{"Duration":1,"Extension":"x","Scores":[1,"2"]}`, string(out))
}

// TestEqualIsLinear: what a difference costs does not depend on how many were
// found before.
func TestEqualIsLinear(t *testing.T) {
	many := func(x string) *visit {
		return decodeVisit(t, `{"Staff":[`+strings.Repeat(`{"ID":"`+strings.Repeat("a", 100)+`","zz":`+x+`},`, 20000)+`{}]}`)
	}
	a, b := many("1"), many("2")
	start := time.Now()
	assert.Len(t, Diff(a, b), 20000)
	assert.Less(t, time.Since(start), 2*time.Second)
	allocs := testing.AllocsPerRun(1, func() { assert.False(t, Equal(a, b)) })
	assert.Less(t, allocs, 1000.0, "Equal stops at the first difference")
}

func TestChangesWin(t *testing.T) {
	cases := []struct {
		name, in string
		change   func(*visit)
		out      string
	}{
		{"null", `{"VisitNumber":null}`, func(v *visit) { v.VisitNumber = "1" }, `{"VisitNumber":"1"}`},
		{"empty object", `{"Location":{}}`, func(v *visit) { v.Location.Room = "1" }, `{"Location":{"Room":"1"}}`},
		{"coerced", `{"VisitNumber":12,"Class":3}`, func(v *visit) { v.VisitNumber = "13" }, `{"VisitNumber":"13","Class":3}`},
		{"aside", `{"Notes":"x","Location":[1]}`, func(v *visit) { v.Notes = []string{"y"}; v.Location.Bed = "B" }, `{"Notes":["y"],"Location":{"Bed":"B"}}`},
		{"array with odd elements", `{"Notes":["a",null],"Scores":[1,"2"]}`, func(v *visit) { v.Notes = append(v.Notes, "b") }, `{"Notes":["a",null,"b"],"Scores":[1,"2"]}`},
		{"array with elements without a form", `{"Notes":["a",7,{"x":1},null]}`, func(v *visit) { v.Notes[0] = "b"; v.Notes = append(v.Notes, "c") }, `{"Notes":["b",7,{"x":1},null,"c"]}`},
		{"odd element", `{"Staff":[7,8]}`, func(v *visit) { v.Staff[0].ID = "1" }, `{"Staff":[{"ID":"1"},8]}`},
		{"cleared", `{"VisitNumber":"1","Notes":["a"],"Duration":5,"Urgent":true,"Extension":[]}`,
			func(v *visit) { v.VisitNumber, v.Notes, v.Duration, v.Urgent, v.Extension = "", nil, "", Unset, "" }, `{}`},
		{"emptied", `{"Notes":["a"]}`, func(v *visit) { v.Notes = []string{} }, `{"Notes":[]}`},
		{"unknown stays", `{"x":1,"Class":"a"}`, func(v *visit) { v.Class = "b" }, `{"Class":"b","x":1}`},
		{"forgotten", `{"x":1,"Class":null,"Staff":[{"y":2,"ID":"1"}],"Notes":7}`, func(v *visit) { Forget(v) }, `{"Staff":[{"ID":"1"}]}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			v := decodeVisit(t, c.in)
			c.change(v)
			out, err := Marshal(v)
			require.NoError(t, err)
			assert.Equal(t, c.out, string(out))
		})
	}
}

func TestCopiesAreIndependent(t *testing.T) {
	a := decodeVisit(t, `{"x":1,"Class":null}`)
	b := *a
	b.Class = "c"
	Forget(&b)
	out, err := Marshal(a)
	require.NoError(t, err)
	assert.JSONEq(t, `{"x":1,"Class":null}`, string(out))
}

// TestClone: a clone has slices of its own, and keeps what was kept.
func TestClone(t *testing.T) {
	text := `{"x":1,"Class":null,"Notes":["a",7],"Staff":[7,{"ID":"1","Roles":["r"]}],"Grid":[["g"],[]],"Scores":[],"Extension":{"a":1},"Location":[]}`
	a := decodeVisit(t, text)
	b := Clone(a)
	assert.Equal(t, a, b)
	a.Notes[0], a.Staff[1].Roles[0], a.Grid[0][0], a.Staff[0].ID = "b", "s", "h", "2"
	a.Notes = append(a.Notes[:1], "c")
	Forget(a)
	out, err := Marshal(b)
	require.NoError(t, err)
	assert.JSONEq(t, text, string(out))
	assert.NotNil(t, b.Scores)
	assert.Nil(t, Clone(decodeVisit(t, `{}`)).Notes)

	u := decodeUnknown(t, `{"Meta":{"Logs":[{"ID":"1"}]}}`).(*Unknown)
	w := Clone(u)
	u.Meta.Logs[0].ID = "2"
	assert.Equal(t, "1", w.Meta.Logs[0].ID)
	assert.Equal(t, u.JSON, w.JSON)
	assert.Nil(t, Clone[visit](nil))
	assert.PanicsWithValue(t, "redox: int is no generated struct", func() { Clone(new(int)) })
}

func TestUnknownMembers(t *testing.T) {
	v := decodeVisit(t, `{"b":[1],"Class":"x","a":null,"b":2}`)
	assert.Equal(t, map[string]Raw{"a": "null", "b": "2"}, maps.Collect(UnknownMembers(v.Object)))
	assert.Equal(t, Raw("2"), UnknownMember(v.Object, "b"))
	assert.False(t, UnknownMember(v.Object, "Class").IsSet())
	var none visit
	assert.Empty(t, maps.Collect(UnknownMembers(none.Object)))
}

func TestEncodeRequiredMembers(t *testing.T) {
	cases := []struct {
		name string
		v    sample
		out  string
	}{
		{"empty", sample{}, `{"Meta":{"DataModel":"","EventType":""},"Persons":[]}`},
		{"an optional object is not made up", sample{Score: "1"}, `{"Meta":{"DataModel":"","EventType":""},"Persons":[],"Score":1}`},
		{"its required members are, once it is set", sample{Visit: visit{Class: "a"}}, `{"Meta":{"DataModel":"","EventType":""},"Visit":{"VisitNumber":"","Class":"a"},"Persons":[]}`},
		{"elements", sample{Persons: []person{{}, {Name: "n"}}}, `{"Meta":{"DataModel":"","EventType":""},"Persons":[{"ID":""},{"ID":"","Name":"n"}]}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			out, err := sampleSchema.Marshal(&c.v)
			require.NoError(t, err)
			assert.Equal(t, c.out, string(out))
		})
	}
}

// TestElementsByThemselves: what an element was that is no object is written
// also when the element is encoded by itself.
func TestElementsByThemselves(t *testing.T) {
	v := decodeVisit(t, `{"Staff":["0001",{"ID":"2"},{}]}`)
	out, err := Marshal(&v.Staff[0])
	require.NoError(t, err)
	assert.Equal(t, `"0001"`, string(out))
	out, err = Marshal(&v.Staff[2])
	require.NoError(t, err)
	assert.Equal(t, `{}`, string(out))
}

func TestInvalidTextIsAnError(t *testing.T) {
	for _, v := range []sample{{Score: "abc"}, {Score: "01"}, {Visit: visit{Extension: "{"}}, {Visit: visit{Scores: []Number{"1", ""}, Duration: "-"}}} {
		dst := []byte("kept")
		out, err := sampleSchema.AppendJSON(dst, &v)
		assert.Error(t, err)
		assert.Equal(t, "kept", string(out))
		assert.NotContains(t, err.Error(), "abc")
		assert.False(t, sampleSchema.Validate(&v).Valid())
	}
}

func TestEncodedTextIsAlwaysJSON(t *testing.T) {
	for _, s := range []string{"\xff", "a\xffb\"\n", "\u2028<&>", "\x00\x1f\x7f", "é\\", "日本語日本語日本語", "a\tb\rc\bd\fe"} {
		v := visit{Class: s, Notes: []string{s}}
		out, err := Marshal(&v)
		require.NoError(t, err)
		want, err := json.Marshal(s)
		require.NoError(t, err)
		assert.JSONEq(t, `{"Class":`+string(want)+`,"Notes":[`+string(want)+`]}`, string(out))
	}
}

func TestValidateWarnsOfWhatIsSent(t *testing.T) {
	v := sample{Meta: Meta{DataModel: "S", FacilityCode: "F"}, Visit: visit{VisitNumber: "1", Legacy: "x", Class: "Spa", Location: place{Bed: "1"}}, Persons: []person{{}}}
	var got []string
	for _, w := range sampleSchema.Validate(&v).All() {
		got = append(got, w.String())
	}
	assert.Equal(t, []string{
		"Meta.EventType: empty (warning)",
		"Meta.FacilityCode: not-carried (warning)",
		"Visit.Location.Bed: not-carried (warning)",
		"Visit.Class: value-set, want one of 2 documented values (warning)",
		"Visit.Legacy: retired (warning)",
		"Persons[0].ID: empty (warning)",
	}, got)
}

// TestDecodeJSONSharesNothing: what a program did with a message before it is
// decoded into again, and what it copied from it, must not matter.
func TestDecodeJSONSharesNothing(t *testing.T) {
	var v sample
	decode := func(text string) {
		_, err := v.DecodeJSON([]byte(text))
		require.NoError(t, err)
	}
	decode(`{"Persons":[{"ID":"1","Roles":["a"]},{"ID":"2","Roles":["b"]}],"Visit":{"Notes":["x"]}}`)
	earlier := v
	v.Persons = append(v.Persons[:0], v.Persons[1:]...)
	v.Visit.Staff = v.Persons
	decode(`{"Persons":[{"ID":"3","Roles":["c"]},{"ID":"4","Roles":["d"]}],"Visit":{"Staff":[{"ID":"5"}],"Notes":["y"]}}`)
	assert.Equal(t, []string{"c"}, v.Persons[0].Roles)
	assert.Equal(t, []string{"d"}, v.Persons[1].Roles)
	assert.Equal(t, "3", v.Persons[0].ID)
	assert.Equal(t, []string{"x"}, earlier.Visit.Notes)
	assert.Equal(t, "2", earlier.Persons[1].ID)
}

func TestDecodeIntoReuses(t *testing.T) {
	var v sample
	_, err := sampleSchema.DecodeInto([]byte(`{"Persons":[{"ID":"1","Name":"n","Roles":["a","b"],"x":1},{"ID":"2"}],"Score":3,"Visit":{"Class":null,"Notes":["z"]}}`), &v)
	require.NoError(t, err)
	name := v.Persons[0].Name
	_, err = DecodeInto([]byte(`{"Persons":[{"ID":"3"},null],"Visit":{}}`), &v)
	require.NoError(t, err)
	out, err := sampleSchema.Marshal(&v)
	require.NoError(t, err)
	assert.JSONEq(t, `{"Persons":[{"ID":"3"},null],"Visit":{}}`, string(out))
	assert.Equal(t, "n", name, "strings of the earlier message stay")
}

// TestLongListIsKept: whether a list is still what it was decoded from does not
// depend on how much memory the message could have taken.
func TestLongListIsKept(t *testing.T) {
	text := `{"Visit":{"Notes":[` + strings.Repeat("7,", 131072) + `7]},"x":"` + strings.Repeat("x", 4<<20) + `"}`
	v, r, err := decodeSample([]byte(text))
	require.NoError(t, err)
	assert.NotContains(t, r.String(), "budget")
	assert.Equal(t, "7", v.Visit.Notes[131072])
	out, err := sampleSchema.Marshal(v)
	require.NoError(t, err)
	assert.True(t, text == string(out), "the list changed")
}

func TestDecodeDoesNotKeepTheInput(t *testing.T) {
	data := []byte(`{"Visit":{"VisitNumber":"12345678","Extension":[1]},"x":"unknown","Score":77}`)
	v, _, err := decodeSample(data)
	require.NoError(t, err)
	want, err := sampleSchema.Marshal(v)
	require.NoError(t, err)
	for i := range data {
		data[i] = '#'
	}
	got, err := sampleSchema.Marshal(v)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}

func TestUnmarshalLeavesTheValueOnError(t *testing.T) {
	v := sample{Score: "1"}
	assert.Error(t, sampleSchema.Unmarshal([]byte(`{"Score":2,`), &v))
	assert.Equal(t, Number("1"), v.Score)
}

// TestNullLeavesTheValue: package json asks that of UnmarshalJSON. A message
// is no null.
func TestNullLeavesTheValue(t *testing.T) {
	v := struct {
		S sample
		M Meta
		U Unknown
		L []Endpoint
	}{S: sample{Score: "1"}, M: Meta{DataModel: "a"}, U: Unknown{JSON: "{}"}}
	require.NoError(t, json.Unmarshal([]byte(`{"S":null,"M":null,"U":null,"L":[null]}`), &v))
	assert.Equal(t, Number("1"), v.S.Score)
	assert.Equal(t, "a", v.M.DataModel)
	assert.Equal(t, Raw("{}"), v.U.JSON)
	assert.Len(t, v.L, 1)
	require.NoError(t, Unmarshal([]byte(" null\n"), &v.M))
	for _, m := range []Message{&v.S, &v.U} {
		_, err := m.DecodeJSON([]byte(`null`))
		assert.Error(t, err)
	}
	assert.Error(t, Unmarshal([]byte(`nul`), &v.M))
}

func TestSyntaxErrorsTellWhere(t *testing.T) {
	cases := []struct {
		in        string
		line, col int
		reason    string
	}{
		{"", 1, 1, "unexpected end"},
		{"{\n \"a\" 1}", 2, 6, "colon"},
		{"[1]", 1, 1, "object expected, found array"},
		{`{"Score":1}}`, 1, 12, "end of input"},
		{`{"Score":1,}`, 1, 12, "member name"},
		{`{"Score":01}`, 1, 11, "comma"},
		{`{"Visit":{"Notes":["a" "b"]}}`, 1, 24, "comma"},
		{"{\"Visit\":{\"Class\":\"a\tb\"}}", 1, 21, "control character"},
		{`{"Visit":{"Class":"\x"}}`, 1, 21, "escape"},
		{`{"Visit":{"Class":"\u12G4"}}`, 1, 24, "hexadecimal"},
		{`{"Visit":{"Class":"abc`, 1, 23, "unexpected end"},
		{`{"Visit":{"Urgent":trux}}`, 1, 20, "value expected"},
	}
	for _, c := range cases {
		_, _, err := decodeSample([]byte(c.in))
		var e *SyntaxError
		if assert.ErrorAs(t, err, &e, c.in) {
			assert.Equal(t, [2]int{c.line, c.col}, [2]int{e.Line, e.Col}, c.in)
			assert.Contains(t, e.Error(), c.reason)
		}
		_, err2 := sampleSchema.ValidateJSON([]byte(c.in))
		assert.Equal(t, err, err2)
	}
}
