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
	{"decode + validate", "the same, pretty-printed", "Decode/%s/redoxgen", "Decode/%s/redoxgen-pretty", 0},
	{"decode + validate", "the same, beside 2 MB of the program", "Decode/%s/redoxgen", "Decode/%s/redoxgen-beside", 0},
	{"validate only", "decode + validate", "Decode/%s/redoxgen-validate", "Decode/%s/redoxgen", 1.5},
	{"encode, reused buffer", "encoding/json Marshal", "Encode/%s/redoxgen", "Encode/%s/std", 4},
}

// costs are what is done with decoded messages, and how many decodes of the same
// message it may cost.
var costs = []struct {
	what, name string
	most       float64
}{
	{"build", "Build/%s/build", 4},
	{"continue", "Build/%s/continue", 6},
	{"RedoxMeta", "Views/%s/RedoxMeta", 0.1},
	{"PatientIdentifiers", "Views/%s/PatientIdentifiers", 0.1},
	{"PatientDemographics", "Views/%s/PatientDemographics", 0.1},
	{"VisitLocation", "Views/%s/VisitLocation", 0.1},
}

func main() {
	times, err := read(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var messages []string
	for _, m := range []string{"arrival", "visitpush", "published-arrival", "published-visitpush"} {
		if times["Decode/"+m+"/redoxgen"] != nil {
			messages = append(messages, m)
		}
	}
	if len(messages) == 0 {
		fmt.Fprintln(os.Stderr, "ratios: nothing was measured")
		os.Exit(1)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintf(w, "times faster\tagainst\t%s\tat least\n", strings.Join(messages, "\t"))
	for _, c := range comparisons {
		fmt.Fprintf(w, "%s\t%s", c.what, c.against)
		for _, m := range messages {
			fmt.Fprintf(w, "\t%s", ratio(times, fmt.Sprintf(c.fast, m), fmt.Sprintf(c.slow, m)))
		}
		fmt.Fprintf(w, "\t%s\n", least(c.least))
	}
	fmt.Fprintf(w, "\ncosts, in decodes\t\t%s\tat most\n", strings.Join(messages, "\t"))
	for _, c := range costs {
		fmt.Fprint(w, c.what, "\t")
		for _, m := range messages {
			fmt.Fprintf(w, "\t%s", ratio(times, "Decode/"+m+"/redoxgen", fmt.Sprintf(c.name, m)))
		}
		fmt.Fprintf(w, "\t%s\n", least(c.most))
	}
	w.Flush()
}

// ratio returns how many times faster the first benchmark is than the second.
func ratio(times map[string][]float64, fast, slow string) string {
	if times[fast] == nil || times[slow] == nil {
		return "-" // not every library is there on every machine
	}
	return fmt.Sprintf("%.2f", median(times[slow])/median(times[fast]))
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
