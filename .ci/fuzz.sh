#!/bin/sh
# Runs every fuzz target of the module for the given time, one after another:
#
#	.ci/fuzz.sh 30s
#
# and stops at the first that fails. The end of the time is not a failure, but
# go test takes it for one now and then: https://go.dev/issue/75804, fixed in
# Go 1.27. That one is told by what it prints, and by what it does not: an input
# that fails is always written to a file, with a line that says so.
set -eu

log=$(mktemp "${TMPDIR:-/tmp}/redoxgen-fuzz.XXXXXX")
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fuzz() { # package target time
	{ go test "$1" -run '^$' -fuzz "^$2\$" -fuzztime "$3" 2>&1 && echo "fuzz.sh: passed"; } | tee "$log" | grep -v '^fuzz\.sh: passed$' || :
	[ "$(tail -n 1 "$log")" = "fuzz.sh: passed" ]
}

over() { # the log tells of nothing but the end of the time
	grep -A 1 '^--- FAIL: Fuzz' "$log" | grep -qx '    context deadline exceeded' &&
		! grep -Eq 'Failing input written|^panic:|^fatal error:|DATA RACE' "$log"
}

grep -rEo --include='*_test.go' --exclude-dir=testdata '^func Fuzz\w+' . |
	sed -E 's|^(.*)/[^/]*:func (.*)|\1 \2|' | sort |
	while read -r package target; do
		echo "== $package $target"
		fuzz "$package" "$target" "$1" && continue
		over || exit 1
		echo "fuzz.sh: the time was over, and no input failed"
	done
