# Everyday commands. `make` alone lists them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
GO ?= go
LINT_VERSION := v2.15.0
OUT ?= evenkeel-demo
FUZZTIME ?= 30s
BENCH ?= .
PKG ?= ./...

.DEFAULT_GOAL := help
.PHONY: help build test race lint fmt bench demo docs update fuzz attack prove clean ci tools

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  variables: PKG=./sim/... BENCH=W1 FUZZTIME=30s OUT=folder"

build: ## the binary, ./evenkeel
	$(GO) build -trimpath -ldflags '-s -w' -o evenkeel ./cmd/evenkeel

test: ## all tests
	$(GO) test $(PKG)

race: ## all tests under the race detector
	$(GO) test -race $(PKG)

lint: tools ## gofmt, go vet and golangci-lint; silent when all is well
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...
	"$$($(GO) env GOPATH)/bin/golangci-lint" run ./...

fmt: ## format all Go files
	gofmt -w $$(git ls-files '*.go')

bench: ## benchmarks (BENCH=pattern)
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem $(PKG)

demo: ## run the demo into OUT
	$(GO) run ./cmd/evenkeel demo --out $(OUT) --force

docs: ## show every package's contract as go doc prints it (PKG=./sim)
	@for p in $$($(GO) list $(PKG)); do echo; echo "== $$p"; $(GO) doc -all $$p; done

update: ## write everything generated anew: references, lists, pictures and tables of documents, vector code
	$(GO) generate ./...

fuzz: ## every fuzz target for FUZZTIME each
	GO=$(GO) .ci/fuzz $(FUZZTIME)

attack: ## damaged and strange input at every door: N cases of each kind (SEED, OUT; goes on where it stopped)
	$(GO) run ./benchmarks/attack -n $(or $(N),10000) -seed $(or $(SEED),1) -out $(if $(filter file,$(origin OUT)),attack-out,$(OUT))

prove: ## engine against oracle: N accounts of each kind (KINDS=a,b SEED, OUT; goes on where it stopped)
	$(GO) test ./benchmarks/oracle -run '^TestKinds$$' -count 1 -timeout 0 -args -n=$(or $(N),50000) -seed=$(or $(SEED),20) -kinds=$(KINDS) -state=$(abspath $(if $(filter file,$(origin OUT)),prove-out,$(OUT)))

ci: ## everything that .ci/run checks
	.ci/run

clean: ## remove what the targets above made
	rm -rf evenkeel evenkeel-demo attack-out prove-out dist

tools:
	@GO=$(GO) .ci/tools $(LINT_VERSION)
