//go:build !redoxgen_bootstrap

package cli

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/database"
	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/input"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/deadletter/sqldeadletter"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// What the commands on stored messages have in common: dead letters, and the inbox.

// withSubcommands makes c a command that has nothing but subcommands.
func withSubcommands(c *cobra.Command, subcommands ...*cobra.Command) *cobra.Command {
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return c.Help()
		}
		return usageError{c, fmt.Errorf("there is no command %q", args[0])}
	}
	c.AddCommand(subcommands...)
	return c
}

// ageFlags choose messages by when they were received.
type ageFlags struct{ older, newer time.Duration }

func (f *ageFlags) add(c *cobra.Command) {
	c.Flags().DurationVar(&f.older, "older-than", 0, "received longer than this `DURATION` ago, such as 72h")
	c.Flags().DurationVar(&f.newer, "newer-than", 0, "received less than this `DURATION` ago")
}

func (f *ageFlags) check() error {
	if f.older < 0 || f.newer < 0 {
		return errors.New("a DURATION is not negative")
	}
	return nil
}

func (f *ageFlags) given() bool { return f.older != 0 || f.newer != 0 }

// addKeyFiles adds the flag for keys of messages that seal has sealed.
func addKeyFiles(c *cobra.Command, files *[]string, what, seal string) {
	c.Flags().StringSliceVar(files, "key-file", nil, "`FILE` with a key of AES-256-GCM by which "+what+" were sealed\n("+seal+"), in hexadecimal or base64; several for earlier keys")
}

// requireChoice refuses to change messages that were not chosen: by flags, or all.
func requireChoice(c *cobra.Command, what string, given, all bool) error {
	if given == all {
		return usageError{c, fmt.Errorf("choose %s by flags, or all of them by --all", what)}
	}
	return nil
}

// printRaw prints a message as it was received.
func printRaw(w io.Writer, raw []byte) {
	_, _ = w.Write(append(raw[:len(raw):len(raw)], '\n')) // the output remembers the error
}

// shownID returns an ID as it may be printed: a message can put anything in its place.
func shownID(id string) string {
	if plainID.MatchString(id) {
		return id
	}
	return fmt.Sprintf("(%d bytes)", len(id))
}

var plainID = regexp.MustCompile(`^[0-9A-Za-z._-]{1,64}$`)

// readKeys reads keys of AES-256-GCM. Errors repeat nothing of them.
func readKeys(ctx context.Context, files []string) ([]cipher.AEAD, error) {
	var keys []cipher.AEAD
	for _, file := range files {
		text, err := input.File(ctx, file, maxKey)
		if err != nil {
			return nil, fmt.Errorf("the key: %w", err)
		}
		text = bytes.TrimSpace(text)
		key, err := hex.DecodeString(string(text))
		if err != nil {
			key, err = base64.StdEncoding.DecodeString(string(text))
		}
		if err != nil || len(key) != 32 {
			return nil, fmt.Errorf("%s: not a key of 32 bytes in hexadecimal or base64, as openssl rand -hex 32 makes", file)
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		aead, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			return nil, err
		}
		keys = append(keys, aead)
	}
	return keys, nil
}

// selection are the flags that choose dead letters. All that are given must hold.
type selection struct {
	events, reasons, sources, logs []string
	keyFiles                       []string
	ageFlags
	now time.Time
}

func (s *selection) add(c *cobra.Command) {
	c.Flags().StringSliceVar(&s.events, "event", nil, "of this `EVENT`, such as PatientAdmin.Arrival, or data model")
	c.Flags().StringSliceVar(&s.reasons, "reason", nil, "dead-lettered for this `REASON`: "+strings.Join(reasons, ", "))
	c.Flags().StringSliceVar(&s.sources, "source", nil, "of the source with this `ID`, Meta.Source.ID")
	c.Flags().StringSliceVar(&s.logs, "log", nil, "with this log `ID`")
	s.ageFlags.add(c)
	addKeyFiles(c, &s.keyFiles, "messages", "deadletter.Seal")
}

// given reports whether the flags leave anything out.
func (s *selection) given() bool {
	return len(s.events)+len(s.reasons)+len(s.sources)+len(s.logs) > 0 || s.ageFlags.given()
}

// reasons are those that a dead letter can have.
var reasons = []string{
	string(deadletter.Unhandled), string(deadletter.Undecodable), string(deadletter.Rejected),
	string(deadletter.Exhausted), string(deadletter.NoTenant), string(deadletter.WrongEnvironment),
}

func (s *selection) check() error {
	for _, r := range s.reasons {
		if !slices.Contains(reasons, r) {
			return fmt.Errorf("--reason %q is not one of %s", r, strings.Join(reasons, ", "))
		}
	}
	return s.ageFlags.check()
}

// matches reports whether the flags choose a message.
func (s *selection) matches(m deadletter.Message) (bool, error) {
	one := func(wanted []string, is func(string) bool) bool {
		return len(wanted) == 0 || slices.ContainsFunc(wanted, is)
	}
	age := s.now.Sub(m.Received)
	if !one(s.events, func(e string) bool { return strings.EqualFold(e, m.Event()) || strings.EqualFold(e, m.DataModel) }) ||
		!one(s.reasons, func(r string) bool { return r == string(m.Reason) }) ||
		!one(s.logs, func(id string) bool { return id == m.LogID }) ||
		s.older != 0 && age <= s.older || s.newer != 0 && age >= s.newer {
		return false, nil
	}
	if len(s.sources) > 0 && deadletter.IsSealed(m) {
		return false, fmt.Errorf("%v: %w, its source too: give its key by --key-file", m, deadletter.ErrSealed)
	}
	return one(s.sources, func(id string) bool { source, _ := senderOf(m); return id == source }), nil
}

// open opens the store at path, of which Messages yields what is chosen, and returns
// the name by which to call it.
func (s *selection) open(c *cobra.Command, path string) (store deadletter.Store, name string, closeStore func(), err error) {
	if c.Context().Err() != nil {
		return nil, "", nil, input.ErrInterrupted
	}
	if err := s.check(); err != nil {
		return nil, "", nil, usageError{c, err}
	}
	keys, err := readKeys(c.Context(), s.keyFiles)
	if err != nil {
		return nil, "", nil, err
	}
	store, name, closeStore, err = openDeadLetters(c.Context(), path)
	if err != nil {
		return nil, "", nil, err
	}
	if len(keys) > 0 {
		if store, err = deadletter.Seal(store, keys[0], keys[1:]...); err != nil {
			closeStore()
			return nil, "", nil, err
		}
	}
	s.now = time.Now()
	return selected{store, s}, name, closeStore, nil
}

// each calls f for every message that is chosen, and returns for how many it
// succeeded. What fails is printed and does not stop the others.
func (s *selection) each(c *cobra.Command, path string, f func(deadletter.Store, deadletter.Message) error) (n int, err error) {
	store, _, closeStore, err := s.open(c, path)
	if err != nil {
		return 0, err
	}
	defer closeStore()
	failed := false
	for m, err := range store.Messages(c.Context()) {
		if c.Context().Err() != nil {
			return n, input.ErrInterrupted
		}
		if err == nil {
			err = f(store, m)
		}
		if err != nil {
			failed = true
			fmt.Fprintf(c.ErrOrStderr(), "redoxgen: %v\n", err)
			continue
		}
		n++
	}
	if failed {
		return n, errShown
	}
	return n, nil
}

// selected is a store of the messages that a selection chooses.
type selected struct {
	deadletter.Store
	selection *selection
}

// Messages implements deadletter.Store.
func (s selected) Messages(ctx context.Context) iter.Seq2[deadletter.Message, error] {
	return func(yield func(deadletter.Message, error) bool) {
		for m, err := range s.Store.Messages(ctx) {
			ok := true
			if err == nil {
				ok, err = s.selection.matches(m)
			}
			if err != nil {
				m, ok = deadletter.Message{}, true
			}
			if ok && !yield(m, err) {
				return
			}
		}
	}
}

// requireOpen refuses a message that cannot be read without its key.
func requireOpen(m deadletter.Message) error {
	if deadletter.IsSealed(m) {
		return fmt.Errorf("%v: %w: give its key by --key-file", m, deadletter.ErrSealed)
	}
	return nil
}

// senderOf returns Meta.Source.ID and Meta.FacilityCode, "" if there are none or they
// cannot be read.
func senderOf(m deadletter.Message) (source, facility string) {
	meta, err := redox.PeekMeta(m.Raw)
	if err != nil {
		return "", ""
	}
	return meta.Source.ID, meta.FacilityCode
}

func shownSender(m deadletter.Message) string {
	source, facility := senderOf(m)
	shown := shownID(source)
	switch {
	case deadletter.IsSealed(m):
		return "(sealed)"
	case source == "":
		shown = "(no source)"
	}
	if facility != "" {
		shown += ", facility " + shownID(facility)
	}
	return shown
}

// openDeadLetters opens the store at path and returns the name by which to call it,
// which has no password.
func openDeadLetters(ctx context.Context, path string) (store deadletter.Store, name string, closeStore func(), err error) {
	db, err := database.At(path)
	if err != nil {
		return nil, "", nil, err
	}
	if db.Driver == "" {
		store, err = deadletter.Open(path)
		return store, path, func() {}, err
	}
	if err := db.Require(ctx, "redoxgen_deadletter"); err != nil {
		return nil, "", nil, err
	}
	sqlStore, err := sqldeadletter.Open(ctx, db.Driver, db.DSN)
	if err != nil {
		return nil, "", nil, fmt.Errorf("%s: %w", db.Name, err)
	}
	return sqlStore, db.Name, func() { _ = sqlStore.Close() }, nil
}
