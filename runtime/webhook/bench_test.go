package webhook_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/redoxgen/redoxgen/generated/clinicalsummary"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/internal/testenv"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// samples are messages of about 1, 4 and 40 KB: those that testdata/bench measures
// with, and one of them without its visit.
func samples(b testing.TB) map[string]sample {
	b.Helper()
	arrival, visitPush := payload(b, "arrival.json"), payload(b, "visitpush.json")
	at := bytes.Index(arrival, []byte(`,"Visit":`))
	if at < 0 {
		b.Fatal("the sample has no visit")
	}
	small := append(bytes.Clone(arrival[:at]), '}')
	return map[string]sample{"1KB": newSample(b, small), "4KB": newSample(b, arrival), "40KB": newSample(b, visitPush)}
}

func payload(b testing.TB, name string) []byte {
	b.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "testdata", "bench", "payload", name))
	if err != nil {
		b.Fatal(err)
	}
	return text
}

// sample is a message with a log ID of 36 bytes at a fixed place.
type sample struct {
	body []byte
	at   int
}

func newSample(b testing.TB, text []byte) sample {
	b.Helper()
	const id = "d9f5d293-7110-461e-a875-3beb089e79f3"
	body := bytes.Replace(text, []byte(`"Logs":[]`), []byte(`"Logs":[{"ID":"`+id+`"}]`), 1)
	at := bytes.Index(body, []byte(id))
	if at < 0 {
		b.Fatal("the sample has no empty Logs to put an ID into")
	}
	return sample{body, at}
}

// numbered returns the message with a log ID of its own.
func (s sample) numbered(n uint64) []byte {
	body := bytes.Clone(s.body)
	copy(body[s.at:s.at+36], fmt.Sprintf("%08x-0000-4000-8000-%012x", n>>32, n))
	return body
}

func benchHandler(b testing.TB) *webhook.Handler {
	b.Helper()
	mux := webhook.NewMux()
	webhook.On(mux, func(context.Context, webhook.Delivery, *patientadmin.Arrival) error { return nil })
	webhook.On(mux, func(context.Context, webhook.Delivery, *clinicalsummary.VisitPush) error { return nil })
	h, err := webhook.NewHandler(mux, webhook.Config{
		Tokens: []string{token}, DeadLetter: deadletter.Discard(),
		Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	return h
}

// BenchmarkHandlerVsBare compares, over HTTP and in turns, a receiver with
// memory dedup and a typed handler that does nothing with a handler that reads
// the body and answers 200 (ratio), and with one that also decodes it (ratio-decoding):
// what is left there is verifying, recognising redeliveries and noting that it is done.
// The heap is of a few MB, so that at Go's default for all three garbage is collected
// every few hundred requests. A server that has memory to spare collects less often.
func BenchmarkHandlerVsBare(b *testing.B) {
	messages := samples(b)
	for _, name := range []string{"1KB", "4KB", "40KB"} {
		for _, percent := range []int{100, 400} {
			b.Run(fmt.Sprintf("%s/GOGC=%d", name, percent), func(b *testing.B) {
				defer debug.SetGCPercent(debug.SetGCPercent(percent))
				handlerVsBare(b, messages[name])
			})
		}
	}
}

// TestReceiverRate holds a receiver to a share of the rates that BenchmarkHandlerVsBare
// compares it with: less is a fault, on shared machines too.
func TestReceiverRate(t *testing.T) {
	testenv.NeedsMeasured(t)
	for name, least := range map[string]struct{ bare, decoding float64 }{
		"1KB": {0.4, 0.55}, "4KB": {0.43, 0.58}, "40KB": {0.35, 0.58},
	} {
		r := testing.Benchmark(func(b *testing.B) { handlerVsBare(b, samples(b)[name]) })
		t.Logf("%s: %.2f of the rate of a handler that reads the body, %.2f of one that decodes it", name, r.Extra["ratio"], r.Extra["ratio-decoding"])
		if r.Extra["ratio"] < least.bare || r.Extra["ratio-decoding"] < least.decoding {
			t.Errorf("%s: at least %.2f and %.2f are wanted", name, least.bare, least.decoding)
		}
	}
}

func handlerVsBare(b *testing.B, message sample) {
	event := func() redox.Message { return new(patientadmin.Arrival) }
	if bytes.Contains(message.body, []byte(`"VisitPush"`)) {
		event = func() redox.Message { return new(clinicalsummary.VisitPush) }
	}
	bare := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
	}))
	defer bare.Close()
	decoding := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		if _, err := event().DecodeJSON(raw); err != nil {
			b.Error(err)
		}
	}))
	defer decoding.Close()
	ours := httptest.NewServer(benchHandler(b))
	defer ours.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	var serial atomic.Uint64
	block := 800
	if len(message.body) > 10_000 {
		block = 160 // so that there are more rounds to take the median of
	}
	round := func(url string) time.Duration {
		busy := cpuTime(b)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range block / 8 {
					send(b, client, url, message.numbered(serial.Add(1)))
				}
			})
		}
		wg.Wait()
		return cpuTime(b) - busy
	}
	for _, server := range []*httptest.Server{bare, decoding, ours} {
		round(server.URL)
	}
	var toBare, toDecoding []float64
	for b.Loop() {
		bareTime, decodingTime, ourTime := round(bare.URL), round(decoding.URL), round(ours.URL)
		toBare = append(toBare, bareTime.Seconds()/ourTime.Seconds())
		toDecoding = append(toDecoding, decodingTime.Seconds()/ourTime.Seconds())
	}
	b.ReportMetric(median(toBare), "ratio")
	b.ReportMetric(median(toDecoding), "ratio-decoding")
}

// cpuTime is the processor time that the process took, of which other processes have no
// part. Clients keep all processors busy, so that the rate is its inverse.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

func send(b *testing.B, client *http.Client, url string, body []byte) {
	r, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		b.Error(err)
		return
	}
	r.Header.Set("verification-token", token)
	r.Header.Set("Content-Type", "application/json")
	response, err := client.Do(r)
	if err != nil {
		b.Error(err)
		return
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		b.Error(response.Status)
	}
}

// BenchmarkHandler is the handler's own cost, without a network.
func BenchmarkHandler(b *testing.B) {
	for name, message := range samples(b) {
		b.Run(name, func(b *testing.B) {
			h := benchHandler(b)
			var n uint64
			b.ReportAllocs()
			for b.Loop() {
				n++
				serveOne(b, h, message.numbered(n))
			}
		})
	}
}

func serveOne(b *testing.B, h http.Handler, body []byte) {
	r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
	r.Header.Set("verification-token", token)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		b.Fatal(w.Code)
	}
}

// BenchmarkMemoryIsFlat reports the live heap after half of the deliveries and
// at the end; with -benchtime 1000000x that is after 500,000, when the default
// store is full, and after a million.
func BenchmarkMemoryIsFlat(b *testing.B) {
	h := benchHandler(b)
	message := samples(b)["4KB"]
	before, half := heap(), 0.0
	b.ResetTimer()
	for i := range b.N {
		serveOne(b, h, message.numbered(uint64(i)))
		if i == b.N/2 {
			half = heap()
		}
	}
	b.ReportMetric(half-before, "MB-at-half")
	b.ReportMetric(heap()-before, "MB-at-end")
	runtime.KeepAlive(h)
}

func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}
