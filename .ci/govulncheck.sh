#!/usr/bin/env bash
# Looks for known vulnerabilities in what topsim calls of its modules and of Go's library; one that is found fails. The database
# is asked first: where it doesn't answer within a few seconds, this says so and is no failure. `.ci/govulncheck.sh reachable`
# only asks. GOVULNDB names another database, such as file:///srv/vulndb.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

database=${GOVULNDB:-https://vuln.go.dev}

reachable() {
	case $database in file://*) return 0 ;; esac
	if command -v curl >/dev/null; then
		curl --silent --fail --max-time 8 --output /dev/null "$database/index/db.json"
		return
	fi
	local host=${database#*://}
	host=${host%%/*}
	timeout 8 bash -c "exec 3<>'/dev/tcp/${host%%:*}/443'" 2>/dev/null
}

if ! reachable; then
	printf "govulncheck: skipped, %s can't be reached\n" "${database#https://}"
	[ "${1:-}" != reachable ]
	exit
fi
if [ "${1:-}" != reachable ]; then
	exec go tool -modfile=.ci/tools.mod govulncheck -db "$database" ./...
fi
