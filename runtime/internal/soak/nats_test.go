//go:build unix

package soak

import (
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/internal/integration"
)

// TestInboxNATS: as TestInboxPostgres, with the inbox on three NATS servers. One is killed
// and started again meanwhile, first the one that leads, then others.
func TestInboxNATS(t *testing.T) {
	n := deliveries(t)
	const servers = 3
	c := integration.NATS(t, servers)
	var outages atomic.Int32
	soakSQL(t, n, setup{store: "pgx", dsn: integration.Postgres(t), inbox: c.URL, outage: func() {
		node := rand.IntN(servers)
		if outages.Add(1) == 1 {
			node = c.Leader(t, "redox-inbox")
		}
		c.Kill(node)
		time.Sleep(rand.N(3 * time.Second))
		c.Start(t, node)
		c.Ready(t)
	}})
	t.Logf("%d times a NATS server was killed", outages.Load())
	assert.Positive(t, outages.Load())
}
