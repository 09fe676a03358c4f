module github.com/redoxgen/redoxgen/testdata/bench

go 1.25.0

replace github.com/redoxgen/redoxgen => ../..

require (
	github.com/go-faster/jx v1.2.0
	github.com/goccy/go-json v0.12.0
	github.com/minio/simdjson-go v0.4.5
	github.com/redoxgen/redoxgen v0.0.0-00010101000000-000000000000
	github.com/santhosh-tekuri/jsonschema/v5 v5.3.1
)

require (
	github.com/go-faster/errors v0.7.1 // indirect
	github.com/klauspost/compress v1.18.5 // indirect
	github.com/klauspost/cpuid/v2 v2.4.0 // indirect
	github.com/segmentio/asm v1.2.1 // indirect
	golang.org/x/sys v0.47.0 // indirect
)
