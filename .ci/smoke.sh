#!/usr/bin/env bash
# Drives the built binary from outside: start, the SMS story with its own client and with curl, stop, and the exit codes
# of starts that must fail. Uses free ports only. Run it with `make smoke`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null

tmp=$(mktemp -d)
server=

cleanup() {
	local status=$?
	if [ -n "$server" ]; then
		kill -KILL "$server" 2>/dev/null || true
		wait "$server" 2>/dev/null || true
	fi
	if [ "$status" -ne 0 ]; then
		printf 'FAILED: %s\n' "${current:-before the first step}"
		for file in "$tmp"/*.out "$tmp"/*.log; do
			if [ -s "$file" ]; then
				printf -- '---- %s\n' "${file##*/}"
				cat "$file"
			fi
		done
	fi
	rm -rf "$tmp"
}
trap cleanup EXIT

step() { # step TITLE: says what comes next
	current=$1
	printf -- '-- %s\n' "$current"
}

# want PATTERN: standard input must match; it is shown if it does not.
want() {
	local text
	text=$(cat)
	if ! grep -qE -- "$1" <<<"$text"; then
		printf 'want %s\ngot  %s\n' "$1" "$text"
		return 1
	fi
}

# exits CODE COMMAND…: the command must end with that exit code; what it says goes to $tmp/said.log.
exits() {
	local expected=$1 status=0
	shift
	"$@" >"$tmp/said.log" 2>&1 || status=$?
	if [ "$status" -ne "$expected" ]; then
		printf 'exit code %d, want %d: %s\n' "$status" "$expected" "$*"
		return 1
	fi
}

topsim=$tmp/topsim
# A user's own settings have no say here.
for name in $(compgen -e | grep '^TOPSIM_' || true); do
	unset "$name"
done

step 'build the binary'
go build -o "$topsim" ./cmd/topsim
"$topsim" version

step 'start it on free ports'
"$topsim" serve --addr 127.0.0.1:0 --admin-addr 127.0.0.1:0 >"$tmp/serve.out" 2>"$tmp/serve.log" &
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
cat "$tmp/serve.out"

step 'it is healthy'
"$topsim" health

info='110045054952563058|4800|1618830739396'
agree=(taobao.rp.refunds.agree session=c-sub "refund_infos=$info")

step 'topsim call: the first call has an SMS code sent'
"$topsim" call "${agree[@]}" | want '"msg_code":"SEND_CODE_SUCC"'

step 'topsim sms: the code is in the outbox'
"$topsim" sms list | want 'kingdo:cs01 +839212 .*110045054952563058$'
code=$("$topsim" sms wait --to kingdo --timeout 5s)

step 'topsim call: a wrong code is refused with exit code 1'
exits 1 "$topsim" call "${agree[@]}" code=000000
want '"code":50,.*"sub_code":"isv.invalid-parameter:code.invalid"' <"$tmp/said.log"

step 'topsim call: the code pays'
"$topsim" call "${agree[@]}" code="$code" | want '"message":"succ".*"msg_code":"OP_SUCC"'
"$topsim" refund get 110045054952563058 | want '^status +SUCCESS'

step 'topsim world reset: the world is new again'
"$topsim" world reset
"$topsim" refund get 110045054952563058 | want '^status +WAIT_SELLER_AGREE'

if command -v curl >/dev/null; then
	now=$(TZ=UTC-8 date '+%Y-%m-%d %H:%M:%S') # GMT+8: POSIX counts the other way round

	step 'curl, signed with topsim sign: the first call has an SMS code sent'
	sign=$("$topsim" sign -q "${agree[@]}" timestamp="$now" format=json v=2.0 sign_method=hmac-sha256)
	curl -sS --fail-with-body "$TOPSIM_GATEWAY/router/rest" \
		--data-urlencode method=taobao.rp.refunds.agree --data-urlencode app_key=12345678 --data-urlencode session=c-sub \
		--data-urlencode "timestamp=$now" --data-urlencode format=json --data-urlencode v=2.0 \
		--data-urlencode sign_method=hmac-sha256 --data-urlencode "refund_infos=$info" --data-urlencode "sign=$sign" |
		want '"msg_code":"SEND_CODE_SUCC"'

	step 'curl: the code is in the outbox of the admin API'
	curl -sS --fail-with-body "$TOPSIM_ADMIN/admin/worlds/default/sms?to=kingdo" | want '"code":"839212"'

	step 'curl, signed with openssl and md5, all in the query, XML: the code pays'
	base="app_key12345678code839212methodtaobao.rp.refunds.agreerefund_infos${info}sessionc-subsign_methodmd5timestamp${now}v2.0"
	if command -v openssl >/dev/null; then
		sign=$(printf '%s' "helloworld${base}helloworld" | openssl dgst -md5 -r)
	else
		sign=$(printf '%s' "helloworld${base}helloworld" | md5sum)
	fi
	sign=$(tr 'a-f' 'A-F' <<<"${sign%% *}")
	curl -sS --fail-with-body --get "$TOPSIM_GATEWAY/router/rest" \
		--data-urlencode method=taobao.rp.refunds.agree --data-urlencode app_key=12345678 --data-urlencode session=c-sub \
		--data-urlencode "timestamp=$now" --data-urlencode v=2.0 --data-urlencode sign_method=md5 \
		--data-urlencode "refund_infos=$info" --data-urlencode code=839212 --data-urlencode "sign=$sign" |
		want '<rp_refunds_agree_response>.*<msg_code>OP_SUCC</msg_code>'
else
	step 'curl is not installed: its steps are left out'
fi

step 'a start on a taken port ends with exit code 3 and names the port'
exits 3 "$topsim" serve --addr "${TOPSIM_GATEWAY#http://}" --admin-addr 127.0.0.1:0
want "port ${TOPSIM_GATEWAY##*:} is taken" <"$tmp/said.log"

step 'a start with a broken fixture ends with exit code 2 and says where it is broken'
printf 'refunds:\n- {id: 4711, shp: kingdo, refund_fee: 1}\n' >"$tmp/broken.yaml"
exits 2 "$topsim" serve --addr 127.0.0.1:0 --admin-addr 127.0.0.1:0 --fixtures "demo,$tmp/broken.yaml"
want "^$tmp/broken.yaml:2:[0-9]+: " <"$tmp/said.log"

step 'SIGTERM stops it with exit code 0'
kill -TERM "$server"
status=0
wait "$server" || status=$?
server=
if [ "$status" -ne 0 ]; then
	printf 'exit code %d, want 0\n' "$status"
	exit 1
fi
exits 1 "$topsim" health
want 'no topsim answers at' <"$tmp/said.log"

step 'its log has a line for each call'
calls=$(grep -c '"msg":"call"' "$tmp/serve.log")
printf '%d calls logged\n' "$calls"
test "$calls" -ge 3

printf -- '-- smoke test: ok\n'
