// A module that uses the types that come with redoxgen: go mod tidy && go run .
// The tests of cmd/redoxgen do so in a copy, with complete requirements.
module example.com/import

go 1.25.0

require github.com/redoxgen/redoxgen v0.0.0

replace github.com/redoxgen/redoxgen => ../../..
