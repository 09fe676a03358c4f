// A module that generates its own types: go mod tidy && go generate ./models && go run .
// The tests of cmd/redoxgen do so in a copy, with complete requirements.
module example.com/generate

go 1.25.0

tool github.com/redoxgen/redoxgen/cmd/redoxgen

require github.com/redoxgen/redoxgen v0.0.0

replace github.com/redoxgen/redoxgen => ../../..
