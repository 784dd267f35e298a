#!/usr/bin/env bash
# Installs one stub server that the benchmark holds the simulator against, at a pinned version and checked by hash, without
# running any install script, into a folder of its own. It prints the version. A server that is there already stays.
#
#   bench/peers/fetch.sh wiremock ~/.cache/topsim-peers
set -euo pipefail
exec </dev/null

peer=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$2/$peer"
folder=$(cd "$2/$peer" && pwd)

need() {
	if ! command -v "$1" >/dev/null; then
		echo "$peer needs $1, which is not on this machine" >&2
		exit 1
	fi
}

# packages installs what the peer's lock file names; npm checks the hashes that stand there.
packages() {
	need node
	need npm
	if ! cmp -s "$here/$peer/package-lock.json" "$folder/installed"; then
		cp "$here/$peer/package.json" "$here/$peer/package-lock.json" "$folder"
		(cd "$folder" && npm ci --ignore-scripts --prefer-offline --no-audit --no-fund --loglevel=error >&2)
		cp "$here/$peer/package-lock.json" "$folder/installed"
	fi
	(cd "$folder" && node -p "require('./node_modules/$1/package.json').version")
}

case $peer in
wiremock)
	need java
	packages wiremock # the jar is in the package
	;;
mockoon) packages @mockoon/cli ;;
prism) packages @stoplight/prism-cli ;;
stripe-mock)
	need go
	version=v0.203.0
	if [ ! -x "$folder/$version/stripe-mock" ]; then
		GOBIN="$folder/$version" go install "github.com/stripe/stripe-mock@$version" >&2 # go holds it against the sum database
	fi
	ln -sf "$version/stripe-mock" "$folder/stripe-mock"
	echo "${version#v}"
	;;
*)
	echo "no peer is called $peer" >&2
	exit 1
	;;
esac
