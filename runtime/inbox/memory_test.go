package inbox_test

import (
	"testing"

	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/inbox/inboxtest"
)

func TestMemory(t *testing.T) {
	inboxtest.Run(t, inboxtest.Config{New: func(*testing.T) inbox.Box { return inbox.NewMemory(nil) }})
}
