# make build         bin/utrace
# make test          all tests, after installing the Debian packages that they need
# make bench         what tracing costs, beside strace, proot and ltrace: docs/benchmarks.md (BENCH=-quick to try it)
# make strace-diff   how much of Debian's strace's output is ours too; DIFF=-diff shows what is not
# make lint          formatting, vet and staticcheck

.PHONY: build test bench strace-diff lint deps

build:
	CGO_ENABLED=0 go build -o bin/utrace ./cmd/utrace

deps:
	scripts/deps

# The race detector needs cgo, and gcc with it. One package at a time: some
# tests look at how long a wait takes.
test: deps
	go vet ./...
	CGO_ENABLED=1 go test -race -p 1 -timeout 12m ./...

bench: deps
	go run ./bench $(BENCH)

strace-diff:
	scripts/deps strace-diff
	go run ./judge/strace $(DIFF)

lint:
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "gofmt: $$unformatted" >&2; exit 1; }
	go vet ./...
	go tool staticcheck ./...
