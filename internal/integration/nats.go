//go:build unix

package integration

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// NATSCluster is NATS servers with JetStream, each a process with files of its own.
type NATSCluster struct {
	URL string // all of them

	nodes []*natsNode
}

type natsNode struct {
	name, program, config string
	cmd                   *exec.Cmd
}

// NATS starts so many servers, which are stopped when the test ends.
func NATS(t testing.TB, nodes int) *NATSCluster {
	t.Helper()
	program := variable(t, NATSServer)
	c := &NATSCluster{}
	ports := freePorts(t, 2*nodes)
	var urls, routes []string
	for i := range nodes {
		urls = append(urls, fmt.Sprintf("nats://127.0.0.1:%d", ports[2*i]))
		routes = append(routes, fmt.Sprintf("nats://127.0.0.1:%d", ports[2*i+1]))
	}
	c.URL = strings.Join(urls, ",")
	dir := t.TempDir()
	for i := range nodes {
		name := fmt.Sprintf("n%d", i)
		config := fmt.Sprintf("server_name: %s\nlisten: \"127.0.0.1:%d\"\njetstream { store_dir: %q }\n", name, ports[2*i], filepath.Join(dir, name))
		if nodes > 1 {
			config += fmt.Sprintf("cluster { name: test, listen: \"127.0.0.1:%d\", routes: [%s] }\n", ports[2*i+1], strings.Join(routes, ", "))
		}
		file := filepath.Join(dir, name+".conf")
		if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
		n := &natsNode{name: name, program: program, config: file}
		c.nodes = append(c.nodes, n)
		t.Cleanup(n.kill)
		if err := n.start(); err != nil {
			t.Fatal(err)
		}
	}
	c.Ready(t)
	return c
}

// Ready waits until the cluster creates a stream on all of its servers.
func (c *NATSCluster) Ready(t testing.TB) {
	t.Helper()
	js := c.Connect(t)
	config := jetstream.StreamConfig{Name: "ready", Subjects: []string{"ready"}, Replicas: len(c.nodes)}
	var err error
	for range 300 {
		if _, err = js.CreateStream(t.Context(), config); err == nil {
			_ = js.DeleteStream(t.Context(), config.Name)
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("the NATS servers do not become ready: %v", err)
}

// Leader returns the server that leads a stream.
func (c *NATSCluster) Leader(t testing.TB, stream string) int {
	t.Helper()
	js := c.Connect(t)
	var err error
	for range 300 {
		var s jetstream.Stream
		if s, err = js.Stream(t.Context(), stream); err == nil && s.CachedInfo().Cluster != nil {
			for node, n := range c.nodes {
				if n.name == s.CachedInfo().Cluster.Leader {
					return node
				}
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("the NATS stream %s has no leader: %v", stream, err)
	return 0
}

// Connect returns a connection to the cluster that the test closes.
func (c *NATSCluster) Connect(t testing.TB, options ...nats.Option) jetstream.JetStream {
	t.Helper()
	options = append([]nats.Option{nats.MaxReconnects(-1), nats.RetryOnFailedConnect(true), nats.ReconnectWait(50 * time.Millisecond)}, options...)
	nc, err := nats.Connect(c.URL, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

// Memory is how many bytes a server has in memory.
func (c *NATSCluster) Memory(t testing.TB, node int) int64 {
	t.Helper()
	text, err := exec.Command("ps", "-o", "rss=", "-p", strconv.Itoa(c.nodes[node].cmd.Process.Pid)).Output()
	if err != nil {
		t.Fatal(err)
	}
	kilobytes, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kilobytes << 10
}

// Kill ends a server with SIGKILL.
func (c *NATSCluster) Kill(node int) { c.nodes[node].kill() }

// Start starts a server that was killed. It has the files of before.
func (c *NATSCluster) Start(t testing.TB, node int) {
	t.Helper()
	if err := c.nodes[node].start(); err != nil {
		t.Fatal(err)
	}
}

// Stop makes all servers take requests and answer none; Continue ends that.
func (c *NATSCluster) Stop() {
	c.signal(syscall.SIGSTOP)
	time.Sleep(100 * time.Millisecond) // a thread may be running yet
}

// Continue is the end of Stop.
func (c *NATSCluster) Continue() { c.signal(syscall.SIGCONT) }

func (c *NATSCluster) signal(s syscall.Signal) {
	for _, n := range c.nodes {
		_ = n.cmd.Process.Signal(s)
	}
}

func (n *natsNode) start() error {
	n.cmd = exec.Command(n.program, "-c", n.config)
	return n.cmd.Start()
}

func (n *natsNode) kill() {
	if n.cmd != nil && n.cmd.Process != nil {
		_ = n.cmd.Process.Kill()
		_ = n.cmd.Wait()
	}
}

// freePorts returns ports that are free now.
func freePorts(t testing.TB, n int) []int {
	t.Helper()
	var ports []int
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports
}
