package schemas

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
)

//go:embed classes.json
var classes []byte

// Classes returns what each field holds, a class of package redox such as "name", by the
// key of its concept ("common.Demographics") and its name. Objects are in none.
func Classes() (map[string]map[string]string, error) {
	var byClass map[string]map[string]string // concept → class → names of fields
	if err := json.Unmarshal(classes, &byClass); err != nil {
		return nil, fmt.Errorf("classes.json: %w", err)
	}
	all := make(map[string]map[string]string, len(byClass))
	for concept, lists := range byClass {
		all[concept] = make(map[string]string)
		for class, names := range lists {
			for name := range strings.FieldsSeq(names) {
				if all[concept][name] != "" {
					return nil, fmt.Errorf("classes.json: %s.%s is in two classes", concept, name)
				}
				all[concept][name] = class
			}
		}
	}
	return all, nil
}
