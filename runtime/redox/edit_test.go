package redox_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/redoxgen/redoxgen/runtime/redox"
)

// lists has a list of every kind of element.
type lists struct {
	Object

	ID      string       `json:"ID"`
	Size    Number       `json:"Size"`
	Open    Bool         `json:"Open"`
	Texts   []string     `json:"Texts"`
	Numbers []Number     `json:"Numbers"`
	Dates   []Date       `json:"Dates"`
	Flags   []Bool       `json:"Flags"`
	Raws    []Raw        `json:"Raws"`
	People  []person     `json:"People"`
	Grid    [][]string   `json:"Grid"`
	Masks   [][]Bool     `json:"Masks"`
	Cube    [][][]string `json:"Cube"`
	Teams   [][]person   `json:"Teams"`
}

func decodeLists(t *testing.T, text string) *lists {
	t.Helper()
	v := new(lists)
	require.NoError(t, Unmarshal([]byte(text), v))
	return v
}

// TestEditsOfLists: what is kept belongs to an element, wherever it is moved, and
// is gone with it.
func TestEditsOfLists(t *testing.T) {
	const notes = `{"Texts":["a",{"x":1},null,7,"b"]}`
	cases := []struct {
		name, in string
		edit     func(*lists)
		out      string
	}{
		{"the first removed", notes, func(v *lists) { v.Texts = v.Texts[1:] }, `{"Texts":[{"x":1},null,7,"b"]}`},
		{"the first removed in place", notes, func(v *lists) { v.Texts = slices.Delete(v.Texts, 0, 1) }, `{"Texts":[{"x":1},null,7,"b"]}`},
		{"an odd one removed", notes, func(v *lists) { v.Texts = slices.Delete(v.Texts, 1, 2) }, `{"Texts":["a",null,7,"b"]}`},
		{"the last removed, another added", notes, func(v *lists) { v.Texts = append(v.Texts[:4], "c") }, `{"Texts":["a",{"x":1},null,7,"c"]}`},
		{"one inserted", notes, func(v *lists) { v.Texts = slices.Insert(v.Texts, 1, "c") }, `{"Texts":["a","c",{"x":1},null,7,"b"]}`},
		{"reversed", notes, func(v *lists) { slices.Reverse(v.Texts) }, `{"Texts":["b",7,null,{"x":1},"a"]}`},
		{"one doubled", notes, func(v *lists) { v.Texts = append(v.Texts, v.Texts[1], v.Texts[3]) }, `{"Texts":["a",{"x":1},null,7,"b",{"x":1},7]}`},
		{"copied", notes, func(v *lists) { v.Texts = append([]string{"c"}, v.Texts...) }, `{"Texts":["c","a",{"x":1},null,7,"b"]}`},
		{"odd ones replaced", notes, func(v *lists) { v.Texts[1], v.Texts[2], v.Texts[3] = "c", "d", "7" }, `{"Texts":["a","c","d","7","b"]}`},
		{"an odd one replaced by nothing", notes, func(v *lists) { v.Texts[1] = "" }, `{"Texts":["a","",null,7,"b"]}`},
		{"replaced", notes, func(v *lists) { v.Texts = []string{"new", ""} }, `{"Texts":["new",""]}`},
		{"replaced by what it reads as", notes, func(v *lists) { v.Texts = []string{"a", "", "", "7", "b"} }, `{"Texts":["a","","","7","b"]}`},
		{"emptied", notes, func(v *lists) { v.Texts = v.Texts[:0] }, `{"Texts":[]}`},
		{"emptied and filled", notes, func(v *lists) { v.Texts = append(v.Texts[:0], "", "b") }, `{"Texts":["","b"]}`},
		{"removed", notes, func(v *lists) { v.Texts = nil }, `{}`},
		{"a list of another message", notes, func(v *lists) { v.Texts = decodeLists(t, `{"Texts":["c",{"y":2}]}`).Texts }, `{"Texts":["c",""]}`},
		{"a list of another field", `{"Texts":["a"],"Grid":[[{"x":1},7]]}`, func(v *lists) { v.Texts = v.Grid[0] }, `{"Texts":["","7"],"Grid":[[{"x":1},7]]}`},

		{"a number corrected to the text", `{"ID":7}`, func(v *lists) { v.ID = fmt.Sprint(7) }, `{"ID":"7"}`},
		{"a text set to itself", `{"ID":7}`, func(v *lists) { v.ID = strings.TrimSpace(v.ID) }, `{"ID":7}`},
		{"a text corrected to the number", `{"Size":"1.5"}`, func(v *lists) { v.Size = "1.5" }, `{"Size":1.5}`},
		{"a boolean set to itself", `{"Open":"true"}`, func(v *lists) { v.Open = True }, `{"Open":"true"}`},
		{"a boolean corrected", `{"Open":"true"}`, func(v *lists) { DiscardUnknown(v) }, `{"Open":true}`},
		{"text that is not UTF-8 corrected", "{\"ID\":\"a\xff\"}", func(v *lists) { v.ID = "a\ufffd" }, `{"ID":"a` + "\ufffd" + `"}`},
		{"and in a list", "{\"Texts\":[\"a\xff\",\"b\xff\"]}", func(v *lists) { v.Texts[0] = "a\ufffd" }, `{"Texts":["a` + "\ufffd\",\"b\xff\"]}"},

		{"numbers", `{"Numbers":[1,"2",null,{"x":1},"3"]}`, func(v *lists) { v.Numbers[1] = "2"; v.Numbers = v.Numbers[1:] }, `{"Numbers":[2,null,{"x":1},"3"]}`},
		{"dates", `{"Dates":["2020",2021,[]]}`, func(v *lists) { v.Dates = v.Dates[1:] }, `{"Dates":[2021,[]]}`},
		{"any JSON", `{"Raws":[{"x":1},null,"a",7]}`, func(v *lists) { v.Raws = v.Raws[1:] }, `{"Raws":[null,"a",7]}`},
		{"objects", `{"People":[{"ID":"1"},7,null,{"ID":"2","x":1},[]]}`, func(v *lists) { v.People = v.People[1:] }, `{"People":[7,null,{"ID":"2","x":1},[]]}`},
		{"objects replaced", `{"People":[7,{"ID":3,"x":1}]}`, func(v *lists) { v.People = []person{{}, {ID: "3"}} }, `{"People":[{},{"ID":"3"}]}`},
		{"lists of objects", `{"People":[{"ID":"1","Roles":["a",{"x":1}]},{"ID":"2"}]}`, func(v *lists) { slices.Reverse(v.People); v.People[1].Roles = v.People[1].Roles[1:] }, `{"People":[{"ID":"2"},{"ID":"1","Roles":[{"x":1}]}]}`},

		{"booleans", `{"Flags":[true,"false",null,{"x":1}]}`, func(*lists) {}, `{"Flags":[true,"false",null,{"x":1}]}`},
		{"booleans moved", `{"Flags":[true,"false",null,{"x":1}]}`, func(v *lists) { v.Flags = v.Flags[1:] }, `{"Flags":[false,null,null]}`},
		{"booleans moved in place", `{"Flags":["true",{"x":1},null]}`, func(v *lists) { v.Flags = append(v.Flags[:1], v.Flags[2], True) }, `{"Flags":[true,null,true]}`},
		{"booleans replaced by what they read as", `{"Flags":["true",{"x":1}]}`, func(v *lists) { v.Flags = []Bool{True, Unset} }, `{"Flags":[true,null]}`},

		{"lists in lists", `{"Grid":[["a",7],[{"x":1}],["b"]]}`, func(v *lists) { v.Grid = v.Grid[1:]; v.Grid[1][0] = "c" }, `{"Grid":[[{"x":1}],["c"]]}`},
		{"an element moved to another list", `{"Grid":[["a",7],[{"x":1}]]}`, func(v *lists) { v.Grid[0][0] = v.Grid[1][0] }, `{"Grid":[[{"x":1},7],[{"x":1}]]}`},
		{"no lists in a list", `{"Grid":[["a",7],{"x":1},null]}`, func(v *lists) { v.Grid[0][0] = "b"; v.Grid[0][1] = "7" }, `{"Grid":[["b","7"],{"x":1},null]}`},
		{"no lists moved", `{"Grid":[["a",7],{"x":1},["b"]]}`, func(v *lists) { slices.Reverse(v.Grid) }, `{"Grid":[["b"],[],["a",7]]}`},
		{"booleans in lists", `{"Masks":[["true",null],[{"x":1}]]}`, func(v *lists) { v.Masks[0][0] = False }, `{"Masks":[[false,null],[{"x":1}]]}`},
		{"lists of booleans moved", `{"Masks":[["true",null],[{"x":1}]]}`, func(v *lists) { slices.Reverse(v.Masks) }, `{"Masks":[[{"x":1}],["true",null]]}`},
		{"lists in lists in lists", `{"Cube":[[["a",7]],[[{"x":1}],2]]}`, func(v *lists) { slices.Reverse(v.Cube) }, `{"Cube":[[[{"x":1}],2],[["a",7]]]}`},
		{"lists of lists of objects", `{"Teams":[[{"ID":"1"},7],[{"x":1}]]}`, func(v *lists) { v.Teams[0][0].ID = "2"; v.Teams[0][1].ID = "3" }, `{"Teams":[[{"ID":"2"},{"ID":"3"}],[{"x":1}]]}`},
		{"no lists of objects", `{"Teams":[[{"ID":"1"},7],8,[{"x":1}]]}`, func(v *lists) { v.Teams[0][0].ID = "2" }, `{"Teams":[[{"ID":"2"},7],8,[{"x":1}]]}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			before, v := decodeLists(t, c.in), decodeLists(t, c.in)
			clone := Clone(v)
			assert.Equal(t, v, clone)
			assert.Equal(t, c.in, marshal(t, clone), "a clone keeps what is kept")
			c.edit(v)
			assert.Equal(t, c.out, marshal(t, v))
			assert.Equal(t, c.out, marshal(t, Clone(v)), "a clone of what was edited")
			c.edit(clone)
			assert.Equal(t, c.out, marshal(t, clone), "a clone can be edited")
			after := decodeLists(t, c.out)
			assert.Empty(t, Diff(v, after), "what is written is what there is")
			assert.Equal(t, Equal(before, after), Equal(before, v))
		})
	}
}

func marshal(t *testing.T, v Struct) string {
	t.Helper()
	out, err := Marshal(v)
	require.NoError(t, err)
	return string(out)
}

// TestEqualAfterEditingListsOfLists: what a list of lists held that was no list,
// and what a list of objects in it held that was no object, counts as long as it
// is written.
func TestEqualAfterEditingListsOfLists(t *testing.T) {
	const in = `{"Teams":[[{"ID":"1"},7],[],8]}`
	edited := func(edit func(*lists)) *lists {
		v := decodeLists(t, in)
		edit(v)
		return v
	}
	a := edited(func(*lists) {})
	assert.True(t, Equal(a, edited(func(v *lists) { v.Teams[0][0].ID = "2"; v.Teams[0][0].ID = "1" })))
	assert.True(t, Equal(a, edited(func(v *lists) { v.Teams[0][1] = a.Teams[0][1] })))
	assert.False(t, Equal(a, edited(func(v *lists) { v.Teams[0][1] = person{} })))
	assert.False(t, Equal(a, edited(func(v *lists) { v.Teams[0][0].ID = "2" })))
	assert.False(t, Equal(a, edited(func(v *lists) { v.Teams = slices.Clone(v.Teams) })), "8 is not written")
	assert.False(t, Equal(a, edited(func(v *lists) { v.Teams = v.Teams[:2] })))
	assert.False(t, Equal(a, decodeLists(t, `{"Teams":[[{"ID":"1"},7],[],9]}`)))
	assert.False(t, Equal(a, decodeLists(t, `{"Teams":[[{"ID":"1"},9],[],8]}`)))
}

// TestRandomEditsOfLists compares with lists of JSON texts that are edited the
// same way.
func TestRandomEditsOfLists(t *testing.T) {
	kinds := []string{`"a"`, `""`, `null`, `7`, `{"x":1}`, `[]`, `true`, "\"\xff\"", `"7"`}
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		var want []string
		for range r.IntN(12) {
			want = append(want, kinds[r.IntN(len(kinds))])
		}
		v := decodeLists(t, `{"Texts":[`+strings.Join(want, ",")+`]}`)
		for range r.IntN(8) {
			i := r.IntN(len(want) + 1)
			switch op := r.IntN(4); {
			case op == 0:
				want, v.Texts = slices.Insert(want, i, `"7"`), slices.Insert(v.Texts, i, "7")
			case i == len(want):
			case op == 1:
				want, v.Texts = slices.Delete(want, i, i+1), slices.Delete(v.Texts, i, i+1)
			case op == 2:
				want[i], v.Texts[i] = `""`, ""
			case op == 3:
				j := r.IntN(len(want))
				want[i], want[j] = want[j], want[i]
				v.Texts[i], v.Texts[j] = v.Texts[j], v.Texts[i]
			}
		}
		require.Equal(t, `{"Texts":[`+strings.Join(want, ",")+`]}`, marshal(t, v), "seed %d", seed)
	}
}
