package main

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/results"
	"github.com/redoxgen/redoxgen/runtime/dedup/sqldedup"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

// database returns the DSN of an empty schema; .ci/servers.sh starts the server.
func database(t *testing.T) string {
	t.Helper()
	dsn := os.Getenv("REDOXGEN_POSTGRES_DSN")
	if dsn == "" {
		require.NotEqual(t, "1", os.Getenv("REDOXGEN_REQUIRE_INTEGRATION"), "REDOXGEN_POSTGRES_DSN is not set")
		t.Skip("needs a server: REDOXGEN_POSTGRES_DSN is not set (.ci/servers.sh starts one)")
	}
	db, err := sql.Open("pgx", dsn)
	require.NoError(t, err)
	schema := fmt.Sprintf("example_%x", rand.Uint64())
	_, err = db.ExecContext(t.Context(), "CREATE SCHEMA "+schema)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := db.Exec("DROP SCHEMA " + schema + " CASCADE")
		assert.NoError(t, err)
		assert.NoError(t, db.Close())
	})
	u, err := url.Parse(dsn)
	require.NoError(t, err)
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

func TestExactlyOnce(t *testing.T) {
	store, err := sqldedup.Open(t.Context(), "pgx", database(t))
	require.NoError(t, err)
	defer store.Close()

	// Two receivers share the database.
	var urls []string
	for range 2 {
		h, err := newHandler(t.Context(), store, "t")
		require.NoError(t, err)
		server := httptest.NewServer(h)
		defer server.Close()
		urls = append(urls, server.URL)
	}
	feed := redoxtest.NewFeed(t, urls[0], "t", redoxtest.WithReceivers(urls[1]))
	for i := range 10 {
		result, err := results.BuildNew().Identifier("0000000001", "MR").
			Order(func(o *results.Order) {
				o.ID, o.Status = fmt.Sprint(i), results.OrderStatusResulted
				o.Results = []results.Result{
					{Code: "49086-2", Value: "7.2", ValueType: results.ResultValueTypeNumeric, Units: "mg/dL"},
					{Code: "2339-0", Value: "104", ValueType: results.ResultValueTypeNumeric, Units: "mg/dL"},
				}
			}).Build()
		require.NoError(t, err)
		switch m := feed.Deliver(result); i % 3 {
		case 0:
			m.Twice()
		case 1:
			m.AnswerLost()
		case 2:
			m.AtOnce(4)
		}
	}
	_, err = feed.Run(t.Context())
	require.NoError(t, err)

	var rows, orders int
	require.NoError(t, store.DB().QueryRow("SELECT count(*), count(DISTINCT order_id) FROM results").Scan(&rows, &orders))
	assert.Equal(t, []int{20, 10}, []int{rows, orders})
}
