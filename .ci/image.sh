#!/usr/bin/env bash
# Builds the container image with the Dockerfile and holds what runs from it to what the documents promise: size, time until it
# is ready, health check, signed calls, mounted files, clean stop, and no need of a network, of a writable disk, of capabilities
# or of a known user; reached by its service name. Without a container engine or a registry: buildah and podman work in a storage of their own below a
# temporary folder, and the base image is busybox with this machine's Go, modules and build cache mounted.
#
# Needs root on Linux, and buildah, podman, runc and busybox, which are installed by apt-get if they are missing. Run it with
# `make image-check`; with --keep it leaves the storage and tells where it is.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null

max_size=22000000  # bytes of the image
max_ready=1000     # milliseconds from the start of the process until it is ready
max_stop=5000      # milliseconds of an idle server from the signal to the end
keep=
[ "${1:-}" != --keep ] || keep=yes

tools=(buildah podman runc busybox ip)
missing=()
for tool in "${tools[@]}"; do
	command -v "$tool" >/dev/null || missing+=("$tool")
done
if [ "${#missing[@]}" -gt 0 ]; then
	packages=("${missing[@]/#busybox/busybox-static}")
	packages=("${packages[@]/#ip/iproute2}")
	printf 'installing what is missing: %s\n' "${packages[*]}"
	apt-get update -q >/dev/null
	DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${packages[@]}" >/dev/null
fi

tmp=$(mktemp -d)
current=

cleanup() {
	local status=$?
	if [ "$status" -ne 0 ]; then
		printf 'FAILED: %s\n' "${current:-before the first step}"
		podman logs --tail 20 "$container" 2>&1 || true
	fi
	podman rm -f -a >/dev/null 2>&1 || true
	for side in server client; do
		ip netns delete "$net-$side" 2>/dev/null || true
	done
	if [ -n "$keep" ]; then
		printf 'kept: CONTAINERS_CONF=%s CONTAINERS_STORAGE_CONF=%s\n' "$CONTAINERS_CONF" "$CONTAINERS_STORAGE_CONF"
		return
	fi
	buildah rm -a >/dev/null 2>&1 || true
	rm -rf "$tmp"
}
container=topsim
net=topsim-ci-$$
trap cleanup EXIT

step() { # step TITLE: says what comes next
	current=$1
	printf -- '-- %s\n' "$current"
}

now() { # milliseconds
	local t=${EPOCHREALTIME/[.,]/}
	printf '%d' "$((t / 1000))"
}

at_most() { # at_most WHAT VALUE LIMIT UNIT
	printf '%s: %d %s, at most %d\n' "$1" "$2" "$4" "$3"
	[ "$2" -le "$3" ]
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

# Settings of our own, so that this machine's images are not touched. vfs works on every file system; the limits are low
# because podman's own are above what a container without privileges may set.
printf '[storage]\ndriver = "vfs"\ngraphroot = "%s"\nrunroot = "%s"\n' "$tmp/root" "$tmp/run" >"$tmp/storage.conf"
cat >"$tmp/containers.conf" <<-END
	[containers]
	log_driver = "k8s-file"
	default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
	[engine]
	runtime = "runc"
	cgroup_manager = "cgroupfs"
	events_logger = "file"
	lock_type = "file"
	tmp_dir = "$tmp/tmp"
	volume_path = "$tmp/volumes"
END
export CONTAINERS_STORAGE_CONF=$tmp/storage.conf CONTAINERS_CONF=$tmp/containers.conf
export DISABLE_HC_SYSTEMD=true # its timers need systemd; the check is asked for below

step 'a base image from scratch'
mkdir -p "$tmp"/base/{bin,tmp,root,src,go/pkg/mod,go/cache,usr/local/go}
cp "$(command -v busybox)" "$tmp/base/bin/busybox"
chroot "$tmp/base" /bin/busybox --install -s /bin
base=$(buildah from scratch)
buildah copy -q "$base" "$tmp/base" / >/dev/null
# GOPROXY=off: what go.mod names must be in the module cache, and the build asks nobody.
buildah config --env PATH=/usr/local/go/bin:/bin --env GOPATH=/go --env GOCACHE=/go/cache --env GOPROXY=off \
	--env GOTOOLCHAIN=local "$base"
# The name that the Dockerfile asks for; it never leaves the storage.
buildah commit -q --rm --format docker "$base" docker.io/library/golang:1.26-bookworm >/dev/null

# build PLATFORM: the image as the Dockerfile describes it. --format docker, because OCI's has no health check.
build() {
	buildah bud --isolation chroot --format docker --pull-never --platform "$1" --build-arg VERSION=0.0.0-test \
		-v "$(go env GOROOT):/usr/local/go:ro" -v "$(go env GOMODCACHE):/go/pkg/mod" -v "$(go env GOCACHE):/go/cache" \
		-t "localhost/topsim:${1#*/}" . >"$tmp/build.log" 2>&1 || { cat "$tmp/build.log"; return 1; }
}

# machine IMAGE: the processor that the binary in an image is for, from its ELF header.
machine() {
	local c folder
	c=$(buildah from --pull-never "$1" 2>/dev/null) # it warns of the other processor
	folder=$(buildah mount "$c")
	case $(od -An -t x2 -j 18 -N 2 "$folder/topsim" | tr -d ' ') in
	003e) echo amd64 ;;
	00b7) echo arm64 ;;
	*) echo unknown ;;
	esac
	buildah rm "$c" >/dev/null
}

host=$(go env GOHOSTARCH)
for arch in amd64 arm64; do
	step "the image for linux/$arch: platform and size"
	build "linux/$arch"
	image=localhost/topsim:$arch
	podman image inspect --format '{{.Os}}/{{.Architecture}}' "$image" | want "^linux/$arch\$"
	machine "$image" | want "^$arch\$"
	at_most size "$(podman image inspect --format '{{.Size}}' "$image")" "$max_size" bytes
done
image=localhost/topsim:$host

step 'it has one binary and two empty folders, a user, ports, a health check and a signal to stop'
c=$(buildah from --pull-never "$image")
(cd "$(buildah mount "$c")" && find . -mindepth 1 | LC_ALL=C sort | tr '\n' ' ') | want '^\./fixtures \./scenarios \./topsim $'
buildah rm "$c" >/dev/null
podman image inspect --format '{{.User}} {{.Config.ExposedPorts}} {{.Config.StopSignal}} {{.Config.Entrypoint}} {{.Config.Cmd}} {{.HealthCheck.Test}}' \
	"$image" | want '^65532:65532 map\[8620/tcp:\{\} 8621/tcp:\{\}\] SIGTERM \[/topsim\] \[serve\] \[CMD /topsim health\]$'

# start [ARG…]: a container that may do as little as possible, as a user that nobody knows.
user=$((20000 + RANDOM)):$((20000 + RANDOM))
start() {
	podman run -d --name "$container" --read-only --cap-drop ALL --security-opt no-new-privileges --user "$user" \
		--memory 128m --pids-limit 64 "$@" >/dev/null
}

inside() { # inside ARG…: topsim in the container
	podman exec "$container" /topsim "$@"
}

# nets_up: two network namespaces with a cable between them; the server's has 10.89.77.2.
nets_up() {
	ip netns add "$net-server" && ip netns add "$net-client" &&
		ip -n "$net-server" link add eth0 type veth peer name eth0 netns "$net-client" &&
		ip -n "$net-server" address add 10.89.77.2/24 dev eth0 && ip -n "$net-client" address add 10.89.77.3/24 dev eth0 &&
		ip -n "$net-server" link set lo up && ip -n "$net-server" link set eth0 up && ip -n "$net-client" link set eth0 up
}

# ready_after: milliseconds from the start of the container's process until it said that it is ready, which it does once it
# listens.
ready_after() {
	local started said
	started=$(podman inspect --format '{{.State.StartedAt.Format "2006-01-02T15:04:05.000Z07:00"}}' "$container")
	said=$(podman logs --timestamps "$container" 2>/dev/null | awk '/ is ready, seed / { print $1; exit }')
	printf '%d' "$(($(date -d "$said" +%s%3N) - $(date -d "$started" +%s%3N)))"
}

# ends: SIGTERM ends it with exit code 0, in time.
ends() {
	local begin
	begin=$(now)
	podman kill --signal SIGTERM "$container" >/dev/null
	podman wait "$container" | want '^0$'
	at_most 'from SIGTERM to exit code 0' "$(($(now) - begin))" "$max_stop" ms
	podman rm "$container" >/dev/null
}

step "it runs without network, writable disk, capabilities or a known user (${user%:*}), in 128 MB"
for try in 1 2 3; do # a busy machine may be late; the program may not
	start --network none "$image"
	inside wait-ready --timeout 10s
	! at_most 'ready after' "$(ready_after)" "$max_ready" ms || break
	[ "$try" -lt 3 ]
	podman rm -f "$container" >/dev/null
done

step 'its health check says so'
podman healthcheck run "$container"

step 'it says its version and what it is made of'
inside version | want '^topsim 0\.0\.0-test, go1\.'
inside version --sbom | want '"bomFormat": "CycloneDX"'

step 'a signed call is answered, and a code pays'
info='refund_infos=110045054952563058|4800|1618830739396'
inside call taobao.rp.refunds.agree session=c-sub "$info" | want '"msg_code":"SEND_CODE_SUCC"'
inside sms list | want 839212
inside call taobao.rp.refunds.agree session=c-sub "$info" code=839212 | want '"msg_code":"OP_SUCC"'

step 'nobody is root in there, and nothing can be written'
pid=$(podman inspect --format '{{.State.Pid}}' "$container")
grep -E '^(Uid|CapEff|CapBnd|NoNewPrivs|Seccomp):' "/proc/$pid/status" | tr '\t\n' ' ;' |
	want "^Uid: ${user%:*} .*;CapEff: 0000000000000000;CapBnd: 0000000000000000;NoNewPrivs: 1;"
grep -E ' / ' "/proc/$pid/mountinfo" | want ' ro[, ]'
at_most 'memory in use' "$(awk '/^VmRSS:/ { print $2 }' "/proc/$pid/status")" 131072 kB

step 'SIGTERM stops it with exit code 0'
ends

step 'mounted files are taken: fixtures over the demo world, scenarios by name, and both when they change'
mkdir "$tmp/mine"
cp -R recipes/fixtures recipes/scenarios "$tmp/mine"
chmod -R a+rX "$tmp/mine"
chmod 0755 "$tmp"
start --network none -v "$tmp/mine/fixtures:/fixtures:ro" -v "$tmp/mine/scenarios:/scenarios:ro" "$image"
inside wait-ready --timeout 10s
inside refund get 4711 | want '^refund_fee +1500 fen'
inside refund get 43234234 | want '^refund_fee +20000 fen'
inside scenario list | want '^reads-fail-twice +off '
inside scenario on reads-fail-twice >/dev/null
inside call taobao.refund.get session=c-sub refund_id=4711 fields=status >"$tmp/said" 2>&1 || true
want isp.remote-service-error <"$tmp/said"
printf 'refunds:\n- {id: 4712, shop: kingdo, refund_fee: 1600}\n' >"$tmp/mine/fixtures/more.yaml"
changed=
for _ in $(seq 100); do # a change is taken after a tenth of a second of rest
	if inside refund get 4712 >"$tmp/said" 2>&1; then
		changed=yes
		break
	fi
	sleep 0.1
done
[ -n "$changed" ] || { cat "$tmp/said"; exit 1; }
ends

step 'a broken file ends it with exit code 2 and says where it is broken'
printf 'refunds:\n- {id: 4711, shp: kingdo}\n' >"$tmp/mine/fixtures/broken.yaml"
start --network none -v "$tmp/mine/fixtures:/fixtures:ro" "$image"
podman wait "$container" | want '^2$'
podman logs "$container" 2>&1 | want '^/fixtures/broken.yaml:2:[0-9]+: '
podman rm "$container" >/dev/null

step 'another container reaches both planes by the service name'
# A cable between two network namespaces: what a bridge network of compose, GitHub or GitLab comes to.
if nets_up; then
	start --network "ns:/run/netns/$net-server" "$image"
	inside wait-ready --timeout 10s
	client() { # client ARG…: topsim in a container of its own
		podman run --rm --network "ns:/run/netns/$net-client" --add-host topsim:10.89.77.2 --read-only --cap-drop ALL \
			-e TOPSIM_GATEWAY=http://topsim:8620 -e TOPSIM_ADMIN=http://topsim:8621 "$image" "$@"
	}
	client health | want '^ready: http://topsim:8621$'
	client call taobao.rp.refunds.agree session=c-sub "$info" | want SEND_CODE_SUCC
	client sms list | want 839212
	client world create --name job | want 'http://topsim:8620/w/job/router/rest'
	ends
else
	printf 'LEFT OUT: this machine makes no network namespaces\n'
fi

printf -- '-- image: ok\n'
