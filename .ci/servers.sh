#!/bin/sh
# Runs a command with a real PostgreSQL, PgBouncer and Redis, and a NATS server to start:
#
#	.ci/servers.sh go test ./runtime/dedup/...
#
# The servers listen on free ports of the loopback interface, keep their data
# in a temporary directory, and are stopped when the command ends. The command
# finds them through REDOXGEN_POSTGRES_DSN, REDOXGEN_PGBOUNCER_ADDR and
# REDOXGEN_REDIS_ADDR, and tests that need them fail instead of being skipped.
# REDOXGEN_NATS_SERVER is the program of a NATS server, built from testdata/nats.
# PgBouncer is in transaction mode. Missing programs, fish among them for the tests of
# completion, are installed from Debian's packages, for which the script must run as root.
set -eu

command -v fish >/dev/null 2>&1 || missing="${missing:-} fish"
[ -e /usr/share/bash-completion/bash_completion ] || missing="${missing:-} bash-completion"
command -v redis-server >/dev/null 2>&1 || missing="${missing:-} redis-server"
pgbouncer=$(command -v pgbouncer || ls /usr/sbin/pgbouncer 2>/dev/null || true)
[ -n "$pgbouncer" ] || missing="${missing:-} pgbouncer"
pgbin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
[ -n "$pgbin" ] && [ -x "$pgbin/initdb" ] || missing="${missing:-} postgresql"
if [ -n "${missing:-}" ]; then
	echo "servers.sh: installing$missing" >&2
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq
	# The packages' own services are neither needed nor started. A machine that
	# has a policy of its own keeps it.
	policy=/usr/sbin/policy-rc.d
	if [ -e "$policy" ]; then
		policy=
	else
		trap 'rm -f "$policy"' EXIT
		trap 'exit 129' HUP
		trap 'exit 130' INT
		trap 'exit 143' TERM
		printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy"
	fi
	# shellcheck disable=SC2086 # a list of words
	apt-get install -y -qq --no-install-recommends $missing >/dev/null
	trap - EXIT HUP INT TERM
	[ -z "$policy" ] || rm -f "$policy"
	pgbin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
	pgbouncer=$(command -v pgbouncer || echo /usr/sbin/pgbouncer)
fi

# The go command keeps it built.
REDOXGEN_NATS_SERVER=$(cd "$(dirname "$0")/../testdata/nats" && go tool -n nats-server)

dir=$(mktemp -d "${TMPDIR:-/tmp}/redoxgen-servers.XXXXXX")
redis_pid=
pgbouncer_pid=
command_pid=
as() { "$@"; }
if [ "$(id -u)" = 0 ]; then
	# PostgreSQL refuses to run as root.
	as() { runuser -u postgres -- "$@"; }
	chown postgres "$dir"
fi

# Its versions differ in what SIGTERM does, and runuser does not pass it on.
stop_pgbouncer() {
	[ ! -s "$dir/pgbouncer.pid" ] || kill -s KILL "$(cat "$dir/pgbouncer.pid")" 2>/dev/null || true
	[ -z "$pgbouncer_pid" ] || wait "$pgbouncer_pid" 2>/dev/null || true
	rm -f "$dir/pgbouncer.pid"
}

# Whatever ends the script stops the command and the servers.
stop() {
	trap - EXIT
	trap '' HUP INT TERM
	if [ -n "$command_pid" ]; then
		kill -s TERM -- "-$command_pid" 2>/dev/null || kill "$command_pid" 2>/dev/null || true
		wait "$command_pid" 2>/dev/null || true
	fi
	stop_pgbouncer
	as "$pgbin/pg_ctl" -D "$dir/pg" -m immediate -w stop >/dev/null 2>&1 || true
	[ -z "$redis_pid" ] || kill "$redis_pid" 2>/dev/null || true
	[ -z "$redis_pid" ] || wait "$redis_pid" 2>/dev/null || true
	rm -rf "$dir"
}
trap stop EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

cd_back=$PWD
cd "$dir" # postgres may not read the current directory
as "$pgbin/initdb" -D "$dir/pg" -U postgres -A trust -E UTF8 --no-locale >/dev/null

# A port that is free now may be taken a moment later: try a few.
port=$((20000 + $$ % 20000))
tries=0
until as "$pgbin/pg_ctl" -D "$dir/pg" -w -t 30 -l "$dir/pg.log" \
	-o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$dir -c max_connections=200" start >/dev/null; do
	port=$((port + 7))
	tries=$((tries + 1))
	[ "$tries" -lt 10 ] || { cat "$dir/pg.log" >&2; exit 1; }
done
REDOXGEN_POSTGRES_DSN="postgres://postgres@127.0.0.1:$port/postgres?sslmode=disable"

pgbouncer_port=$((port + 3))
tries=0
while :; do
	cat >"$dir/pgbouncer.ini" <<EOF
[databases]
* = host=127.0.0.1 port=$port user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $pgbouncer_port
unix_socket_dir =
auth_type = any
pool_mode = transaction
logfile = $dir/pgbouncer.log
pidfile = $dir/pgbouncer.pid
EOF
	as "$pgbouncer" -q "$dir/pgbouncer.ini" >/dev/null 2>&1 &
	pgbouncer_pid=$!
	waited=0
	while kill -0 "$pgbouncer_pid" 2>/dev/null && ! grep -qs "process up" "$dir/pgbouncer.log"; do
		sleep 0.1
		waited=$((waited + 1))
		[ "$waited" -lt 100 ] || break
	done
	if kill -0 "$pgbouncer_pid" 2>/dev/null && [ "$waited" -lt 100 ]; then break; fi
	stop_pgbouncer
	pgbouncer_port=$((pgbouncer_port + 7))
	tries=$((tries + 1))
	[ "$tries" -lt 10 ] || { cat "$dir/pgbouncer.log" >&2; exit 1; }
done
REDOXGEN_PGBOUNCER_ADDR="127.0.0.1:$pgbouncer_port"

redis_port=$((port + 1))
tries=0
while :; do
	redis-server --port "$redis_port" --bind 127.0.0.1 --dir "$dir" --save "" --appendonly yes --appendfsync everysec >"$dir/redis.log" 2>&1 &
	redis_pid=$!
	waited=0
	while kill -0 "$redis_pid" 2>/dev/null && ! grep -qs "Ready to accept connections" "$dir/redis.log"; do
		sleep 0.1
		waited=$((waited + 1))
		[ "$waited" -lt 100 ] || break
	done
	if kill -0 "$redis_pid" 2>/dev/null && [ "$waited" -lt 100 ]; then break; fi
	kill "$redis_pid" 2>/dev/null || true
	redis_port=$((redis_port + 7))
	tries=$((tries + 1))
	[ "$tries" -lt 10 ] || { cat "$dir/redis.log" >&2; exit 1; }
done
REDOXGEN_REDIS_ADDR="127.0.0.1:$redis_port"

export REDOXGEN_POSTGRES_DSN REDOXGEN_PGBOUNCER_ADDR REDOXGEN_REDIS_ADDR REDOXGEN_NATS_SERVER
export REDOXGEN_REQUIRE_INTEGRATION=1
cd "$cd_back"
# The shell heeds a signal while it waits for a job in the background, and not
# while it runs a command. The job is a process group of its own, to be stopped
# with all that it started, and reads what the script would.
group=setsid
command -v setsid >/dev/null 2>&1 || group=
exec 3<&0
$group "$@" <&3 3<&- &
command_pid=$!
code=0
wait "$command_pid" || code=$?
command_pid=
exit "$code"
