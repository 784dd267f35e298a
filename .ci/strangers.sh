#!/usr/bin/env bash
# Drives the built binary with clients that others wrote for the platform and published: npm's topsdk and ali-topsdk, and
# py-taobao-open of PyPI if there is a Python. They are installed at pinned versions, checked by hash, without running
# any install script, into a folder that is removed again. Needs node, npm and, unless npm's cache has the packages, a
# registry. Run it with `make strangers`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null

tmp=$(mktemp -d)
server=

cleanup() {
	local status=$?
	if [ -n "$server" ]; then
		kill "$server" 2>/dev/null || true
		wait "$server" 2>/dev/null || true
	fi
	if [ "$status" -ne 0 ] && [ -s "$tmp/serve.log" ]; then
		printf -- '---- the last lines of the simulator'"'"'s log\n'
		tail -n 20 "$tmp/serve.log"
	fi
	rm -rf "$tmp"
}
trap cleanup EXIT

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
	echo 'node and npm are needed for this' >&2
	exit 1
fi

topsim=$tmp/topsim
# A user's own settings have no say here.
for name in $(compgen -e | grep '^TOPSIM_' || true); do
	unset "$name"
done

go build -o "$topsim" ./cmd/topsim
"$topsim" serve --addr 127.0.0.1:0 --admin-addr 127.0.0.1:0 --log-format json >"$tmp/serve.out" 2>"$tmp/serve.log" &
server=$!
for _ in $(seq 200); do
	if grep -q 'Ctrl-C stops it' "$tmp/serve.out" || ! kill -0 "$server" 2>/dev/null; then
		break
	fi
	sleep 0.05
done
TOPSIM_GATEWAY=$(sed -n 's|^  gateway  *\(http://.*\)/router/rest$|\1|p' "$tmp/serve.out")
TOPSIM_ADMIN=$(sed -n 's|^  control plane  *||p' "$tmp/serve.out")
export TOPSIM_GATEWAY TOPSIM_ADMIN
"$topsim" health

cp -R .ci/strangers "$tmp/strangers"
rm -rf "$tmp/strangers/node_modules" # of someone who ran npm there by hand
cd "$tmp/strangers"

if ! npm ci --ignore-scripts --prefer-offline --no-audit --no-fund --loglevel=error; then
	echo 'npm could not install the packages of .ci/strangers/package-lock.json: is there a registry, or a cache that has them?' >&2
	exit 1
fi
failed=0
node --no-deprecation run.mjs || failed=1

if command -v python3 >/dev/null && python3 -m pip --version >/dev/null 2>&1; then
	export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
	if ! python3 -m pip install --quiet --no-deps --only-binary :all: --require-hashes --target "$tmp/python" -r requirements.txt; then
		echo 'pip could not install the package of .ci/strangers/requirements.txt: is there an index, or a cache that has it?' >&2
		exit 1
	fi
	PYTHONPATH=$tmp/python python3 run.py || failed=1
else
	echo 'pypi: left out, there is no python3 with pip'
fi
exit "$failed"
