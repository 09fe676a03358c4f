# The tools that the project does not bring itself, at fixed versions.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOLANGCI    := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0
APIDIFF     := golang.org/x/exp/cmd/apidiff@v0.0.0-20261113113407-e3970619a1a4

# How long `make fuzz` spends on each target, how thorough `make bench` and
# `make soak` are.
FUZZTIME   ?= 30s
BENCHTIME  ?= 1s
ROUNDS     ?= 5
BENCHES    ?= ./cmd/redoxgen ./generator ./runtime/...
DELIVERIES ?= 20000

# The race detector needs a C compiler; without one the tests run without it.
RACE ?= $(if $(shell command -v $$(go env CC) 2>/dev/null),-race)

# The command without the code that it generates, so that it can always be built.
REDOXGEN := go run -tags redoxgen_bootstrap ./cmd/redoxgen
CATALOG  := --out generated --lock schemas/redoxgen.lock

# Package redox and what it is made of.
CODEC := ./runtime/redox/... ./runtime/redoximpl/... ./runtime/internal/codec/... ./runtime/internal/mem

# The tests that hold the machine to bounds on time and memory, and the packages
# they are in.
MEASURED    := TestCompileTime$$|TestGenerateCost$$|TestHostileMessages$$|TestLinearTime$$|TestSendOverhead$$|TestListsShareAllocations$$|TestEqualIsLinear$$|TestContinueFromWideMessages$$|TestManyExtensionsAreLinear$$|TestLongNumbersAreDividedInLinearTime$$|TestAppendCost$$|TestScaling$$|TestLatencyOfOthers$$|TestCostOfBuilding$$|TestReceiverRate$$|TestDriftCost$$|TestCostOfDeidentifying$$
MEASURED_IN := ./cmd/redoxgen ./generator/internal/conform ./runtime/client ./runtime/deid ./runtime/inbox/... ./runtime/webhook ./runtime/redox/... ./runtime/internal/codec/... ./runtime/drift

# Tests of conformance that take long and in which nothing runs side by side. The race detector
# makes them take ten times as long; the pointers, which it checks as well, are checked by
# checkptr in test-codec.
ONE_BY_ONE := TestContinue|TestHostileMessages$$|TestSamplesAreValid$$|TestEveryListIsWhole$$|TestManyExtensions$$|TestSmallestMessages$$

# The packages whose tests need servers, and the command's tests that need servers or programs.
INTEGRATION     := ./runtime/dedup/... ./runtime/inbox/... ./runtime/deadletter/... ./runtime/internal/sqlkit ./runtime/internal/soak
INTEGRATION_CMD := TestDeadLetters|TestInbox|TestCompletion|TestPython|TestCurl

.PHONY: help build generate check test test-paths test-386 test-codec race cover long exhaustive measure \
	test-integration fuzz lint golangci vulncheck apidiff bench soak

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' Makefile

build: ## build every package
	go build ./...

generate: ## write generated/ and the catalog's name lock from schemas/
	$(REDOXGEN) generate $(CATALOG)

check: generate ## generate, and fail if that leaves anything to commit
	@dirty="$$(git status --porcelain -- generated schemas)"; \
	if [ -n "$$dirty" ]; then echo "$$dirty"; echo "make check: commit what make generate wrote"; exit 1; fi

test: ## run all tests, and the examples of testdata/examples
	go test ./...
	cd testdata/examples && go vet ./... && go test ./...

test-paths: ## run the tests of what differs between operating systems
	go test -short ./generator ./generator/internal/source ./generator/internal/lock ./schemas/...

test-386: ## run the tests of the codec for 32 bits
	GOARCH=386 go test -short $(CODEC) ./generator/internal/conform

test-codec: ## run the tests of the codec without unsafe, and with checks of pointers
	go test -short -tags redox_safe $(CODEC)
	go test -short -tags redox_safe -skip '$(ONE_BY_ONE)' ./generator/internal/conform
	go test -short -gcflags=all=-d=checkptr $(CODEC) ./generator/internal/conform

race: ## run the tests of what works side by side with the race detector; test-integration has it for stores
	go test -race -short -timeout 30m $$(go list ./runtime/... ./cmd/redoxgen/internal/... | grep -vxF "$$(go list $(INTEGRATION))")
	go test -race -short -timeout 30m -run 'TestDev|TestListen|TestInterrupted' ./cmd/redoxgen
	go test -race -short -timeout 30m -skip '$(ONE_BY_ONE)' ./generator/internal/conform
	go test -race -run 'TestDeterministic$$' ./generator

cover: ## print how much of the codec its own tests cover; below 90 % is an error
	go test -coverpkg=$$(echo $(CODEC) | tr ' ' ,) -coverprofile=cover.out $(CODEC)
	@go tool cover -func=cover.out | awk '{ percent = $$NF + 0 } \
		/^total/ { print "the codec: " $$NF; if (percent < 90) bad = 1; next } \
		percent == 0 && !/redacted.go.*(Lock|Unlock)|struct.go.*redoxObject/ { print "not covered: " $$1 " " $$2; bad = 1 } \
		END { exit bad }'

long: ## run the random tests at length: 300 grown schemas, 300 changes that may break, planted values
	REDOXGEN_LONG=1 go test -count=1 -timeout 30m -run 'TestStability$$|TestDiffAgreesWithAPIDiff$$|TestRerun$$|TestPlantedInRandomMessages$$' ./generator ./runtime/deid

exhaustive: ## run in full what takes too long for each change: samples, drifting schemas, combinations of keywords, inboxes that keep 200,000 messages
	REDOXGEN_LONG=1 go test -count=1 -timeout 2h -run 'TestSamplesAreValid$$|TestDriftProposesTheChange$$|TestCombinations$$' ./generator/internal/conform
	REDOXGEN_RETAINED=200000 .ci/servers.sh go test -count=1 -timeout 2h -run 'TestRetained$$' ./runtime/inbox/...

measure: ## hold a machine with nothing else to do to the bounds on time and memory; with stores: .ci/servers.sh make measure
	REDOXGEN_MEASURE=1 go test -count=1 -p 1 -run '$(MEASURED)' $(MEASURED_IN)

test-integration: ## run the tests that need PostgreSQL, Redis, a browser or other modules
	.ci/servers.sh go test $(RACE) -count=1 -timeout 8m $(INTEGRATION)
	.ci/servers.sh go test -count=1 -run '$(INTEGRATION_CMD)' ./cmd/redoxgen/...
	.ci/servers.sh sh -c 'cd testdata/examples && go test $(RACE) -count=1 ./... && cd ../watermill && go test $(RACE) -count=1 ./...'
	cd testdata/routers && go test $(RACE) ./...
	cd testdata/bench && go test ./own
	REDOXGEN_SCREENSHOTS=screenshots .ci/browser.sh sh -c 'cd testdata/browser && go test -count=1 .'

soak: ## deliver DELIVERIES messages to receivers and workers that are killed at random (default 20000)
	REDOXGEN_SOAK=$(DELIVERIES) .ci/servers.sh go test -count=1 -timeout 3h -v ./runtime/internal/soak

fuzz: ## run every fuzz target for FUZZTIME (default 30s)
	@.ci/fuzz.sh $(FUZZTIME)

lint: ## gofmt, go vet, staticcheck, go.mod
	@unformatted="$$(gofmt -l .)"; if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	GOARCH=386 go vet ./...
	go vet -tags redox_safe $(CODEC)
	go vet -tags redoxgen_bootstrap ./cmd/...
	go vet -tags redoxgen_sql ./cmd/redoxgen
	go run $(STATICCHECK) ./...
	go mod tidy -diff

golangci: ## run the linters of .golangci.yml
	go run $(GOLANGCI) run

vulncheck: ## look for known vulnerabilities in what is called
	go run $(GOVULNCHECK) ./...

apidiff: ## list what a program may notice of the API's changes since the last tag
	@tag="$$(git describe --tags --abbrev=0 --match 'v*' 2>/dev/null)" || { echo "There is no tag to compare with yet."; exit 0; }; \
	dir="$$(mktemp -d)" && trap 'rm -rf "$$dir"' EXIT && git archive "$$tag" | tar -x -C "$$dir" && \
	(cd "$$dir" && go run $(APIDIFF) -m -w "$$dir/api" github.com/redoxgen/redoxgen) && \
	echo "Since $$tag:" && go run $(APIDIFF) -m "$$dir/api" github.com/redoxgen/redoxgen 2>&1 | sed '/^Ignoring internal/d'

bench: ## run the benchmarks and print ratios; with stores: .ci/servers.sh make bench
	cd testdata/bench && \
	for round in $$(seq $(ROUNDS)); do go test -vet=off -run '^$$' -bench . -benchtime $(BENCHTIME) ./... || exit 1; done >bench.out && \
	go run ./ratios <bench.out
	go test -run '^$$' -bench . -benchtime $(BENCHTIME) -benchmem $(BENCHES)
