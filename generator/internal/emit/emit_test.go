package emit

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"golang.org/x/tools/imports"
)

func TestOnePathEach(t *testing.T) {
	assert.NoError(t, onePathEach([]job{{path: "a/bill.go"}, {path: "b/bill.go"}}))
	assert.EqualError(t, onePathEach([]job{{path: "a/bill.go"}, {path: "A/Bill.go"}}),
		"two files would have one path: a/bill.go and A/Bill.go")
}

// Imports stand as goimports leaves them, whichever module the code is part of.
func TestGroupImports(t *testing.T) {
	for name, c := range map[string]struct{ src, want string }{
		"two groups": {
			"package a\n\nimport (\n\t\"example.com/x\"\n\tother \"example.com/y\"\n\t\"slices\"\n\t\"time\"\n)\n\nvar _ = 1\n",
			"package a\n\nimport (\n\t\"slices\"\n\t\"time\"\n\n\t\"example.com/x\"\n\tother \"example.com/y\"\n)\n\nvar _ = 1\n",
		},
		"one group":              {"package a\n\nimport (\n\t\"example.com/x\"\n\t\"example.com/y\"\n)\n", ""},
		"a module without a dot": {"package a\n\nimport (\n\t\"app/models/common\"\n\t\"time\"\n)\n", ""},
		"one import":             {"package a\n\nimport \"time\"\n", ""},
		"no import":              {"package a\n\nvar _ = 1\n", ""},
	} {
		if c.want == "" {
			c.want = c.src
		}
		assert.Equal(t, c.want, string(groupImports([]byte(c.src))), name)
		sorted, err := imports.Process("a.go", []byte(c.want), &imports.Options{Comments: true, TabIndent: true, TabWidth: 8, FormatOnly: true})
		assert.NoError(t, err, name)
		assert.Equal(t, c.want, string(sorted), name)
	}
}
