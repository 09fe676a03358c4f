// Package integration gives tests the real servers they need. Without a server a
// test is skipped, or fails when REDOXGEN_REQUIRE_INTEGRATION is 1.
// .ci/servers.sh starts the servers and sets the variables.
package integration

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx

	"github.com/redoxgen/redoxgen/internal/testenv"
)

// Environment variables that say where the servers are.
const (
	PostgresDSN   = "REDOXGEN_POSTGRES_DSN"   // a URL
	PgBouncerAddr = "REDOXGEN_PGBOUNCER_ADDR" // host:port, in front of PostgreSQL
	RedisAddr     = "REDOXGEN_REDIS_ADDR"     // host:port
	NATSServer    = "REDOXGEN_NATS_SERVER"    // the program, which tests start
)

// Postgres returns the DSN of an empty PostgreSQL schema that is dropped when
// the test ends.
func Postgres(t testing.TB) string {
	t.Helper()
	dsn := variable(t, PostgresDSN)
	u := parse(t, dsn)
	schema := fmt.Sprintf("test_%x", rand.Uint64())
	execute(t, dsn, "CREATE SCHEMA "+schema)
	t.Cleanup(func() { execute(t, dsn, "DROP SCHEMA "+schema+" CASCADE") })
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

func execute(t testing.TB, dsn, statement string) {
	t.Helper()
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	// Not the test's context: that one is over when cleanup runs.
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if _, err := db.ExecContext(ctx, statement); err != nil {
		t.Fatal(err)
	}
}

// Redis returns the address of a Redis server and a prefix for the test's keys.
func Redis(t testing.TB) (addr, prefix string) {
	t.Helper()
	return variable(t, RedisAddr), fmt.Sprintf("test:%x:", rand.Uint64())
}

// PgBouncer returns the DSN of a PgBouncer in transaction mode, with an empty
// database that is dropped when the test ends. (It takes no search_path.)
func PgBouncer(t testing.TB) string {
	t.Helper()
	addr, dsn := variable(t, PgBouncerAddr), variable(t, PostgresDSN)
	name := fmt.Sprintf("test_%x", rand.Uint64())
	execute(t, dsn, "CREATE DATABASE "+name)
	t.Cleanup(func() { execute(t, dsn, "DROP DATABASE "+name+" WITH (FORCE)") })
	u := parse(t, dsn)
	u.Host, u.Path = addr, "/"+name
	return u.String()
}

// StallingPostgres is Postgres through Proxy.
func StallingPostgres(t testing.TB) (dsn string, stall func()) {
	t.Helper()
	dsn = Postgres(t)
	host := parse(t, variable(t, PostgresDSN)).Host
	proxy, stall := Proxy(t, host)
	return strings.Replace(dsn, host, proxy, 1), stall
}

// Direct returns the DSN without the proxy of StallingPostgres.
func Direct(t testing.TB, dsn string) string {
	t.Helper()
	return strings.Replace(dsn, parse(t, dsn).Host, parse(t, variable(t, PostgresDSN)).Host, 1)
}

// Role returns a new role that may use, and not change, the tables that are in
// the schema of the DSN.
func Role(t testing.TB, dsn string) string {
	t.Helper()
	role, schema := fmt.Sprintf("test_%x", rand.Uint64()), parse(t, dsn).Query().Get("search_path")
	execute(t, dsn, "CREATE ROLE "+role)
	t.Cleanup(func() { execute(t, variable(t, PostgresDSN), "DROP OWNED BY "+role+"; DROP ROLE "+role) })
	execute(t, dsn, "GRANT USAGE ON SCHEMA "+schema+" TO "+role)
	execute(t, dsn, "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "+schema+" TO "+role)
	return role
}

func parse(t testing.TB, dsn string) *url.URL {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatalf("%s: not a URL", PostgresDSN)
	}
	return u
}

func variable(t testing.TB, name string) string {
	t.Helper()
	value := os.Getenv(name)
	switch {
	case value != "":
		return value
	case testenv.RequiresIntegration():
		t.Fatalf("%s is not set, but REDOXGEN_REQUIRE_INTEGRATION is 1: run the tests through .ci/servers.sh", name)
	default:
		t.Skipf("needs a server: %s is not set (.ci/servers.sh starts one)", name)
	}
	return ""
}
