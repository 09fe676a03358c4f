package redox_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/common"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// Sections and extensions are values for package json, too.
func TestPackageJSON(t *testing.T) {
	const address = `{"StreetAddress":"1 Main St","City":"Madison","Planet":"Earth"}`
	var a common.Address
	require.NoError(t, json.Unmarshal([]byte(address), &a))
	assert.Equal(t, "Madison", a.City)
	data, err := json.Marshal(a)
	require.NoError(t, err)
	assert.JSONEq(t, address, string(data))

	const extension = `{"url":"https://api.redoxengine.com/extensions/user-id","string":"u1","note":null}`
	var x redox.Extension
	require.NoError(t, json.Unmarshal([]byte(extension), &x))
	assert.Equal(t, "u1", x.String)
	data, err = json.Marshal(x)
	require.NoError(t, err)
	assert.JSONEq(t, extension, string(data))
}
