package emit

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestOnePathEach(t *testing.T) {
	assert.NoError(t, onePathEach([]job{{path: "a/bill.go"}, {path: "b/bill.go"}}))
	assert.EqualError(t, onePathEach([]job{{path: "a/bill.go"}, {path: "A/Bill.go"}}),
		"two files would have one path: a/bill.go and A/Bill.go")
}
