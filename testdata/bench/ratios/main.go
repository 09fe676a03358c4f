// Command ratios reads the output of `go test -bench` runs and prints how the
// medians compare, with what the project promises.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// comparison is one line of the table: how many times faster the first
// benchmark is than the second.
type comparison struct {
	what, against string
	fast, slow    string // %s stands for the payload
	least         float64
}

var comparisons = []comparison{
	{"decode + validate", "encoding/json + santhosh v5", "Decode/%s/redoxgen", "Decode/%s/std+santhosh", 45},
	{"decode + validate", "goccy/go-json, decode only", "Decode/%s/redoxgen", "Decode/%s/goccy", 2.5},
	{"decode + validate", "simdjson-go, parse only", "Decode/%s/redoxgen", "Decode/%s/simdjson", 1.2},
	{"decode + validate", "jx, skip only", "Decode/%s/redoxgen", "Decode/%s/jx-skip", 0.65},
	{"decode + validate, reused", "jx, skip only", "Decode/%s/redoxgen-reused", "Decode/%s/jx-skip", 0},
	{"decode + validate", "the same, pretty-printed", "Decode/%s/redoxgen", "Decode/%s/redoxgen-pretty", 0},
	{"decode + validate", "the same, beside 2 MB of the program", "Decode/%s/redoxgen", "Decode/%s/redoxgen-beside", 0},
	{"validate only", "decode + validate", "Decode/%s/redoxgen-validate", "Decode/%s/redoxgen", 1.5},
	{"encode, reused buffer", "encoding/json Marshal", "Encode/%s/redoxgen", "Encode/%s/std", 4},
}

func main() {
	times, err := read(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "what\tagainst\tpayload\ttimes faster\tat least")
	for _, c := range comparisons {
		for _, payload := range []string{"arrival", "visitpush"} {
			fast, slow := times[fmt.Sprintf(c.fast, payload)], times[fmt.Sprintf(c.slow, payload)]
			if fast == nil || slow == nil {
				continue
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%.2f\t%s\n", c.what, c.against, payload, median(slow)/median(fast), least(c.least))
		}
	}
	w.Flush()
}

func least(v float64) string {
	if v == 0 {
		return "-"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

var line = regexp.MustCompile(`^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+([\d.]+) ns/op`)

// read collects the times of every benchmark, by name.
func read(r io.Reader) (map[string][]float64, error) {
	times := map[string][]float64{}
	s := bufio.NewScanner(r)
	for s.Scan() {
		m := line.FindStringSubmatch(strings.TrimSpace(s.Text()))
		if m == nil {
			continue
		}
		v, err := strconv.ParseFloat(m[2], 64)
		if err != nil {
			return nil, err
		}
		times[m[1]] = append(times[m[1]], v)
	}
	return times, s.Err()
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}
