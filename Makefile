.DEFAULT_GOAL := help

GO       ?= go
ARGS     ?=
FUZZTIME ?= 10s
LINT     := $(GO) tool -modfile=.ci/tools.mod golangci-lint

# The tag drops gin's MessagePack support, a quarter of the binary.
RELEASE := -tags nomsgpack -trimpath -ldflags='-s -w'

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build the static release binary bin/topsim
	CGO_ENABLED=0 $(GO) build $(RELEASE) -o bin/topsim ./cmd/topsim

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
			$(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) "$$pkg"; \
		done

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
	rm -rf bin
