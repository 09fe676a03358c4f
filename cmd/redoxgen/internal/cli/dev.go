//go:build !redoxgen_bootstrap

package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/datafile"
	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/dev"
	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/input"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoxsample"
)

// devFlags say what redoxgen dev plays.
type devFlags struct {
	messageFlags
	to       webhookFlags
	addr     string
	password string
	jwk      string
	data     string
	speed    float64
	queues   int
}

func newDev() *cobra.Command {
	f := devFlags{addr: "127.0.0.1:7070", speed: 1, queues: 1}
	c := &cobra.Command{
		Use:   "dev",
		Short: "Run a local Redox that can be looked at in a browser",
		Long: `Dev plays Redox for a client and an endpoint in any language, until it is interrupted.
It issues access tokens, takes messages at /endpoint and queries at /query, validates
them against the schemas, and takes uploads. With --to it delivers messages as Redox
does: it verifies the endpoint, delivers each subscription first in first out, and
tries again by Redox's schedule what is not accepted, --speed times as fast. With
--queues a subscription is split by patients into child queues.

Its pages show every message in both directions, field by field with what is wrong at its
place, the queues of the feed, an editor that starts from samples, how destinations
answer, and the reference of all events and fields.

It prints a throw-away key and settings for a client. --jwk registers public keys of
your own, as a JWK or JWK set; with those the client may have any ID. The page Settings
registers others.

It remembers the newest 10,000 messages, or 64 MB; in memory alone, unless --data names a
file that outlives it: messages, what waits and is paused, keys that were registered, and
how destinations answer. What was answered is in the file. --data needs a redoxgen that was
built with -tags redoxgen_sql.

An --addr that other machines reach needs --password for the pages. Messages travel, are
kept and are shown in the clear: use made-up ones.`,
		Example: `  redoxgen dev
  redoxgen dev --to http://localhost:8080/redox --token "$TOKEN" --speed 10
  redoxgen dev --to http://localhost:8080/redox --token "$TOKEN" --queues 4 --data dev.db`,
		Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			if err := f.check(); err != nil {
				return usageError{c, err}
			}
			return f.run(c)
		},
	}
	f.to.add(c)
	f.schemaFlags.add(c, "that of the catalog")
	c.Flags().StringVar(&f.addr, "addr", f.addr, "`ADDRESS` to listen on; port 0 is a free one")
	c.Flags().StringVar(&f.password, "password", "", "`PASSWORD` for the pages (default $REDOXGEN_DEV_PASSWORD)")
	c.Flags().StringVar(&f.jwk, "jwk", "", "`FILE` with public keys of clients, JWK or JWK set")
	c.Flags().StringVar(&f.data, "data", "", "`FILE`, an SQLite database, to keep everything in")
	c.Flags().IntVar(&f.queues, "queues", f.queues, "split each subscription by patients into `N` child queues")
	c.Flags().Float64Var(&f.speed, "speed", f.speed, "retry `N` times as fast as Redox")
	return c
}

func (f *devFlags) check() error {
	f.password = cmp.Or(f.password, os.Getenv("REDOXGEN_DEV_PASSWORD"))
	switch {
	case !dev.IsLoopback(f.addr) && f.password == "":
		return errors.New("--addr is one that other machines reach: it needs --password or $REDOXGEN_DEV_PASSWORD")
	case f.queues < 1 || f.queues > dev.MaxChildren:
		return fmt.Errorf("--queues must be from 1 to %d", dev.MaxChildren)
	case f.to.url == "":
		return nil
	default:
		return f.to.check()
	}
}

// devMemory is what the garbage collector keeps redoxgen dev below where it can: enough for
// what it remembers, the schemas and the reference. $GOMEMLIMIT goes before it.
const devMemory = 160 << 20

func (f *devFlags) run(c *cobra.Command) error {
	if os.Getenv("GOMEMLIMIT") == "" {
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(devMemory))
	}
	f.megabytes = defaultSize
	known, err := f.known(c)
	if err != nil {
		return err
	}
	made := newSamples(known)
	o := dev.Options{
		Password: f.password, Endpoint: f.to.url, Token: f.to.secret(), Speed: f.speed, Children: f.queues, Events: known,
		Sample: made.sample, Story: made.story,
	}
	if f.data != "" {
		if o.File, err = datafile.Open(c.Context(), f.data); err != nil {
			return err
		}
		defer func() { _ = o.File.Close() }() // what Serve saved is on the disk
	}
	if o.Inspection, err = f.inspectAll(c); err != nil {
		return err
	}
	if o.Reference, err = newReference(c, &f.messageFlags); err != nil {
		return err
	}
	if f.jwk != "" {
		if o.JWKS, err = input.File(c.Context(), f.jwk, maxKey); err != nil {
			return err
		}
	}
	listener, err := (&net.ListenConfig{}).Listen(c.Context(), "tcp", f.addr)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	o.URL = "http://" + listener.Addr().String()
	s, err := dev.New(o)
	if err != nil {
		return err
	}
	printSettings(c.OutOrStdout(), s, o)
	return s.Serve(c.Context(), listener)
}

// samples makes realistic messages, other ones each time.
type samples struct {
	mu        sync.Mutex
	generator *redoxsample.Generator
	events    []*redox.EventInfo
}

func newSamples(events []*redox.EventInfo) *samples {
	return &samples{
		generator: redoxsample.New(redoxsample.Options{Seed: uint64(time.Now().UnixNano()), Now: time.Now()}), events: events,
	}
}

func (s *samples) sample(e *redox.EventInfo) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.generator.JSON(e)
}

func (s *samples) story(name string) ([][]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.generator.Story(name, s.events)
}

// printSettings prints what to tell a client, ready to paste into a shell.
func printSettings(w io.Writer, s *dev.Server, o dev.Options) {
	oauth, legacy := s.OAuth(), s.Legacy()
	fmt.Fprintf(w, `Redox is played at %[1]s: open it in a browser.

# Settings of a client, with a key that ends with this process:
export REDOX_BASE_URL=%[1]s
export REDOX_CLIENT_ID=%[2]s REDOX_KEY_ID=%[3]s REDOX_PRIVATE_KEY_FILE=redoxgen-dev.pem
(umask 077 && cat >redoxgen-dev.pem) <<'END'
%[4]sEND

# The token URL is %[5]s. Or with a legacy API key, in place of the key above:
# export REDOX_API_KEY=%[6]s REDOX_SECRET=%[7]s

`, o.URL, oauth.ClientID, oauth.KeyID, oauth.PrivateKey, oauth.TokenURL, legacy.APIKey, legacy.Secret)
	if o.Endpoint == "" {
		fmt.Fprintln(w, "There is no endpoint to deliver to: --to URL --token TOKEN names one.")
	} else {
		fmt.Fprintln(w, "The page Feed shows whether your endpoint verifies, and what waits for it.")
	}
	fmt.Fprintln(w, "Interrupt to end.")
}
