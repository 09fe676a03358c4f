package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/runtime/redoxsample"
)

// sampleFlags choose the messages that redoxgen sample makes.
type sampleFlags struct {
	messageFlags
	count   int
	seed    uint64
	profile string
	story   string
	ndjson  bool
}

func newSample() *cobra.Command {
	f := sampleFlags{count: 1, seed: 1, profile: redoxsample.Typical.String()}
	c := &cobra.Command{
		Use:   "sample EVENT",
		Short: "Make realistic messages about people who do not exist",
		Long: `Sample prints valid messages of an event: without warnings, consistent in themselves,
marked as tests, each about another patient. Nobody in them exists: SSNs and telephone
numbers are of ranges that are not given out, and e-mail addresses of example.com. Codes
are from ICD-10-CM, RxNorm, CVX and LOINC.

The same --seed gives the same bytes everywhere. --profile says how much a message has:
small is what the schema requires, typical what most senders fill in, full everything.

With --story the messages tell what happens to one patient, in order: ` + strings.Join(redoxsample.Stories(), ", ") + `.
With --count a story is told several times.`,
		Example: `  redoxgen sample PatientAdmin.Arrival
  redoxgen sample Results.New --count 1000 --seed 7 --ndjson
  redoxgen sample --story admission --ndjson`,
		Args:              atMost("EVENT"),
		ValidArgsFunction: completeEvent(&f.schemaFlags),
		RunE: func(c *cobra.Command, args []string) error {
			if err := f.check(args); err != nil {
				return usageError{c, err}
			}
			return f.run(c, args)
		},
	}
	f.schemaFlags.add(c, "that of the catalog")
	c.Flags().IntVar(&f.count, "count", f.count, "make `N` messages, or tell the story N times")
	c.Flags().Uint64Var(&f.seed, "seed", f.seed, "`S` that everything follows from")
	c.Flags().StringVar(&f.profile, "profile", f.profile, "how much a message has: small, typical or full")
	c.Flags().StringVar(&f.story, "story", "", "tell the story `NAME` instead of making messages of one event")
	c.Flags().BoolVar(&f.ndjson, "ndjson", false, "print a message a line")
	_ = c.RegisterFlagCompletionFunc("profile", cobra.FixedCompletions([]string{"small", "typical", "full"}, cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("story", cobra.FixedCompletions(redoxsample.Stories(), cobra.ShellCompDirectiveNoFileComp))
	return c
}

func (f *sampleFlags) check(args []string) error {
	switch {
	case f.story == "" && len(args) == 0:
		return errors.New("name an EVENT, or a story with --story")
	case f.story != "" && len(args) > 0:
		return errors.New("--story says which events there are: leave EVENT out")
	case f.count < 1:
		return errors.New("--count must be at least 1")
	default:
		_, err := redoxsample.ParseProfile(f.profile)
		return err
	}
}

func (f *sampleFlags) run(c *cobra.Command, args []string) error {
	f.megabytes = defaultSize
	known, err := f.known(c)
	if err != nil {
		return err
	}
	profile, err := redoxsample.ParseProfile(f.profile)
	if err != nil {
		return err
	}
	g := redoxsample.New(redoxsample.Options{Seed: f.seed, Profile: profile})
	next := func() ([][]byte, error) { return g.Story(f.story, known) }
	if f.story == "" {
		e, err := known.named(args[0])
		if err != nil {
			return err
		}
		next = func() ([][]byte, error) {
			data, err := g.JSON(e)
			return [][]byte{data}, err
		}
	}
	for range f.count {
		messages, err := next()
		if err != nil {
			return err
		}
		for _, data := range messages {
			if err := f.print(c.OutOrStdout(), data); err != nil {
				return err
			}
		}
		if err := c.Context().Err(); err != nil {
			return err
		}
	}
	return nil
}

func (f *sampleFlags) print(w io.Writer, data []byte) error {
	if !f.ndjson {
		var b bytes.Buffer
		if err := json.Indent(&b, data, "", "  "); err != nil {
			return err
		}
		data = b.Bytes()
	}
	_, err := fmt.Fprintf(w, "%s\n", data)
	return err
}
