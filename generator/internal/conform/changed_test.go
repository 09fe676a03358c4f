package conform

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// A message that was received and changed in Go afterwards is sent if and only
// if it is valid: what decoding kept must not hide what is wrong with it now.
func TestChangedMessagesAreSentWhenValid(t *testing.T) {
	for i, e := range events(t) {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			r := random(t, 3, i)
			for n := 0; n < 60; {
				text := message(t, e, r, n)
				if text == nil {
					continue
				}
				n++
				m := e.info.New()
				_, err := m.DecodeJSON(text)
				require.NoError(t, err)
				change(reflect.ValueOf(m).Elem(), r)
				if !acceptsValid(t, m) {
					t.Fatalf("message %d", n)
				}
			}
		})
	}
}

// change zeroes, sets, lengthens and exchanges values within v at random.
func change(v reflect.Value, r *rand.Rand) {
	switch v.Kind() {
	case reflect.String:
		texts := []string{"", "x", "7"}
		switch v.Type() {
		case reflect.TypeFor[redox.Number]():
			texts = []string{"", "1", "2.50"}
		case reflect.TypeFor[redox.Raw]():
			texts = []string{"", "null", `{"a":[1]}`}
		}
		if r.IntN(10) == 0 {
			v.SetString(texts[r.IntN(3)])
		}
	case reflect.Uint8:
		v.SetUint(uint64(r.IntN(3)))
	case reflect.Struct:
		if r.IntN(12) == 0 {
			v.SetZero()
		}
		for i := range v.NumField() {
			if f := v.Field(i); f.Type() != reflect.TypeFor[redox.Object]() {
				change(f, r)
			} else if r.IntN(8) == 0 {
				f.SetZero()
			}
		}
	case reflect.Slice:
		if r.IntN(8) == 0 {
			v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
		}
		for i := range v.Len() {
			change(v.Index(i), r)
		}
	}
}
