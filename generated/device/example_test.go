package device_test

import (
	"fmt"
	"time"

	"github.com/redoxgen/redoxgen/generated/device"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// at is when everything happens in these examples.
var at = time.Date(2023, 2, 27, 22, 9, 3, 0, time.UTC)

func ExampleBuildNew() {
	msg, err := device.BuildNew().To("emr").At(at).
		Identifier("0000000001", "MR").
		Device(func(d *device.Device) { d.ID = "scale-7" }).
		Observation(func(o *device.Observation) {
			o.DateTime, o.Code = redox.DateTimeOf(at), "29463-7"
			o.Value, o.ValueType, o.Units = "81.5", "Numeric", "kg"
		}).
		Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	text, _ := msg.MarshalJSON()
	fmt.Println(string(text))
	// Output:
	// {"Meta":{"DataModel":"Device","EventType":"New","EventDateTime":"2023-02-27T22:09:03.000Z","Destinations":[{"ID":"emr"}]},"Patient":{"Identifiers":[{"ID":"0000000001","IDType":"MR"}]},"Device":{"ID":"scale-7"},"Observations":[{"DateTime":"2023-02-27T22:09:03.000Z","Code":"29463-7","Value":"81.5","ValueType":"Numeric","Units":"kg"}]}
}
