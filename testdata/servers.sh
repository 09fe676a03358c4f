#!/bin/sh
# Runs a command with a real PostgreSQL and a real Redis:
#
#	testdata/servers.sh go test ./runtime/dedup/...
#
# The servers listen on free ports of the loopback interface, keep their data
# in a temporary folder, and are stopped when the command ends. The command
# finds them through REDOXGEN_POSTGRES_DSN and REDOXGEN_REDIS_ADDR, and tests
# that need them fail instead of being skipped. Missing programs are installed
# from Debian's packages, for which the script must run as root.
set -eu

command -v redis-server >/dev/null 2>&1 || missing="${missing:-} redis-server"
pgbin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
[ -n "$pgbin" ] && [ -x "$pgbin/initdb" ] || missing="${missing:-} postgresql"
if [ -n "${missing:-}" ]; then
	echo "servers.sh: installing$missing" >&2
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq
	# The packages' own services are neither needed nor started.
	printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d
	# shellcheck disable=SC2086 # a list of words
	apt-get install -y -qq --no-install-recommends $missing >/dev/null
	rm -f /usr/sbin/policy-rc.d
	pgbin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
fi

dir=$(mktemp -d "${TMPDIR:-/tmp}/redoxgen-servers.XXXXXX")
redis_pid=
as() { "$@"; }
if [ "$(id -u)" = 0 ]; then
	# PostgreSQL refuses to run as root.
	as() { runuser -u postgres -- "$@"; }
	chown postgres "$dir"
fi

# Whatever ends the script stops the servers.
stop() {
	trap - EXIT INT TERM
	as "$pgbin/pg_ctl" -D "$dir/pg" -m immediate -w stop >/dev/null 2>&1 || true
	[ -z "$redis_pid" ] || kill "$redis_pid" 2>/dev/null || true
	[ -z "$redis_pid" ] || wait "$redis_pid" 2>/dev/null || true
	rm -rf "$dir"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

cd_back=$PWD
cd "$dir" # postgres may not read the current folder
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

export REDOXGEN_POSTGRES_DSN REDOXGEN_REDIS_ADDR
export REDOXGEN_REQUIRE_INTEGRATION=1
cd "$cd_back"
set +e
"$@"
exit $?
