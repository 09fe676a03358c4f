package vaccination_test

import (
	"fmt"
	"time"

	"github.com/redoxgen/redoxgen/generated/vaccination"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// at is when everything happens in these examples.
var at = time.Date(2023, 2, 27, 22, 9, 3, 0, time.UTC)

func ExampleBuildNew() {
	msg, err := vaccination.BuildNew().To("emr").At(at).
		Identifier("0000000001", "MR").
		Vaccination(func(v *vaccination.Vaccination) {
			v.DateTime = redox.DateTimeOf(at)
			v.Product.Code, v.Product.Codeset = "140", "CVX"
		}).
		Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	text, _ := msg.MarshalJSON()
	fmt.Println(string(text))
	// Output:
	// {"Meta":{"DataModel":"Vaccination","EventType":"New","EventDateTime":"2023-02-27T22:09:03.000Z","Destinations":[{"ID":"emr"}]},"Patient":{"Identifiers":[{"ID":"0000000001","IDType":"MR"}]},"Vaccinations":[{"DateTime":"2023-02-27T22:09:03.000Z","Product":{"Code":"140","Codeset":"CVX"}}]}
}
