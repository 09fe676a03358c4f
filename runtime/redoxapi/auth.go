package redoxapi

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/redoxgen/redoxgen/runtime/auth"
)

const (
	tokenPath  = "/v2/auth/token"
	jwtBearer  = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	clockSkew  = 30 * time.Second // that the server tolerates in assertions
	legacyLife = 24 * time.Hour
)

// apiClient is an OAuth client that the server knows.
type apiClient struct {
	keys jose.JSONWebKeySet
	made bool // by AddClient
}

// grant is what a token stands for.
type grant struct {
	client string
	until  time.Time
}

// AnyClient is the ID under which SetKeys registers keys for clients of any ID.
const AnyClient = "*"

func newSecret(prefix string) string { return prefix + "-" + rand.Text() }

// OAuth returns credentials that the server accepts.
func (s *Server) OAuth() auth.OAuth { return s.firstClient }

// Legacy returns an API key and secret that the server accepts.
func (s *Server) Legacy() auth.Legacy { return s.legacy }

// AddClient makes an OAuth client with a new key. With more than one, messages
// must name their source, as with Redox. Clients of SetKeys alone do not count.
func (s *Server) AddClient(id string) (auth.OAuth, error) {
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		return auth.OAuth{}, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return auth.OAuth{}, err
	}
	keyID := "key-" + id
	private := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	keys, err := auth.ParseKeys(private, keyID)
	if err != nil {
		return auth.OAuth{}, err
	}
	public, err := auth.PublicJWKS(keys...)
	if err != nil {
		return auth.OAuth{}, err
	}
	if err := s.SetKeys(id, public); err != nil {
		return auth.OAuth{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clients[id].made = true
	return auth.OAuth{ClientID: id, KeyID: keyID, PrivateKey: private, TokenURL: s.TokenURL()}, nil
}

// SetKeys registers the JWK set of a client, as the Redox dashboard does, in
// place of the one it had. The set may be a single JWK, and
// hold shared secrets (HS384). The ID AnyClient
// stands for every client that is not known by its own.
func (s *Server) SetKeys(clientID string, jwks []byte) error {
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(jwks, &set); err != nil {
		return errors.New("redoxapi: not a JWK set")
	}
	if set.Keys == nil {
		var key jose.JSONWebKey
		if err := json.Unmarshal(jwks, &key); err != nil {
			return errors.New("redoxapi: not a JWK set, nor a JWK")
		}
		set.Keys = []jose.JSONWebKey{key}
	}
	for i, key := range set.Keys {
		if public := key.Public(); public.Valid() {
			set.Keys[i] = public // of a key that is private
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	made := s.clients[clientID] != nil && s.clients[clientID].made
	s.clients[clientID] = &apiClient{keys: set, made: made}
	return nil
}

// RemoveClient removes a client with its keys. Tokens that it has stay valid.
func (s *Server) RemoveClient(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.clients, id)
}

// ExpireTokens invalidates all tokens that were issued so far.
func (s *Server) ExpireTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}

// TokenRequests returns how many requests for a token came, granted or not.
func (s *Server) TokenRequests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tokenCount
}

func (s *Server) beginToken(w http.ResponseWriter, r *http.Request) bool {
	s.mu.Lock()
	s.tokenCount++
	answer, scripted := s.tokenScript.next()
	s.mu.Unlock()
	if scripted {
		answer.serve(&visit{server: s, w: w, r: r, request: &Request{}})
	}
	return !scripted
}

func (s *Server) serveToken(w http.ResponseWriter, r *http.Request) {
	if !s.beginToken(w, r) {
		return
	}
	client, refusal := s.checkAssertion(r)
	if refusal != nil {
		writeJSON(w, refusal.status, map[string]string{"error": refusal.code, "error_description": refusal.text})
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"access_token": s.issue(client, s.lifetime),
		"token_type":   "Bearer",
		"expires_in":   int(s.lifetime.Seconds()),
	})
}

// issue makes a token.
func (s *Server) issue(client string, lifetime time.Duration) string {
	token := newSecret("token")
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.tokens, func(_ string, g grant) bool { return s.now().After(g.until) })
	s.tokens[token] = grant{client: client, until: s.now().Add(lifetime)}
	return token
}

// refusal is an OAuth error.
type refusal struct {
	status     int
	code, text string
}

func bad(code, text string) *refusal { return &refusal{http.StatusBadRequest, code, text} }

// checkAssertion checks a token request in the order in which Redox documents
// its complaints, and returns the client's ID.
func (s *Server) checkAssertion(r *http.Request) (string, *refusal) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" || r.Method != http.MethodPost {
		return "", bad("invalid_request", "Content-Type must be application/x-www-form-urlencoded")
	}
	switch {
	case r.FormValue("grant_type") != "client_credentials":
		return "", bad("unsupported_grant_type", "grant_type must be client_credentials")
	case r.FormValue("client_assertion_type") != jwtBearer:
		return "", bad("invalid_request", "client_assertion_type is missing or invalid")
	case r.FormValue("client_assertion") == "":
		return "", bad("invalid_request", "client_assertion is missing")
	}
	algorithms := []jose.SignatureAlgorithm{jose.RS384, jose.ES384, jose.HS384}
	token, err := jwt.ParseSigned(r.FormValue("client_assertion"), algorithms)
	if err != nil {
		return "", bad("invalid_client", "client_assertion is not a JWT signed with RS384, ES384 or HS384")
	}
	if token.Headers[0].KeyID == "" {
		return "", bad("invalid_client", "JWT header kid is required")
	}
	return s.checkSignature(token)
}

func (s *Server) checkSignature(token *jwt.JSONWebToken) (string, *refusal) {
	var claims jwt.Claims
	if token.UnsafeClaimsWithoutVerification(&claims) != nil {
		return "", bad("invalid_client", "the claims are not valid")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	client := s.clients[claims.Issuer]
	if client == nil {
		client = s.clients[AnyClient]
	}
	if client == nil || claims.Issuer == AnyClient {
		return "", bad("invalid_client", "Public key not found for this client")
	}
	keys := client.keys.Key(token.Headers[0].KeyID)
	if len(keys) == 0 {
		return "", bad("invalid_client", "Public key not found for this kid")
	}
	if token.Claims(keys[0].Key, &claims) != nil {
		return "", &refusal{http.StatusUnauthorized, "invalid_client", "invalid signature"}
	}
	return claims.Issuer, s.checkClaims(claims)
}

// checkClaims is called with s.mu held.
func (s *Server) checkClaims(c jwt.Claims) *refusal {
	now := s.now()
	switch {
	case c.Subject != c.Issuer:
		return bad("invalid_client", "iss and sub must both be the client ID")
	case len(c.Audience) > 0 && !slices.Contains(c.Audience, s.TokenURL()):
		return bad("invalid_client", "aud is not this token URL")
	case c.Expiry == nil || now.After(c.Expiry.Time().Add(clockSkew)):
		return bad("invalid_client", "the JWT is expired")
	case c.IssuedAt != nil && c.IssuedAt.Time().After(now.Add(clockSkew)):
		return bad("invalid_client", "the JWT was issued in the future")
	case c.ID == "" || !s.seen[c.ID].IsZero():
		return bad("invalid_client", "jti is missing or was used before")
	}
	maps.DeleteFunc(s.seen, func(_ string, until time.Time) bool { return now.After(until) })
	s.seen[c.ID] = c.Expiry.Time().Add(clockSkew)
	return nil
}

// serveLegacy gives tokens for an API key and secret, or a refresh token.
// Refusals are plain text with the Content-Type of HTML, as recorded.
func (s *Server) serveLegacy(w http.ResponseWriter, r *http.Request) {
	if !s.beginToken(w, r) {
		return
	}
	var body struct{ APIKey, Secret, RefreshToken string }
	if json.NewDecoder(r.Body).Decode(&body) != nil || body.APIKey != s.legacy.APIKey || !s.legacyProof(r.URL.Path, body.Secret, body.RefreshToken) {
		writeText(w, http.StatusUnauthorized, "text/html; charset=utf-8", "Invalid request")
		return
	}
	refresh := newSecret("refresh")
	s.mu.Lock()
	s.refresh[refresh] = true
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]string{
		"accessToken":  s.issue("legacy", legacyLife),
		"expires":      s.now().Add(legacyLife).UTC().Format(time.RFC3339Nano),
		"refreshToken": refresh,
	})
}

func (s *Server) legacyProof(path, secret, refresh string) bool {
	if strings.HasSuffix(path, "authenticate") {
		return secret == s.legacy.Secret
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ok := s.refresh[refresh]
	delete(s.refresh, refresh)
	return ok
}

// authorized returns whose token a request carries.
func (s *Server) authorized(r *http.Request) (client string, ok bool) {
	token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	s.mu.Lock()
	defer s.mu.Unlock()
	g, known := s.tokens[token]
	return g.client, found && known && s.now().Before(g.until)
}
