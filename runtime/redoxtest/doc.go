// Package redoxtest is a local Redox for tests, in the style of
// net/http/httptest.
//
//	srv := redoxtest.NewServer(t)
//	srv.Destination(emr).Supports("PatientSearch.Query").Answers(
//		redoxtest.BadGateway(),                              // the first time
//		redoxtest.SeveralMatches("0000000001", "0000000002"), // from then on
//	)
//	c, err := client.New(srv.Config())
//	…
//	asked := redoxtest.Received[*patientsearch.Query](srv)
//
// The server checks what it gets as Redox does: tokens, which it issues for
// assertions that verify against the client's key set, or for API keys;
// destinations and what they support; every message against its schema. It
// answers in the forms that Redox is known to answer in, errors included, and
// records what it received, decoded.
//
// A Feed delivers messages to a webhook as Redox does, retries and duplicates
// included; Delivery makes what a handler is called with.
//
// Everything happens on the local machine; there are no patients in it.
package redoxtest
