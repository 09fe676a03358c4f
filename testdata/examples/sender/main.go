// The sender reads results, one a line of CSV (patient, order, code, value,
// units), and sends each to Redox.
package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"

	"github.com/redoxgen/redoxgen/generated/results"
	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/client"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	pem, err := os.ReadFile(os.Getenv("REDOX_PRIVATE_KEY_FILE"))
	if err != nil {
		log.Fatal(err)
	}
	emr := os.Getenv("REDOX_DESTINATION")
	c, err := client.New(client.Config{
		Auth: auth.OAuth{
			ClientID: os.Getenv("REDOX_CLIENT_ID"), KeyID: os.Getenv("REDOX_KEY_ID"), PrivateKey: pem,
		},
		Destinations: client.Destinations{emr: {"Results.New"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	if err := send(ctx, c, emr, os.Stdin, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// send sends every line and prints what became of it. A line that fails does not
// stop the others, unless no line can succeed.
func send(ctx context.Context, c *client.Client, emr string, lines io.Reader, out io.Writer) error {
	r := csv.NewReader(lines)
	r.FieldsPerRecord = 5
	var failed error
	for n := 1; ; n++ {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return failed
		}
		if err != nil {
			return err
		}
		receipt, err := sendLine(ctx, c, emr, fields)
		if errors.Is(err, client.ErrUnauthorized) || ctx.Err() != nil {
			return err
		}
		var e *client.Error
		switch {
		case errors.As(err, &e) && e.Unclear:
			fmt.Fprintf(out, "line %d: look in the Redox dashboard before sending it again: %v\n", n, err)
		case err != nil:
			fmt.Fprintf(out, "line %d: %v\n", n, err) // paths and rules, no patient data
		case len(receipt.Errors) > 0:
			fmt.Fprintf(out, "line %d: accepted, with %v\n", n, receipt.Errors)
		default:
			fmt.Fprintf(out, "line %d: accepted, log %s\n", n, receipt.Logs[0].ID)
		}
		failed = errors.Join(failed, err)
	}
}

func sendLine(ctx context.Context, c *client.Client, emr string, fields []string) (*client.Receipt, error) {
	msg, err := results.BuildNew().To(emr).Identifier(fields[0], "MR").
		Order(func(o *results.Order) {
			o.ID, o.Status, o.ResultsStatus = fields[1], results.OrderStatusResulted, results.OrderResultsStatusFinal
			o.Results = []results.Result{{
				Code: fields[2], Value: fields[3], Units: fields[4], ValueType: results.ResultValueTypeNumeric,
			}}
		}).
		Build()
	if err != nil {
		return nil, err
	}
	return c.Send(ctx, msg)
}
