package dev

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/redoxapi"
)

// maxKeys is how many public keys can be registered.
const maxKeys = 200

// clientKey is a public key of a client.
type clientKey struct {
	Client string // ID; redoxapi.AnyClient for clients of any ID
	KeyID  string
	Kind   string          // such as "RSA, 2048 bits"
	JWK    json.RawMessage // public
}

// Any reports whether clients of any ID may sign with the key.
func (k clientKey) Any() bool { return k.Client == redoxapi.AnyClient }

// path is the key under which the file has it.
func (k clientKey) path() string { return fmt.Sprintf("%s%q/%q", keyClientKey, k.Client, k.KeyID) }

// settingsData is what the page shows.
type settingsData struct {
	URL, TokenURL, Endpoint string
	OwnClient, OwnKey       string // that were made up
	Keys                    []clientKey
}

func (s *Server) settingsPage(w http.ResponseWriter, _ *http.Request) {
	own := s.api.OAuth()
	d := settingsData{
		URL: s.options.URL, TokenURL: s.api.TokenURL(), Endpoint: s.endpoint(), OwnClient: own.ClientID, OwnKey: own.KeyID,
	}
	s.mu.Lock()
	d.Keys = slices.Clone(s.keys)
	s.mu.Unlock()
	s.show(w, http.StatusOK, "settings.html", page{Title: "Settings", At: "Settings", Data: d})
}

// registerKeys takes public keys of a client.
func (s *Server) registerKeys(w http.ResponseWriter, r *http.Request) {
	client := cmp.Or(strings.TrimSpace(r.PostFormValue("client")), redoxapi.AnyClient)
	keys, err := parsePublicKeys([]byte(r.PostFormValue("key")), strings.TrimSpace(r.PostFormValue("kid")))
	for i := range keys {
		keys[i].Client = client
	}
	if err == nil {
		err = s.addKeys(keys)
	}
	if err == nil {
		err = s.store.save()
	}
	s.done(w, r, "/settings", err)
}

// addKeys registers keys, all of them or none.
func (s *Server) addKeys(keys []clientKey) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := slices.Clone(s.keys)
	for _, k := range keys {
		switch {
		case len(k.Client)+len(k.KeyID) > 1024:
			return errors.New("the client ID and the key ID are too long")
		case k.Client == s.api.OAuth().ClientID:
			return fmt.Errorf("the client %s is the one that was made up: take another ID", k.Client)
		case slices.ContainsFunc(all, func(o clientKey) bool { return o.Client == k.Client && o.KeyID == k.KeyID }):
			return fmt.Errorf("that client has a key with the ID %q already: remove it first", k.KeyID)
		case len(all) >= maxKeys:
			return fmt.Errorf("there are %d keys already", maxKeys)
		}
		all = append(all, k)
	}
	for _, k := range keys {
		if err := s.setKeys(k.Client, all); err != nil {
			return err
		}
		s.store.set(k.path(), k)
	}
	s.keys = all
	return nil
}

// removeKey removes a key, with which no more tokens are issued.
func (s *Server) removeKey(w http.ResponseWriter, r *http.Request) {
	err := s.dropKey(clientKey{Client: r.PostFormValue("client"), KeyID: r.PostFormValue("kid")})
	if err == nil {
		err = s.store.save()
	}
	s.done(w, r, "/settings", err)
}

func (s *Server) dropKey(k clientKey) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.keys, func(o clientKey) bool { return o.Client == k.Client && o.KeyID == k.KeyID })
	if i < 0 {
		return errors.New("there is no such key")
	}
	left := slices.Delete(slices.Clone(s.keys), i, i+1)
	if err := s.setKeys(k.Client, left); err != nil {
		return err
	}
	s.keys = left
	s.store.set(k.path(), nil)
	return nil
}

// setKeys gives the API those of the keys that are a client's, and those of --jwk.
func (s *Server) setKeys(client string, all []clientKey) error {
	var own []json.RawMessage
	for _, k := range all {
		if k.Client == client {
			own = append(own, k.JWK)
		}
	}
	if client == redoxapi.AnyClient {
		own = append(own, s.given...)
	}
	if len(own) == 0 {
		s.api.RemoveClient(client)
		return nil
	}
	set, err := json.Marshal(map[string]any{"keys": own})
	if err != nil {
		return err
	}
	return s.api.SetKeys(client, set)
}
