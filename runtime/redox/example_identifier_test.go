package redox_test

import (
	"fmt"

	"github.com/redoxgen/redoxgen/generated/common"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

func ExampleFindIdentifier() {
	ids := []common.Identifier{
		{ID: "0000000001", IDType: "mrn"},
		{ID: "e167267c-16c9-4fe3-96ae-9cff5703e90a", IDType: "EHRID"},
		{ID: "1005", IDType: "NIST"}, {ID: "1006", IDType: "NIST"},
	}
	for _, types := range [][]string{{"MR", "MRN"}, {"NIST"}, {"SSN"}} {
		switch id, found := redox.FindIdentifier(ids, types...); found {
		case redox.FoundOne:
			fmt.Println(types, id.ID)
		case redox.FoundSeveral:
			fmt.Println(types, "ambiguous: somebody has to look")
		case redox.FoundNone:
			fmt.Println(types, "unknown: look for name and date of birth")
		}
	}
	// Output:
	// [MR MRN] 0000000001
	// [NIST] ambiguous: somebody has to look
	// [SSN] unknown: look for name and date of birth
}
