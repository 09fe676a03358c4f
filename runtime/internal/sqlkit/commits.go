package sqlkit

import (
	"context"
	"database/sql"
	"errors"
	"reflect"
	"sync/atomic"
)

// BeginGuarded begins a transaction of SQLite on conn. SQLite itself refuses
// its commit until allow is called, and until end is called whatever else is
// written on the connection. SQLite ends a transaction when a statement in it is
// interrupted or the disk is full; statements that follow would otherwise be
// committed one by one.
func BeginGuarded(ctx context.Context, conn *sql.Conn) (tx *sql.Tx, allow, end func(), err error) {
	allowed := new(atomic.Bool)
	if err := onCommit(conn, allowed.Load); err != nil {
		return nil, nil, nil, err
	}
	end = func() { _ = onCommit(conn, nil) }
	if tx, err = conn.BeginTx(ctx, nil); err != nil {
		end()
		return nil, nil, nil, err
	}
	return tx, func() { allowed.Store(true) }, end, nil
}

var errNoCommitHook = errors.New("the SQLite driver has no commit hook, which Once needs: use modernc.org/sqlite or github.com/mattn/go-sqlite3")

// onCommit has SQLite ask before each commit on conn, no more if ask is nil. The
// drivers have one method for it, but each a type of its own for its parameter: a
// function that returns an integer, which is not 0 to refuse.
func onCommit(conn *sql.Conn, ask func() bool) error {
	return conn.Raw(func(c any) error {
		register := reflect.ValueOf(c).MethodByName("RegisterCommitHook")
		if !register.IsValid() || register.Type().NumIn() != 1 {
			return errNoCommitHook
		}
		hook := register.Type().In(0)
		if hook.Kind() != reflect.Func || hook.NumIn() != 0 || hook.NumOut() != 1 || !hook.Out(0).ConvertibleTo(reflect.TypeFor[int]()) {
			return errNoCommitHook
		}
		answer := reflect.Zero(hook)
		if ask != nil {
			answer = reflect.MakeFunc(hook, func([]reflect.Value) []reflect.Value {
				refuse := 1
				if ask() {
					refuse = 0
				}
				return []reflect.Value{reflect.ValueOf(refuse).Convert(hook.Out(0))}
			})
		}
		register.Call([]reflect.Value{answer})
		return nil
	})
}
