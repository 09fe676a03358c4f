// Command redoxgen generates typed Go packages from Redox's data-model schemas
// and works with messages of these data models:
//
//	redoxgen generate    write Go packages for the chosen events
//	redoxgen check       report whether generate would change anything
//	redoxgen list        list the events
//	redoxgen explain     explain an event or one of its fields
//	redoxgen validate    validate messages against their schemas
//	redoxgen fmt         format messages in schema order, losing nothing
//	redoxgen send        send a message to Redox
//	redoxgen trigger     deliver a message to a webhook as Redox would
//	redoxgen listen      show deliveries as they come, and forward them
//	redoxgen dev         run a local Redox that can be looked at in a browser
//	redoxgen replay      deliver dead letters again
//	redoxgen deadletters list, show, replay and drop dead letters
//
// redoxgen help COMMAND has flags and examples. The exit code is 0 when all is well, 1 when
// the answer is no (a message is invalid, generated code is out of date), 2
// when the command could not do its work and 130 when it was interrupted.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/cli"
)

func main() {
	os.Exit(program())
}

// program runs the command with what the process was given. An interrupt
// cancels its context, a second one ends it at once.
func program() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return cli.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}
