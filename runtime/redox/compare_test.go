package redox_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/testenv"
	. "github.com/redoxgen/redoxgen/runtime/redox"
)

func (v visit) Equal(o visit) bool { return Equal(&v, &o) }

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
		{"names that are not Unicode", `{"\ud800":1,"\ud801":2}`, none, `{"\ud800":5,"\ud801":2}`, []string{"[name withheld]"}},
		{"names that read alike", `{"\ud800":1}`, none, `{"\ufffd":1}`, []string{"[name withheld]", "[name withheld]"}},
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

// TestEqualIsLinear: what a difference costs does not depend on how many were
// found before.
func TestEqualIsLinear(t *testing.T) {
	many := func(x string) *visit {
		return decodeVisit(t, `{"Staff":[`+strings.Repeat(`{"ID":"`+strings.Repeat("a", 100)+`","zz":`+x+`},`, 20000)+`{}]}`)
	}
	a, b := many("1"), many("2")
	start := time.Now()
	assert.Len(t, Diff(a, b), 20000)
	if testenv.Measured() {
		assert.Less(t, time.Since(start), 2*time.Second)
	}
	allocs := testing.AllocsPerRun(1, func() { assert.False(t, Equal(a, b)) })
	assert.Less(t, allocs, 1000.0, "Equal stops at the first difference")
}
