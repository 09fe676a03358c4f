package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// neverEmpty are the flags that mean something else, often everything, when
// they are left out, so that an empty value must be a mistake.
var neverEmpty = []string{"events", "event", "schemas", "lock", "out", "import-path"}

// refuseEmpty refuses flags that are given without a value, as an unset
// variable of a shell leaves them.
func refuseEmpty(c *cobra.Command, _ []string) error {
	for _, name := range neverEmpty {
		f := c.Flags().Lookup(name)
		if f == nil || !f.Changed {
			continue
		}
		values := []string{f.Value.String()}
		if list, ok := f.Value.(interface{ GetSlice() []string }); ok {
			values = list.GetSlice()
		}
		for _, v := range values {
			if strings.Trim(v, ", ") == "" {
				return usageError{c, fmt.Errorf("--%s is empty: give it a value, or leave it out", name)}
			}
		}
	}
	return nil
}
