package lock

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
)

func parse(t *testing.T, text string) *Lock {
	t.Helper()
	diags := new(diag.List)
	l := Parse("lock", []byte(text), diags)
	assert.Empty(t, diags.Sorted())
	return withoutLines(l)
}

// withoutLines returns l as if it had not been read from a file.
func withoutLines(l *Lock) *Lock {
	for i := range l.Events {
		l.Events[i].Line = 0
		for j := range l.Events[i].Fields {
			l.Events[i].Fields[j].Line = 0
		}
	}
	for i := range l.Types {
		l.Types[i].Line = 0
		for j := range l.Types[i].Fields {
			l.Types[i].Fields[j].Line = 0
		}
	}
	for i := range l.Sets {
		for j := range l.Sets[i].Values {
			l.Sets[i].Values[j].Line = 0
		}
	}
	return l
}

var sample = &Lock{
	Choices: []Choice{{"events", []string{"The Zoo.*", "Park.New"}}, {"literal", []string{}}},
	Events: []Event{{Go: Ident{"zoo", "Arrive"}, DataModel: "The Zoo", EventType: `Arr"ive`, Fields: []Field{
		{JSON: "Name", Go: "Name", Kind: "string"}, {JSON: "a b", Go: "AB", Kind: "[]zoo.Animal", Method: "AddAB"}, {JSON: "", Go: "Empty", Kind: "raw"}, {JSON: "#", Go: "Hash", Kind: "bool"}, {JSON: "größe", Go: "Größe", Kind: "number"}, {JSON: "\u00a0", Go: "Space", Kind: "raw"},
	}}},
	Types: []Type{
		{Go: Ident{"zoo", "Animal"}, Key: "zoo.Animal"},
		{Go: Ident{"zoo", "Beast"}, Key: "zoo.type", Fields: []Field{{JSON: "DOB", Go: "DOB", Kind: "date"}, {JSON: "to go", Go: "ToGo", Kind: "raw", Removed: true}}},
	},
	Sets: []Set{{Go: Ident{"zoo", "Size"}, Values: []Value{{JSON: "N/A"}, {JSON: "NA", Go: "SizeNAValue"}, {JSON: "very big"}}}},
}

func TestFormatReadsBack(t *testing.T) {
	text := string(Format(sample))
	assert.Equal(t, sample, parse(t, text))
	assert.Equal(t, text, string(Format(parse(t, text))))
	assert.True(t, strings.HasPrefix(text, Signature))
	assert.Contains(t, text, "redoxgen lock 1\nchoice events \"The Zoo.*\" Park.New\nchoice literal\n\n")
	assert.Contains(t, text, "\nevent zoo.Arrive \"The Zoo\" \"Arr\\\"ive\"\nfield Name Name string\nfield \"a b\" AB []zoo.Animal AddAB\n")
	assert.Contains(t, text, "\ntype zoo.Beast \"zoo.type\"\nfield DOB DOB date\nfield \"to go\" ToGo raw\nremoved \"to go\"\n")
	assert.True(t, strings.HasSuffix(text, "\n\nset zoo.Size\nvalue N/A\nvalue NA SizeNAValue\nvalue \"very big\"\n"))
	assert.Equal(t, 11, sample.Names())
}

func TestParseIsTolerantOfForm(t *testing.T) {
	l := parse(t, "# a comment\r\n\r\nredoxgen lock 1\r\ntype zoo.Animal\r\nfield Name Name string\r\n")
	assert.Equal(t, []Type{{Go: Ident{"zoo", "Animal"}, Key: "zoo.Animal", Fields: []Field{{JSON: "Name", Go: "Name", Kind: "string"}}}}, l.Types)
	assert.Equal(t, new(Lock), parse(t, ""))
}

func TestParseErrors(t *testing.T) {
	const start = "redoxgen lock 1\n"
	for name, test := range map[string]struct{ text, want string }{
		"no version":      {"type zoo.Animal\n", `lock:1:1: error: the line "redoxgen lock 1" is missing`},
		"other version":   {"redoxgen lock 2\n", `lock:1:1: error: this redoxgen reads "redoxgen lock 1", the file says "redoxgen lock 2"`},
		"conflict":        {start + "=======\n", "lock:2:1: error: the lock has markers of a merge conflict [lock-conflict]\n\tkeep the lines of both sides"},
		"stray field":     {start + "field A A string\n", "lock:2:1: error: field A belongs to no event or type"},
		"no package":      {start + "type Animal\n", `lock:2:1: error: "Animal" is not a Go type`},
		"not exported":    {start + "type zoo.Animal\nfield a a string\n", `lock:3:1: error: "a" is not an exported Go name`},
		"code":            {start + "type zoo.Animal\nfield a A;panic(1) string\n", `lock:3:1: error: "A;panic(1)" is not an exported Go name`},
		"bad method":      {start + "type zoo.Animal\nfield a A string b\n", `lock:3:1: error: "b" is not an exported Go name`},
		"missing kind":    {start + "type zoo.Animal\nfield a A\n", `lock:3:1: error: "field a A" is neither`},
		"misspelled kind": {start + "type zoo.Animal\nfield A A nmuber\n", `lock:3:1: error: the kind "nmuber" of the field zoo.Animal.A is unknown`},
		"half a slice":    {start + "type zoo.Animal\nfield A A [string\n", `lock:3:1: error: the kind "[string" of the field zoo.Animal.A is unknown`},
		"missing type":    {start + "type zoo.Animal\nfield A A [][]zoo.Cage\n", `lock:3:1: error: the field zoo.Animal.A is of the type zoo.Cage, and the lock has no such type`},
		"stray removed":   {start + "type zoo.Animal\nremoved A\n", "lock:3:1: error: there is no field A that could be removed"},
		"choice twice":    {start + "choice events A\nchoice events B\n", "lock:3:1: error: choice events is locked twice, first in line 2"},
		"stray value":     {start + "type zoo.Animal\nvalue A\n", "lock:3:1: error: value A belongs to no set"},
		"value twice":     {start + "set zoo.Size\nvalue A\nvalue A SizeX\n", "lock:4:1: error: value zoo.Size A is locked twice, first in line 3"},
		"bad constant":    {start + "set zoo.Size\nvalue A a\n", `lock:3:1: error: "a" is not an exported Go name`},
		"field of a set":  {start + "set zoo.Size\nfield A A raw\n", "lock:3:1: error: field A belongs to no event or type"},
		"unclosed quote":  {start + "type zoo.Animal\nfield \"a A string\n", "lock:3:1: error: unreadable line: unfinished quote"},
		"space at end":    {start + "type zoo.Animal \n", "lock:2:1: error: unreadable line: space at the end"},
		"type twice":      {start + "type zoo.Animal\ntype zoo.Animal \"zoo.Beast\"\n", "lock:3:1: error: type zoo.Animal is locked twice, first in line 2"},
		"field twice":     {start + "type zoo.Animal\nfield A A string\nfield A B string\n", "lock:4:1: error: field zoo.Animal A is locked twice, first in line 3"},
		"one Go name, two fields": {start + "type zoo.Animal\nfield VisitNo VisitNo string\nfield visit-no VisitNo string\n",
			`lock:4:1: error: the Go field zoo.Animal.VisitNo is that of "VisitNo" in line 3, and cannot be that of "visit-no"`},
		"one Go name, two events": {start + "event zoo.A \"Z\" \"A\"\nevent zoo.A \"Z\" \"a\"\n",
			`lock:3:1: error: the Go type zoo.A is that of "Z.A" in line 2, and cannot be that of "Z.a"`},
		"one Go name, event and type": {start + "event zoo.A \"Z\" \"A\"\ntype zoo.A\n",
			`lock:3:1: error: the Go type zoo.A is that of "Z.A" in line 2, and cannot be that of "zoo.A"`},
		"one concept, two types": {start + "type zoo.A \"zoo.c\"\ntype zoo.B \"zoo.c\"\n",
			`lock:3:1: error: the concept zoo.c is that of "zoo.A" in line 2, and cannot be that of "zoo.B"`},
		"one package, two data models": {start + "event zoo.A \"Z\" \"A\"\nevent zoo.B \"Y\" \"A\"\n",
			`lock:3:1: error: package zoo is that of the data model "Z" in line 2, and cannot be that of "Y"`},
		"event twice": {start + "event zoo.A \"Z\" \"A\"\nevent zoo.B \"Z\" \"A\"\n", "lock:3:1: error: event Z.A is locked twice, first in line 2"},
	} {
		t.Run(name, func(t *testing.T) {
			diags := new(diag.List)
			Parse("lock", []byte(test.text), diags)
			list := diags.Sorted()
			if assert.Len(t, list, 1) {
				assert.Contains(t, list[0].String(), test.want)
				assert.NotEmpty(t, list[0].Hint)
			}
		})
	}
}

// A merge that keeps the lines of both sides leaves some twice: one of each counts.
func TestParseMerged(t *testing.T) {
	const ours = `redoxgen lock 1

event zoo.Arrive "Zoo" "Arrive"
field A A zoo.Animal
field B B string

type zoo.Animal
field A A string

set zoo.Size
value big
`
	theirs := strings.NewReplacer("field B B", "field C C", "value big", "value small").Replace(ours)
	want := Format(parse(t, strings.NewReplacer("field B B string\n", "field B B string\nfield C C string\n", "value big\n", "value big\nvalue small\n").Replace(ours)))
	assert.Equal(t, string(want), string(Format(parse(t, ours+theirs))))

	diags := new(diag.List)
	merged := Parse("lock", []byte("<<<<<<< HEAD\n"+ours+"||||||| base\n"+ours+"=======\n"+theirs+">>>>>>> other\n"), diags)
	assert.Equal(t, string(want), string(Format(merged)), "what is there without the markers")
	if list := diags.Sorted(); assert.Len(t, list, 1, "the markers are told once, and nothing else is wrong") {
		assert.Equal(t, "lock-conflict", list[0].Code)
		assert.Equal(t, 1, list[0].Pos.Line)
	}

	diags = new(diag.List)
	Parse("lock", []byte("redoxgen lock 1\nevent zoo.A \"Z\" \"A\"\nevent zoo.A \"Z\" \"a\"\nevent zoo.A \"Z\" \"a\"\nfield A A string\n"), diags)
	assert.Len(t, diags.Sorted(), 1, "what was refused stays so")
}

func TestOverlay(t *testing.T) {
	base := parse(t, "redoxgen lock 1\ntype zoo.Animal\nfield A A string\nfield B B string\ntype zoo.Cage\n")
	over := parse(t, "redoxgen lock 1\ntype park.Beast \"zoo.Animal\"\nfield C C bool\nfield B Bee number\n")
	assert.Equal(t, &Lock{Types: []Type{
		{Go: Ident{"park", "Beast"}, Key: "zoo.Animal", Fields: []Field{{JSON: "C", Go: "C", Kind: "bool"}, {JSON: "B", Go: "Bee", Kind: "number"}, {JSON: "A", Go: "A", Kind: "string"}}},
		{Go: Ident{"zoo", "Cage"}, Key: "zoo.Cage"},
	}, Events: []Event{}}, base.Overlay(over))
	assert.Len(t, base.Types[0].Fields, 2, "the base was changed")

	base = parse(t, "redoxgen lock 1\nset zoo.Size\nvalue A\nvalue B\nset zoo.Sort\nvalue C\n")
	over = parse(t, "redoxgen lock 1\nset zoo.Size\nvalue B SizeOther\n")
	assert.Equal(t, []Set{
		{Go: Ident{"zoo", "Size"}, Values: []Value{{JSON: "B", Go: "SizeOther"}, {JSON: "A"}}},
		{Go: Ident{"zoo", "Sort"}, Values: []Value{{JSON: "C"}}},
	}, base.Overlay(over).Sets)
	assert.Len(t, base.Sets[0].Values, 2, "the base was changed")
}

func TestWithoutScalars(t *testing.T) {
	l := parse(t, "redoxgen lock 1\ntype zoo.Animal\nfield A A string\nfield B B []zoo.Cage\ntype zoo.Cage\n")
	assert.Equal(t, []Field{{JSON: "A", Go: "A", Kind: ""}, {JSON: "B", Go: "B", Kind: "[]zoo.Cage"}}, l.WithoutScalars().Types[0].Fields)
	assert.Equal(t, Kind("string"), l.Types[0].Fields[0].Kind, "the lock itself was changed")
}

func TestWithoutKinds(t *testing.T) {
	l := parse(t, "redoxgen lock 1\nevent zoo.E Z E\nfield A A string\nfield B B date\ntype zoo.T\nfield A A string\nfield B B date\n")
	event, typ := Member{Event: Wire{"Z", "E"}, Name: "B"}, Member{Type: "zoo.T", Name: "A"}
	without := l.WithoutKinds([]Member{event, typ})
	assert.Equal(t, []Field{{JSON: "A", Go: "A", Kind: "string"}, {JSON: "B", Go: "B"}}, without.Fields(event))
	assert.Equal(t, []Field{{JSON: "A", Go: "A"}, {JSON: "B", Go: "B", Kind: "date"}}, without.Fields(typ))
	assert.Equal(t, Kind("date"), l.Events[0].Fields[1].Kind, "the lock itself was changed")
	assert.False(t, l.Equal(without))
	assert.Nil(t, l.Fields(Member{Type: "zoo.Other"}))
}

func TestKinds(t *testing.T) {
	for text, want := range map[Kind]struct {
		slices int
		base   string
		isType bool
	}{
		"": {}, "string": {0, "string", false}, "[]date-time": {1, "date-time", false}, "zoo.Cage": {0, "zoo.Cage", true}, "[][]zoo.Cage": {2, "zoo.Cage", true},
	} {
		assert.Equal(t, want.slices, text.Slices(), text)
		assert.Equal(t, want.base, text.Base(), text)
		assert.Equal(t, want.isType, text.IsType(), text)
		assert.Equal(t, text, SlicesOf(want.slices, want.base))
	}
}

// Two locks say the same whatever the order of events, types and sets; that of
// fields is the order of the Go struct.
func TestEqual(t *testing.T) {
	a := parse(t, "redoxgen lock 1\ntype zoo.A\nfield X X raw\nfield Y Y raw\ntype zoo.B\n")
	assert.True(t, a.Equal(parse(t, "redoxgen lock 1\ntype zoo.B\ntype zoo.A\nfield X X raw\nfield Y Y raw\n")))
	assert.False(t, a.Equal(parse(t, "redoxgen lock 1\ntype zoo.A\nfield Y Y raw\nfield X X raw\ntype zoo.B\n")))
}

func FuzzParse(f *testing.F) {
	f.Add(string(Format(sample)))
	f.Add("redoxgen lock 1\nset a.B\nvalue \"\"\nvalue x Y\n")
	f.Add("redoxgen lock 1\ntype a.B\nfield \"\\x00\" C d\n")
	f.Fuzz(func(t *testing.T, text string) {
		diags := new(diag.List)
		l := Parse("lock", []byte(text), diags)
		again := new(diag.List)
		assert.Equal(t, Format(l), Format(Parse("lock", Format(l), again)))
		assert.Empty(t, again.Sorted())
	})
}
