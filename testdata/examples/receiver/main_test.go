package main

import (
	"context"
	"database/sql"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

const token = "the receiver's token"

// start runs the program, restarted by calling stop and start again.
func start(t *testing.T) (url string, stop func()) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := l.Addr().String()
	require.NoError(t, l.Close())

	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- receive(ctx, addr, token) }()
	require.Eventually(t, func() bool {
		resp, err := http.Get("http://" + addr + "/healthz")
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	}, 20*time.Second, 10*time.Millisecond)
	return "http://" + addr, func() {
		cancel()
		require.NoError(t, <-ended)
	}
}

func bed(t *testing.T, patient string) (bed string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:redox.db")
	require.NoError(t, err)
	defer db.Close()
	require.NoError(t, db.QueryRow("SELECT bed FROM beds WHERE patient = ?", patient).Scan(&bed))
	return bed
}

func TestReceiver(t *testing.T) {
	t.Chdir(t.TempDir())
	at := time.Date(2023, 2, 27, 22, 0, 0, 0, time.UTC)
	arrival, err := patientadmin.BuildArrival().At(at).Identifier("0000000001", "MR").
		Visit(func(v *patientadmin.Visit) { v.Location.Bed = "1" }).Build()
	require.NoError(t, err)
	transfer, err := patientadmin.BuildTransfer().At(at.Add(time.Hour)).Identifier("0000000001", "MR").
		Visit(func(v *patientadmin.Visit) { v.Location.Bed = "2" }).Build()
	require.NoError(t, err)
	nameless, err := patientadmin.BuildArrival().At(at).Identifier("7", "SSN").Build()
	require.NoError(t, err)

	url, stop := start(t)
	feed := redoxtest.NewFeed(t, url, token)
	feed.Deliver(arrival).Twice()
	feed.Deliver(transfer).AnswerLost()
	feed.Deliver(nameless)
	_, err = feed.Run(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "2", bed(t, "0000000001"))

	// What cannot be handled is a dead letter, and stays one over a restart.
	stop()
	url, stop = start(t)
	defer stop()
	files, err := os.ReadDir("dead")
	require.NoError(t, err)
	assert.NotEmpty(t, files)
	replayed, err := deadletter.Replay(t.Context(), deadletter.Dir("dead"), webhook.ReplayTo(url, token, nil))
	assert.ErrorIs(t, err, webhook.ErrDeadLettered)
	assert.Equal(t, deadletter.Replayed{Failed: 1}, replayed)

	// An older message that comes late does not undo a newer one.
	feed = redoxtest.NewFeed(t, url, token)
	feed.Deliver(arrival)
	_, err = feed.Run(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "2", bed(t, "0000000001"))
}
