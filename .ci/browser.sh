#!/bin/sh
# Runs a command with Chromium, which is installed from Debian's packages if it is
# missing; for that the script must run as root.
set -eu
if ! command -v chromium >/dev/null 2>&1; then
	echo "browser.sh: installing chromium" >&2
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq
	apt-get install -y -qq --no-install-recommends chromium >/dev/null
fi
exec "$@"
