// A module with schemas of its own for CDSHooks, which Redox publishes none of:
// go mod tidy && go generate && go test .
// The tests of cmd/redoxgen do so in a copy, with complete requirements.
module example.com/cdshooks

go 1.25.0

tool github.com/redoxgen/redoxgen/cmd/redoxgen

require github.com/redoxgen/redoxgen v0.0.0

replace github.com/redoxgen/redoxgen => ../../..
