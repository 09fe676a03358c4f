package client_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/common"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/internal/testenv"
	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/client"
)

const callers = 8

// accepting answers every message as Redox does, at little cost.
func accepting(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write([]byte(`{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","Destinations":[{"ID":"` + emr + `","Name":"EMR"}],"Logs":[{"ID":"d9f5d293-7110-461e-a875-3beb089e79f3","AttemptID":"925d1617-2fe0-468c-a14c-f8c04b572c54"}]}}`))
}

// sample is the arrival that testdata/bench measures with.
func sample(t testing.TB) *patientadmin.Arrival {
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "bench", "payload", "arrival.json"))
	require.NoError(t, err)
	msg, _, err := patientadmin.DecodeArrival(data)
	require.NoError(t, err)
	msg.Meta.Destinations = []common.Endpoint{{ID: emr}}
	return msg
}

// cost is what one call takes when that many callers keep the machine busy.
type cost struct {
	wall float64 // seconds: the inverse of the rate
	cpu  float64 // seconds of processor time, in which no other process has a part
}

func measure(t testing.TB, calls int, call func() error) cost {
	var wg sync.WaitGroup
	start, busy := time.Now(), cpuTime(t)
	for range callers {
		wg.Go(func() {
			for range calls / callers {
				if err := call(); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	n := float64(calls)
	return cost{wall: time.Since(start).Seconds() / n, cpu: (cpuTime(t) - busy).Seconds() / n}
}

func cpuTime(t testing.TB) time.Duration {
	var u syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// A Send of a typed message, with validation, encoding, token, rate limit and
// the decoded answer, reaches most of the rate of a bare POST of its bytes.
// With callers enough to keep all processors busy the rate is the inverse of
// the processor time per call; that is what is judged, because it does not
// depend on what else the machine is doing.
func TestSendOverhead(t *testing.T) {
	testenv.NeedsMeasured(t)
	send, post := sends(t)
	// Runs on shared machines give 0.75 to 0.83; less than least is a fault.
	const least, rounds, calls = 0.65, 15, 3200
	measure(t, calls, post)
	measure(t, calls, send)
	var wall, cpu []float64
	for range rounds {
		s, p := measure(t, calls, send), measure(t, calls, post)
		wall, cpu = append(wall, p.wall/s.wall), append(cpu, p.cpu/s.cpu)
	}
	slices.Sort(wall)
	slices.Sort(cpu)
	t.Logf("Send reaches %.2f of the rate of a bare POST (clock: %.2f, between %.2f and %.2f)",
		cpu[rounds/2], wall[rounds/2], wall[0], wall[rounds-1])
	require.GreaterOrEqual(t, cpu[rounds/2], least)
}

// sends returns a Send of a typed message, and a bare POST of its bytes.
func sends(t testing.TB) (typed, bare func() error) {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(accepting))
	t.Cleanup(srv.Close)
	c := newClient(t, client.Config{
		Auth: auth.Static("token"), BaseURL: srv.URL,
		Rate: client.Rate{Requests: 100_000_000, Per: time.Second},
	})
	msg := sample(t)
	body, err := msg.MarshalJSON()
	require.NoError(t, err)
	poster := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}}
	t.Cleanup(poster.CloseIdleConnections)
	return func() error { _, err := c.Send(context.Background(), msg); return err },
		func() error { return barePost(poster, srv.URL, body) }
}

func barePost(c *http.Client, url string, body []byte) error {
	req, err := http.NewRequest(http.MethodPost, url+"/endpoint", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer token")
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}
