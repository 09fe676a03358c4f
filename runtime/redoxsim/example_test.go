package redoxsim_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/redoxgen/redoxgen/runtime/redoxsim"
)

// A message is delivered twice, with one log ID, as when Redox got no answer to the
// first attempt.
func Example() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Println(r.Header.Get("verification-token"), len(body) > 0)
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer server.Close()

	m, err := redoxsim.NewMessage(`{"Meta":{"DataModel":"Order","EventType":"New"},"Order":{}}`)
	if err != nil {
		fmt.Println(err)
		return
	}
	sender := redoxsim.NewSender(server.URL, "secret")
	defer sender.Client.CloseIdleConnections()
	first := sender.Deliver(context.Background(), m, sender.Token)
	second := sender.Deliver(context.Background(), m, sender.Token)
	fmt.Println(first.Event, first.Status, first.Accepted())
	fmt.Println(first.LogID == second.LogID, first.AttemptID == second.AttemptID)
	// Output:
	// secret true
	// secret true
	// Order.New 503 false
	// true false
}
