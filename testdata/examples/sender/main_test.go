package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/results"
	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

const emr = "0f4bd1d1-451d-4351-8cfd-b767d1b488d6"

func TestSender(t *testing.T) {
	srv := redoxtest.NewServer(t)
	srv.Destination(emr).Supports("Results.New").Answers(
		redoxtest.BadGateway(), // not accepted: the client tries again
		redoxtest.Accepted(),
		redoxtest.Dropped(), // perhaps accepted: the client does not
	)
	c, err := client.New(srv.Config())
	require.NoError(t, err)
	defer c.Close()

	var out strings.Builder
	err = send(t.Context(), c, emr, strings.NewReader(`0000000001,157968300,49086-2,7.2,mg/dL
0000000001,157968301,,104,mg/dL
0000000002,157968302,2339-0,104,mg/dL
`), &out)
	assert.ErrorContains(t, err, "Orders[0].Results[0].Code: required")
	lines := strings.Split(out.String(), "\n")
	require.Len(t, lines, 4, out.String())
	assert.Regexp(t, `^line 1: accepted, log \S+$`, lines[0])
	assert.Regexp(t, `^line 2: .*Orders\[0\]\.Results\[0\]\.Code: required`, lines[1])
	assert.Regexp(t, `^line 3: look in the Redox dashboard`, lines[2])
	assert.NotContains(t, out.String(), "104", "a patient's value")

	sent := redoxtest.Received[*results.New](srv)
	require.NotEmpty(t, sent)
	assert.Equal(t, "7.2", sent[0].Orders[0].Results[0].Value)
}
