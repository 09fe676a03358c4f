//go:build !redoxgen_bootstrap

package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/cli"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

const (
	testDestination = "0f4bd1d1-451d-4351-8cfd-b767d1b488d6"
	testArrival     = `{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","Destinations":[{"ID":"` + testDestination +
		`"}]},"Patient":{"Identifiers":[{"ID":"planted-id","IDType":"MR"}]}}`
	testSecret = "planted-secret"
)

// command runs the command without what the environment says of Redox, and
// checks that nothing of a message and no secret is printed.
func command(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "REDOX_") {
			t.Setenv(name, "")
		}
	}
	return commandIn(t, stdin, args...)
}

func commandIn(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = cli.Run(t.Context(), args, strings.NewReader(stdin), &out, &errs)
	assert.NotContains(t, out.String()+errs.String(), "planted")
	return code, out.String(), errs.String()
}

func TestSend(t *testing.T) {
	srv := redoxtest.NewServer(t)
	srv.Destination(testDestination).Supports("PatientAdmin.Arrival")
	oauth := srv.OAuth()
	keyFile := filepath.Join(t.TempDir(), "key.pem")
	require.NoError(t, os.WriteFile(keyFile, oauth.PrivateKey, 0o600))
	with := []string{"send", "-", "--base-url", srv.URL, "--client-id", oauth.ClientID, "--key-id", oauth.KeyID, "--private-key", keyFile}

	code, stdout, stderr := command(t, testArrival, with...)
	assert.Equal(t, cli.ExitOK, code, stderr)
	assert.Regexp(t, `^stdin: accepted PatientAdmin\.Arrival\n\tto `+testDestination+`: log \S+\n$`, stdout)
	sent := redoxtest.Received[*patientadmin.Arrival](srv)
	require.Len(t, sent, 1)
	assert.Equal(t, "planted-id", sent[0].Patient.Identifiers[0].ID)

	code, _, stderr = command(t, strings.ReplaceAll(testArrival, "Arrival", "Discharge"), with...)
	assert.Equal(t, cli.ExitNo, code, "Redox has no route for it")
	assert.Contains(t, stderr, "no route")

	srv.TokenAnswers(redoxtest.Unauthorized().Times(10))
	code, _, stderr = command(t, testArrival, with...)
	assert.Equal(t, cli.ExitFailed, code)
	assert.Contains(t, stderr, "not authorized")
	assert.Len(t, redoxtest.Received[*patientadmin.Arrival](srv), 1)
}

func TestSendFromEnvironment(t *testing.T) {
	srv := redoxtest.NewServer(t)
	legacy := srv.Legacy()
	command(t, "", "version") // clears the environment
	t.Setenv("REDOX_BASE_URL", srv.URL)
	t.Setenv("REDOX_API_KEY", legacy.APIKey)
	t.Setenv("REDOX_SECRET", legacy.Secret)
	code, stdout, stderr := commandIn(t, testArrival, "send", "-")
	assert.Equal(t, cli.ExitOK, code, stderr)
	assert.Contains(t, stdout, "accepted PatientAdmin.Arrival")

	t.Setenv("REDOX_ACCESS_TOKEN", testSecret)
	code, _, stderr = commandIn(t, testArrival, "send", "-")
	assert.Equal(t, cli.ExitFailed, code)
	assert.Contains(t, stderr, "several credentials: an API key, an access token")

	// A flag chooses.
	code, _, stderr = commandIn(t, testArrival, "send", "-", "--api-key", legacy.APIKey)
	assert.Equal(t, cli.ExitOK, code, stderr)
}

// Whatever is wrong is found before any request.
func TestSendNothing(t *testing.T) {
	srv := redoxtest.NewServer(t)
	static := []string{"--access-token", testSecret}
	for _, test := range []struct {
		name, message string
		args          []string
		code          int
		want          string
	}{
		{"dry run", testArrival, []string{"--dry-run"}, cli.ExitOK, "stdin: valid PatientAdmin.Arrival, 184 bytes, to " + testDestination + "; not sent\n"},
		{"invalid", strings.Replace(testArrival, `,"IDType":"MR"`, "", 1), static, cli.ExitNo, "Patient.Identifiers[0].IDType: required"},
		{"invalid, dry run", strings.Replace(testArrival, `,"IDType":"MR"`, "", 1), []string{"--dry-run"}, cli.ExitNo, "IDType: required"},
		{"not UTF-8", strings.Replace(testArrival, `"MR"`, "\"M\xff\"", 1), static, cli.ExitNo, "Patient.Identifiers[0].IDType: encoding, want UTF-8"},
		{"not UTF-8, dry run", strings.Replace(testArrival, `"MR"`, "\"MR\",\"New\":[\"\xff\"]", 1), []string{"--dry-run"}, cli.ExitNo, "Patient.Identifiers[0].New[0]: encoding, want UTF-8"},
		{"no destination, dry run", strings.Replace(testArrival, testDestination, "", 1), []string{"--dry-run"}, cli.ExitNo, "Meta.Destinations names no destination"},
		{"destination without ID, dry run", strings.Replace(testArrival, `[{`, `[{},{`, 1), []string{"--dry-run"}, cli.ExitNo, "Meta.Destinations[0].ID is empty"},
		{"other event, dry run", testArrival, []string{"--dry-run", "--event", "PatientAdmin.Discharge"}, cli.ExitNo, "name another event"},
		{"in the clear, dry run", testArrival, []string{"--dry-run", "--base-url", "http://example.com"}, cli.ExitFailed, "in the clear"},
		{"member twice, dry run", strings.Replace(testArrival, `"IDType"`, `"IDType":"X","IDType"`, 1), []string{"--dry-run"}, cli.ExitOK, "Patient.Identifiers[0].IDType"},
		{"no destination", strings.Replace(testArrival, testDestination, "", 1), static, cli.ExitNo, "Meta.Destinations"},
		{"no JSON", "planted", static, cli.ExitNo, "not a JSON object"},
		{"query", `{"Meta":{"DataModel":"PatientSearch","EventType":"Query"},"Patient":{}}`, static, cli.ExitFailed, "of the kind query"},
		{"no credentials", testArrival, nil, cli.ExitFailed, "there are no credentials"},
		{"part of the credentials", testArrival, []string{"--client-id", "planted-client"}, cli.ExitFailed, "--private-key or $REDOX_PRIVATE_KEY_FILE is missing"},
		{"no key file", testArrival, []string{"--client-id", "x", "--private-key", "missing.pem"}, cli.ExitFailed, "no such file"},
		{"several credentials", testArrival, []string{"--access-token", testSecret, "--secret", testSecret}, cli.ExitFailed, "several credentials"},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, stdout, stderr := command(t, test.message, append([]string{"send", "-", "--base-url", srv.URL}, test.args...)...)
			assert.Equal(t, test.code, code, stdout+stderr)
			assert.Contains(t, stdout+stderr, test.want)
		})
	}
	assert.Empty(t, srv.Requests())
	assert.Zero(t, srv.TokenRequests())
}

func TestSendInterrupted(t *testing.T) {
	srv := redoxtest.NewServer(t)
	srv.Answers(redoxtest.Slow(time.Minute))
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	legacy := srv.Legacy()
	var out, errs bytes.Buffer
	code := cli.Run(ctx, []string{"send", "-", "--base-url", srv.URL, "--api-key", legacy.APIKey, "--secret", legacy.Secret}, strings.NewReader(testArrival), &out, &errs)
	assert.Equal(t, cli.ExitInterrupted, code)
	assert.Empty(t, out.String())
}

// receiver is a webhook whose handler fails permanently until it is fixed.
func receiver(t *testing.T, dead string) (url string, handled *int, fix func()) {
	t.Helper()
	broken := dead != ""
	handled = new(int)
	mux := webhook.NewMux()
	webhook.On(mux, func(context.Context, webhook.Delivery, *patientadmin.Arrival) error {
		if broken {
			return webhook.Permanent(errors.New("planted"))
		}
		*handled++
		return nil
	})
	sink := deadletter.Discard()
	if broken {
		sink = deadletter.Dir(dead)
	}
	h, err := webhook.NewHandler(mux, webhook.Config{
		Tokens: []string{testSecret}, DeadLetter: sink, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	require.NoError(t, err)
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv.URL, handled, func() { broken = false }
}

func TestTrigger(t *testing.T) {
	url, handled, _ := receiver(t, "")
	to := []string{"--to", url, "--token", testSecret}

	code, stdout, stderr := command(t, "", append(to, "trigger", "patientadmin.arrival", "--times", "3")...)
	assert.Equal(t, cli.ExitOK, code, stderr)
	assert.Regexp(t, `^log \S+\n200 handled, \S+\n200 duplicate, \S+\n200 duplicate, \S+\n$`, stdout)
	assert.Equal(t, 1, *handled)

	code, stdout, stderr = command(t, testArrival, append(to, "trigger", "-")...)
	assert.Equal(t, cli.ExitOK, code, stderr)
	assert.Contains(t, stdout, "200 handled")
	assert.Equal(t, 2, *handled)

	code, stdout, _ = command(t, "", "trigger", "Order.New", "--to", url, "--token", "wrong")
	assert.Equal(t, cli.ExitNo, code)
	assert.Contains(t, stdout, "\n401 ")
	assert.Contains(t, stdout, "\n\tthe token is not one of the receiver's\n")

	code, _, stderr = command(t, "", append(to, "trigger", "Order.Nw")...)
	assert.Equal(t, cli.ExitFailed, code)
	assert.Contains(t, stderr, "did you mean Order.New?")

	code, stdout, _ = command(t, "", "trigger", "Order.New", "--to", "http://127.0.0.1:1/?planted", "--token", testSecret)
	assert.Equal(t, cli.ExitFailed, code)
	assert.Contains(t, stdout, "no answer")
}

func TestTriggerMistakes(t *testing.T) {
	for _, args := range [][]string{
		{"trigger", "Order.New"},
		{"trigger", "Order.New", "--to", "http://localhost"},
		{"trigger", "Order.New", "--to", "localhost:8080", "--token", testSecret},
		{"trigger", "Order.New", "--to", "http://localhost", "--token", testSecret, "--times", "0"},
		{"replay", "dead"},
	} {
		code, _, stderr := command(t, "", args...)
		assert.Equal(t, cli.ExitFailed, code, args)
		assert.Contains(t, stderr, "--help", args)
	}
}

func TestReplay(t *testing.T) {
	dead := filepath.Join(t.TempDir(), "dead")
	url, handled, fix := receiver(t, dead)
	to := []string{"--to", url, "--token", testSecret}
	code, stdout, stderr := command(t, testArrival, append(to, "trigger", "-")...)
	require.Equal(t, cli.ExitOK, code, stderr)
	require.Contains(t, stdout, "200 dead-letter")

	code, stdout, stderr = command(t, "", append(to, "replay", dead)...)
	assert.Equal(t, cli.ExitNo, code)
	assert.Equal(t, dead+": 0 handled, 1 kept\n", stdout)
	assert.Contains(t, stderr, "dead-lettered again")

	code, _, stderr = command(t, "", "replay", dead, "--to", "http://127.0.0.1:1/?planted", "--token", testSecret)
	assert.Equal(t, cli.ExitFailed, code)
	assert.Contains(t, stderr, "refused")

	code, _, stderr = command(t, "", "replay", dead, "--to", url, "--token", "wrong")
	assert.Equal(t, cli.ExitNo, code)
	assert.Contains(t, stderr, "status 401: the token is not one of the receiver's")

	fix()
	code, stdout, stderr = command(t, "", append(to, "replay", dead)...)
	assert.Equal(t, cli.ExitOK, code, stderr)
	assert.Equal(t, dead+": 1 handled, 0 kept\n", stdout)
	assert.Contains(t, stderr, "after newer ones", "what a replay may undo")
	assert.Equal(t, 1, *handled)
	_, stdout, _ = command(t, "", "replay", "--help")
	assert.Contains(t, stdout, "back into bed 1")

	code, _, stderr = command(t, "", append(to, "replay", dead)...)
	assert.Equal(t, cli.ExitFailed, code)
	assert.Contains(t, stderr, dead+": there are no dead letters")

	code, _, _ = command(t, "", append(to, "replay", filepath.Join(dead, "missing"))...)
	assert.Equal(t, cli.ExitFailed, code)
}
