package redoxtest_test

import (
	"context"
	"fmt"

	"github.com/redoxgen/redoxgen/generated/patientsearch"
	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

// In a test it is redoxtest.NewServer(t), which closes by itself.
func Example() {
	srv, err := redoxtest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	srv.Destination(emr).Supports("PatientSearch.Query").Answers(
		redoxtest.BadGateway(), // once; the client tries again
		redoxtest.SeveralMatches("0000000001", "0000000002"),
	)

	c, err := client.New(srv.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	found, err := client.Query(context.Background(), c, search())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(found.PotentialMatches), "candidates")
	for _, r := range srv.Requests() {
		fmt.Println(r.Event, r.Status)
	}
	fmt.Println(len(redoxtest.Received[*patientsearch.Query](srv)), "accepted")
	// Output:
	// 2 candidates
	// PatientSearch.Query 502
	// PatientSearch.Query 200
	// 1 accepted
}
