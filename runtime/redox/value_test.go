package redox_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/redoxgen/redoxgen/runtime/redox"
)

func decodeVisit(t *testing.T, text string) *visit {
	t.Helper()
	var v visit
	require.NoError(t, Unmarshal([]byte(text), &v))
	return &v
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
		{"forgotten", `{"x":1,"Class":null,"Staff":[{"y":2,"ID":"1"}],"Notes":7}`, func(v *visit) { DiscardUnknown(v) }, `{"Staff":[{"ID":"1"}]}`},
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
	DiscardUnknown(&b)
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
	DiscardUnknown(a)
	out, err := Marshal(b)
	require.NoError(t, err)
	assert.JSONEq(t, text, string(out))
	assert.NotNil(t, b.Scores)
	assert.Nil(t, Clone(decodeVisit(t, `{}`)).Notes)

	u := decodeUnknown(t, `{"Meta":{"Logs":[{"ID":"1"}]}}`)
	w := Clone(u)
	u.Meta.Logs[0].ID = "2"
	assert.Equal(t, "1", w.Meta.Logs[0].ID)
	assert.Equal(t, u.JSON, w.JSON)
	assert.Nil(t, Clone[*visit](nil))
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
	for w := range sampleSchema.Validate(&v).All() {
		got = append(got, w.String())
	}
	assert.Equal(t, []string{
		"Meta.EventType: empty (warning)",
		"Meta.FacilityCode: not-in-event (warning)",
		"Visit.Location.Bed: not-in-event (warning)",
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

// TestLongListIsKept: whether a list is still what it was decoded from does not
// depend on how much memory the message could have taken.
func TestLongListIsKept(t *testing.T) {
	text := `{"Visit":{"Notes":[` + strings.Repeat("7,", 131072) + `7]},"x":"` + strings.Repeat("x", 4<<20) + `"}`
	v, _, err := decodeSample([]byte(text))
	require.NoError(t, err)
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
