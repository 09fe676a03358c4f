package redox_test

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/redoxgen/redoxgen/runtime/redox"
)

func TestNumber(t *testing.T) {
	n := Number("16777217")
	i, err := n.Int64()
	require.NoError(t, err)
	assert.EqualValues(t, 16777217, i, "numbers do not pass through a float")
	f, err := Number("-1.5e2").Float64()
	require.NoError(t, err)
	assert.InDelta(t, -150, f, 0)
	assert.Equal(t, Number("-7"), Int(-7))
	for _, bad := range []string{"", "01", "1.", ".5", "+1", "1e", "NaN", "0x1", "1 ", "--1"} {
		_, err := ParseNumber(bad)
		assert.Error(t, err, bad)
	}
	_, err = Number("987654321.5").Int64()
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "987654321", "errors do not repeat values")
}

func TestBool(t *testing.T) {
	assert.True(t, BoolOf(true).IsTrue())
	assert.True(t, False.IsSet())
	assert.False(t, Unset.IsSet())
	assert.Equal(t, "true false unset", fmt.Sprint(True, False, Unset))
}

func TestDateTime(t *testing.T) {
	cases := map[string]string{
		"2023":                          "2023-01-01T00:00:00Z",
		"2023-02":                       "2023-02-01T00:00:00Z",
		"2024-02-29":                    "2024-02-29T00:00:00Z",
		"2023-02-27T22:09":              "2023-02-27T22:09:00Z",
		"2023-02-27T22:09:03Z":          "2023-02-27T22:09:03Z",
		"2023-02-27T22:09:03.585Z":      "2023-02-27T22:09:03.585Z",
		"2023-02-27T22:09:03.585-06:00": "2023-02-27T22:09:03.585-06:00",
		"2023-02-27 22:09:03+0530":      "2023-02-27T22:09:03+05:30",
		"2023-02-27T22:09:03.123456789": "2023-02-27T22:09:03.123456789Z",
	}
	for in, want := range cases {
		got, err := DateTime(in).Time()
		require.NoError(t, err, in)
		assert.Equal(t, want, got.Format(time.RFC3339Nano), in)
	}
	for _, bad := range []string{"", "23", "2023-13", "2023-02-30", "2023-2-3", "2023-02-27T", "2023-02-27T25:00", "2023-02-27T22:09:03.", "2023-02-27T22:09:03+5", "27.02.2023", "2023-02-27Z"} {
		_, err := DateTime(bad).Time()
		assert.ErrorIs(t, err, ErrDate, bad)
	}
	at := time.Date(2023, 2, 27, 22, 9, 3, 585_000_000, time.FixedZone("", -6*3600))
	assert.Equal(t, DateTime("2023-02-28T04:09:03.585Z"), DateTimeOf(at))
	assert.Equal(t, Date("2023-02-27"), DateOf(at))
}

// The day of a Date is the one that is written, whatever time and offset follow.
func TestDate(t *testing.T) {
	for want, dates := range map[string][]Date{
		"1947-05-01": {"1947-05-01", "1947-05", "1947-05-01T00:00:00.000Z", "1947-05-01T05:00:00.000Z", "1947-05-01 13:30",
			"1947-05-01T19:00:00-05:00", "1947-05-01T23:59:60Z", "1947-05-01T01:00:00+14:00", "1947-05-01t23:59:59,999999999-1200"},
		"2024-02-29": {"2024-02-29", "2024-02-29T23:30-08:00", "2024-02-29T00:30+08:00"},
		"0000-01-01": {"0000", "0000-01-01T00:00+23:59"},
		"9999-12-31": {"9999-12-31T23:59:60-23:59"},
	} {
		for _, d := range dates {
			got, err := d.Time()
			require.NoError(t, err, d)
			assert.Equal(t, want+"T00:00:00Z", got.Format(time.RFC3339Nano), d)
		}
	}
	for _, bad := range []Date{"", "1947-05-01T", "1947-02-29", "May 1, 1947", "1947-05-01T25:00"} {
		_, err := bad.Time()
		assert.ErrorIs(t, err, ErrDate, bad)
	}
}

func TestRaw(t *testing.T) {
	r, err := RawOf(map[string]int{"a": 1})
	require.NoError(t, err)
	assert.Equal(t, Raw(`{"a":1}`), r)
	var v map[string]int
	require.NoError(t, r.Decode(&v))
	assert.Equal(t, 1, v["a"])
	_, err = json.Marshal(Raw("{"))
	require.ErrorIs(t, err, ErrNotJSON)
	assert.Equal(t, "redox.Raw(7 bytes)", fmt.Sprintf("%v", r))
	out, err := json.Marshal(Raw(""))
	require.NoError(t, err)
	assert.Equal(t, "null", string(out))
}

// TestRawDecodeErrorsHaveNoValues: package json and the methods that it calls
// quote what they could not read.
func TestRawDecodeErrorsHaveNoValues(t *testing.T) {
	var n int8
	err := Raw(`123456789`).Decode(&n)
	assert.EqualError(t, err, "redox: json: cannot unmarshal number into Go value of type int8")

	var deep struct {
		A struct {
			B []int `json:"b"`
		} `json:"a"`
		M map[int8]int `json:"m"`
		S int          `json:"s,string"`
		I Meta         `json:"i"`
	}
	err = Raw(`{"a":{"b":[1,"SECRET"]}}`).Decode(&deep)
	var wrong *json.UnmarshalTypeError
	require.ErrorAs(t, err, &wrong)
	assert.Equal(t, "string", wrong.Value)
	assert.Contains(t, []int64{21, 13}, wrong.Offset, "where the value ends, or under GOEXPERIMENT=jsonv2 begins")
	assert.Equal(t, "a.b", wrong.Field)

	type fields map[string]map[string]string
	var nested struct {
		L [][]map[string]struct{ N int }
		P *struct{ fields }
		X any
		M fields `json:"other"`
	}
	for _, c := range []struct {
		text Raw
		v    any
		want string
	}{
		{`{"m":{"777777":1}}`, &deep, "redox: json: cannot unmarshal number into Go struct field .m of type int8"},
		{`{"s":"777777x"}`, &deep, "redox: json: cannot unmarshal number into Go struct field .s of type int"},
		{`{"s":777777x}`, &deep, "redox: not valid JSON (offset 11)"},
		{`{"a":SECRET}`, &deep, "redox: not valid JSON (offset 5)"},
		{`{"a":[1,{"777777":}]}`, &deep, "redox: not valid JSON (offset 18)"},
		{`{"i":[777777]}`, &deep, "redox: invalid JSON at line 1, column 1 (offset 0): object expected, found array"},
		{``, &deep, "redox: not valid JSON (offset 0)"},
		{`{"m":{"777777x":null}}`, &deep, "redox: json: cannot unmarshal number into Go struct field .m of type int8"},
		{`{"other":{"777777":{"777778":1}}}`, &nested, "redox: json: cannot unmarshal number into Go struct field .other of type string"},
		{`{"other":{"777777":{"777778":[]}}}`, &nested, "redox: json: cannot unmarshal array into Go struct field .other of type string"},
		{`{"L":[[],[{"777777":{"N":"777778"}}]]}`, &nested, "redox: json: cannot unmarshal string into Go struct field .L of type int"},
		{`{"l":[[],[[]]]}`, &nested, "redox: json: cannot unmarshal array into Go struct field .L of type map[string]struct"},
	} {
		err := c.text.Decode(c.v)
		assert.ErrorContains(t, err, c.want, c.text)
		assert.NotContains(t, err.Error(), "77777", c.text)
	}
	assert.NotContains(t, Raw(`{"s":"x777777"}`).Decode(&deep).Error(), "777777")
	assert.Regexp(t, `^redox: (JSON text does not suit Go type \*struct.*|json: cannot unmarshal bool into Go struct field \.s of type int)$`,
		Raw(`{"s":true}`).Decode(&deep), "package json and its version 2")
	assert.ErrorIs(t, Raw("").Decode(&deep), ErrNotJSON)

	var at time.Time
	err = Raw(`"1950-01-02"`).Decode(&at)
	assert.EqualError(t, err, "redox: JSON text does not suit Go type *time.Time (*time.ParseError)")
	var address netip.Addr
	assert.NotContains(t, Raw(`"SECRET"`).Decode(&address).Error(), "SECRET")
	var misuse *json.InvalidUnmarshalError
	assert.ErrorAs(t, Raw("1").Decode(nil), &misuse)
}

// TestScalarsOutsideOfGeneratedStructs: package json writes and reads them as
// the codec does.
func TestScalarsOutsideOfGeneratedStructs(t *testing.T) {
	type own struct {
		N, M  Number
		B, U  Bool
		False Bool
	}
	v := own{N: "12.50", B: True, False: False}
	out, err := json.Marshal(v)
	require.NoError(t, err)
	assert.JSONEq(t, `{"N":12.50,"M":null,"B":true,"U":null,"False":false}`, string(out))
	assert.Contains(t, string(out), "12.50", "digits are kept")
	var again own
	require.NoError(t, json.Unmarshal(out, &again))
	assert.Equal(t, v, again)
	require.NoError(t, json.Unmarshal([]byte(`{"N":"1e3","B":"false","M":null}`), &again))
	assert.Equal(t, own{N: "1e3", B: False, False: False}, again, "as real messages have them")

	for _, text := range []string{`{"N":"777777x"}`, `{"N":{"a":777777}}`, `{"B":777777}`, `{"B":"777777"}`, `{"N":""}`} {
		err := json.Unmarshal([]byte(text), &again)
		require.Error(t, err, text)
		assert.NotContains(t, err.Error(), "777777")
	}
	_, err = json.Marshal(own{N: "777777x"})
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "777777")
}
