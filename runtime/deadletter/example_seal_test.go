package deadletter_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"os"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
)

// open returns a store in a directory that is encrypted with AES-GCM. A key is 32
// random bytes.
func open(dir string, key []byte) (deadletter.Store, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return deadletter.Seal(deadletter.Dir(dir), aead)
}

func ExampleSeal() {
	dir, err := os.MkdirTemp("", "dead")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	store, err := open(dir, make([]byte, 32)) // of a secret store, and random
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	fmt.Println(store.Put(ctx, deadletter.Message{Key: "1", Reason: deadletter.Rejected, Raw: []byte(`{"LastName": "Bixby"}`)}))
	for m, err := range deadletter.Dir(dir).Messages(ctx) {
		fmt.Println(m.Reason, deadletter.IsSealed(m), err)
	}
	for m, err := range store.Messages(ctx) {
		fmt.Println(m.Reason, string(m.Raw), err)
	}
	// Output:
	// <nil>
	// rejected true <nil>
	// rejected {"LastName": "Bixby"} <nil>
}
