// Package client sends typed messages to Redox, asks queries and uploads files.
//
//	c, err := client.New(client.Config{
//		Auth:         auth.OAuth{ClientID: id, KeyID: kid, PrivateKey: pem},
//		Destinations: client.Destinations{emr: {"PatientAdmin.*", "PatientSearch.Query"}},
//	})
//	receipt, err := c.Send(ctx, arrival)          // asynchronous: accepted, not delivered
//	found, err := client.Query(ctx, c, &query)    // synchronous: *patientsearch.Response
//	uri, err := c.Upload(ctx, "report.pdf", file) // the URI stands for the file in a message
//
// A message is checked before it costs a request: against its schema, against
// what its destination is declared to support, and against the environment.
//
// Failures are *Error; errors.Is finds their class, such as ErrRouting. A message
// that Redox may have accepted is sent again only on request (Retry.Unclear),
// since it may arrive twice; Error.Unclear is true when the outcome is not known.
//
// Error texts and logs name events, paths, IDs, sizes and durations, and hold no
// patient data, tokens or secrets. What a server said is in fields of type
// Withheld, which do not print.
package client
