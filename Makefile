.DEFAULT_GOAL := help

GO       ?= go
ARGS     ?=
FUZZTIME ?= 10s
KILLS    ?= 100
CHECKS   ?= 100000
SOAK     ?= 60s
CALLS    ?= 1000000
VERSION  ?=
ENGINE   ?= docker
LINT     := $(GO) tool -modfile=.ci/tools.mod golangci-lint

# The tags drop gin's MessagePack support, a quarter of the binary, and HTTP/2, a fortieth: both planes serve HTTP/1.1 without
# TLS, and the commands that call a server speak HTTP/1.1 with https as well.
RELEASE := -tags nomsgpack,nethttpomithttp2 -trimpath -ldflags='-s -w -X main.release=$(VERSION)'

# What `make release` builds for; each is static.
PLATFORMS := linux_amd64 linux_arm64 darwin_amd64 darwin_arm64 windows_amd64
DIST      := dist

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build the static release binary bin/topsim
	CGO_ENABLED=0 $(GO) build $(RELEASE) -o bin/topsim ./cmd/topsim

.PHONY: image
image: ## Build the container image topsim (ENGINE=podman takes another builder, VERSION=1.4.0 names a release)
	BUILDAH_FORMAT=docker $(ENGINE) build --build-arg VERSION=$(VERSION) -t topsim . # OCI's own format has no health check

.PHONY: image-check
image-check: ## Build the image without an engine and hold it to its promises (needs root on Linux)
	.ci/image.sh

# The same commit, Go and VERSION give the same bytes wherever it is built.
.PHONY: release
release: ## Build dist/ for all platforms, with completions, man pages, bill of materials and SHA256SUMS (VERSION=1.4.0)
	rm -rf $(DIST)
	mkdir -p $(DIST)/completions
	@set -e; for platform in $(PLATFORMS); do \
		file=$(DIST)/topsim_$$platform; \
		case $$platform in windows_*) file=$$file.exe ;; esac; \
		echo "$$file"; \
		CGO_ENABLED=0 GOOS=$${platform%_*} GOARCH=$${platform#*_} GOFLAGS=-buildvcs=false $(GO) build $(RELEASE) -o $$file ./cmd/topsim; \
	done
	@set -e; topsim=$(DIST)/topsim_$$($(GO) env GOHOSTOS)_$$($(GO) env GOHOSTARCH); \
	for shell in bash zsh fish powershell; do $$topsim completion $$shell >$(DIST)/completions/topsim.$$shell; done; \
	$$topsim version --sbom >$${topsim}.cdx.json
	$(GO) test ./cmd/topsim -run '^TestReference$$' -count=1 -args -man $(CURDIR)/$(DIST)/man
	cd $(DIST) && find . -type f ! -name SHA256SUMS | LC_ALL=C sort | sed 's|^\./||' | xargs sha256sum >SHA256SUMS

.PHONY: run
run: ## Start the simulator with the demo world (ARGS='--seed 7' adds flags)
	$(GO) run ./cmd/topsim serve $(ARGS)

.PHONY: test
test: ## Run all tests
	$(GO) test ./...

.PHONY: race
race: ## Run all tests uncached, in random order, under the race detector
	CGO_ENABLED=1 $(GO) test -race -shuffle=on -count=1 ./...

.PHONY: golden
golden: ## Rewrite the golden replies of the methods; review the diff like code
	$(GO) test ./sim/internal/method/... -update

.PHONY: generate
generate: ## Rewrite generated files
	$(GO) generate ./...

.PHONY: lint
lint: ## Run golangci-lint, pinned in .ci/tools.mod (the first run compiles it)
	$(LINT) run

.PHONY: cover
cover: ## Print the test coverage of the refund domain and the TOP core
	@mkdir -p bin
	$(GO) test -count=1 -coverprofile=bin/cover.out ./sim/internal/refund ./sim/internal/top
	$(GO) tool cover -func=bin/cover.out

# `go test -fuzz` takes one target of one package at a time, so list them first.
.PHONY: fuzz
fuzz: ## Run every fuzz target for FUZZTIME each (default 10s)
	@$(GO) test -list '^Fuzz' ./... > /dev/null # a package that does not compile fails here, not in the pipe below
	@set -e; $(GO) test -list '^Fuzz' ./... \
		| awk '/^Fuzz/ { names[++n] = $$1 } /^ok/ { for (i = 1; i <= n; i++) print $$2, names[i]; n = 0 }' \
		| while read -r pkg name; do \
			echo "==> $$name in $$pkg"; \
			$(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x "$$pkg"; \
		done # without a bound, making an input shorter outlasts the time and fails the run

.PHONY: bench
bench: ## Hold the simulator against a bare gin handler and print ratios (ARGS='-only agree')
	$(GO) run ./bench $(ARGS)

.PHONY: bench-peers
bench-peers: ## Hold the simulator against stub servers from the package registries (needs node, npm and java; half an hour)
	$(GO) run ./bench -peers $(ARGS)

.PHONY: oracle
oracle: ## Play 100,000 random sequences of calls against an independent oracle (CHECKS=2000 plays fewer)
	$(GO) test -count=1 -timeout 2h -v ./sim/internal/refund/oracle -rapid.checks=$(CHECKS)

.PHONY: soak
soak: ## Let 200 worlds live side by side for SOAK (default 60s) and print what it cost
	$(GO) test -count=1 -timeout 2h -v -run TestSoak ./soak -soak $(SOAK)

.PHONY: soak-million
soak-million: ## Make a million mixed calls and print whether memory stays (CALLS=20000 makes fewer)
	$(GO) test -count=1 -timeout 1h -v -run '^TestMillion$$' ./soak -calls $(CALLS)

.PHONY: abuse
abuse: ## Send what no SDK would, with slow, half-open and thousands of idle connections
	$(GO) test -count=1 -timeout 10m -v -run TestAbuse ./soak -soak $(SOAK)

.PHONY: overload
overload: ## Ask for three times what the simulator can do for 20 s
	$(GO) test -count=1 -timeout 10m -v -run TestOverload ./soak -soak 20s

.PHONY: kill
kill: ## Kill a server with a state file KILLS times in the midst of its work (default 100) and hold it to its answers
	TOPSIM_KILLS=$(KILLS) $(GO) test -count=1 -v -timeout 30m -run '^TestKill$$' ./cmd/topsim

.PHONY: smoke
smoke: ## Build the binary, start it and drive it from outside
	.ci/smoke.sh

.PHONY: strangers
strangers: ## Drive the binary with published clients of others (needs node and npm)
	.ci/strangers.sh

.PHONY: ci
ci: ## Run everything that must hold before a merge
	bash .ci/run

.PHONY: clean
clean: ## Remove what the targets above have built
	rm -rf bin $(DIST)
