package auth_test

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/redoxgen/redoxgen/runtime/auth"
)

// A source is opened once and shared; here with a server of the example's own.
func ExampleNew() {
	redox := httptest.NewServer(granting(5 * time.Minute))
	defer redox.Close()
	pem := examplePEM()

	src, err := auth.New(auth.OAuth{
		ClientID:   "7d1c1a0e",
		KeyID:      "key-2025",
		PrivateKey: pem,
		TokenURL:   redox.URL + "/v2/auth/token", // leave it out for Redox itself
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	token, err := src.Access(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(src)
	fmt.Println(len(token.Header()) > 0, time.Until(token.Expiry) > 4*time.Minute)
	// Output:
	// auth.Source(OAuth 7d1c1a0e)
	// true true
}

// The public half of a key is published as a JWK set.
func ExamplePublicJWKS() {
	keys, err := auth.ParseKeys(examplePEM(), "key-2025")
	if err != nil {
		fmt.Println(err)
		return
	}
	jwks, err := auth.PublicJWKS(keys...)
	fmt.Println(json.Valid(jwks), err, keys)
	// Output: true <nil> [auth.Key("key-2025", ES384)]
}

func examplePEM() []byte {
	der, err := x509.MarshalPKCS8PrivateKey(ecKey())
	if err != nil {
		panic(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// Errors say which of the known causes it is.
func ExampleError() {
	redox := httptest.NewServer(http.HandlerFunc(oauthError("invalid_client", "Public key not found")))
	defer redox.Close()

	src, err := auth.New(auth.Legacy{APIKey: "key", Secret: "secret", BaseURL: redox.URL})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = src.Access(context.Background())
	fmt.Println(errors.Is(err, auth.ErrKeyNotFound), errors.Is(err, auth.ErrRejected))
	// Output: true true
}
