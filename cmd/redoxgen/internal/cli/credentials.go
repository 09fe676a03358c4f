//go:build !redoxgen_bootstrap

package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/input"
	"github.com/redoxgen/redoxgen/runtime/auth"
)

// errCredentials is returned when it is not plain with what to authenticate.
var errCredentials = errors.New("credentials")

// setting is a value from a flag or the environment.
type setting struct {
	kind  string // of credentials that it belongs to
	flag  string
	env   string
	usage string
	value string // of the flag
}

func (s *setting) get() string {
	if s.value != "" {
		return s.value
	}
	return os.Getenv(s.env)
}

// maxKey is the size in bytes that files with keys may have, far more than they do.
const maxKey = 1 << 20

// The kinds of credentials.
const (
	kindOAuth  = "an OAuth client"
	kindLegacy = "an API key"
	kindStatic = "an access token"
)

// credentials are the flags that say how to authenticate with Redox. Flags go
// before the environment: with a flag of one kind, what the environment says of
// the others does not count.
type credentials struct {
	clientID, keyID, keyFile, apiKey, secret, token setting
}

func newCredentials() *credentials {
	return &credentials{
		clientID: setting{kind: kindOAuth, flag: "client-id", env: "REDOX_CLIENT_ID", usage: "OAuth client `ID`"},
		keyID:    setting{kind: kindOAuth, flag: "key-id", env: "REDOX_KEY_ID", usage: "`ID` (kid) under which Redox knows the public key"},
		keyFile:  setting{kind: kindOAuth, flag: "private-key", env: "REDOX_PRIVATE_KEY_FILE", usage: "`FILE` with the private key, PEM or JWK"},
		apiKey:   setting{kind: kindLegacy, flag: "api-key", env: "REDOX_API_KEY", usage: "legacy API `KEY`"},
		secret:   setting{kind: kindLegacy, flag: "secret", env: "REDOX_SECRET", usage: "`SECRET` of the API key"},
		token:    setting{kind: kindStatic, flag: "access-token", env: "REDOX_ACCESS_TOKEN", usage: "access `TOKEN` that is there already"},
	}
}

func (f *credentials) all() []*setting {
	return []*setting{&f.clientID, &f.keyID, &f.keyFile, &f.apiKey, &f.secret, &f.token}
}

func (f *credentials) add(c *cobra.Command) {
	for _, s := range f.all() {
		c.Flags().StringVar(&s.value, s.flag, "", s.usage+" (default $"+s.env+")")
	}
}

// method returns the credentials that were given. Errors repeat none of them.
func (f *credentials) method(ctx context.Context) (auth.Credentials, error) {
	kind, err := f.kind()
	if err != nil {
		return nil, err
	}
	switch kind {
	case kindLegacy:
		return auth.Legacy{APIKey: f.apiKey.get(), Secret: f.secret.get()}, required(&f.apiKey, &f.secret)
	case kindStatic:
		return auth.Static(f.token.get()), nil
	}
	if err := required(&f.clientID, &f.keyFile); err != nil {
		return nil, err
	}
	key, err := input.File(ctx, f.keyFile.get(), maxKey)
	if err != nil {
		return nil, fmt.Errorf("the private key: %w", err)
	}
	return auth.OAuth{ClientID: f.clientID.get(), KeyID: f.keyID.get(), PrivateKey: key}, nil
}

// kind returns the kind of which there is something, in flags or else in the
// environment.
func (f *credentials) kind() (string, error) {
	for _, get := range []func(*setting) string{
		func(s *setting) string { return s.value },
		func(s *setting) string { return os.Getenv(s.env) },
	} {
		var kinds []string
		for _, s := range f.all() {
			if get(s) != "" && (len(kinds) == 0 || kinds[len(kinds)-1] != s.kind) {
				kinds = append(kinds, s.kind)
			}
		}
		switch len(kinds) {
		case 0:
		case 1:
			return kinds[0], nil
		default:
			return "", fmt.Errorf("there are several %w: %s", errCredentials, strings.Join(kinds, ", "))
		}
	}
	return "", fmt.Errorf("there are no %w: give --client-id, --key-id and --private-key, or see redoxgen send --help", errCredentials)
}

// required returns an error that names every setting without a value.
func required(settings ...*setting) error {
	var errs []error
	for _, s := range settings {
		if s.get() == "" {
			errs = append(errs, fmt.Errorf("incomplete %w: --%s or $%s is missing", errCredentials, s.flag, s.env))
		}
	}
	return errors.Join(errs...)
}
