package deid_test

import (
	"context"
	"fmt"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/deid"
)

func Example() {
	message := []byte(`{"Patient":{"Demographics":{"DOB":"1985-07-23","Address":{"ZIP":"53717","State":"WI"}},"Notes":["Call Walter."]}}`)
	ctx := context.Background()

	d, err := deid.New(ctx, deid.Options{Policy: deid.SafeHarbor()})
	if err != nil {
		fmt.Println(err)
		return
	}
	harmless, err := d.Append(nil, (&patientadmin.Arrival{}).RedoxEvent(), message)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s\n", harmless)
	// Output: {"Patient":{"Demographics":{"DOB":"1985-01-01","Address":{"ZIP":"537","State":"WI"}},"Notes":["text"]}}
}
