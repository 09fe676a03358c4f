module example.com/app

go 1.25.0

require github.com/redoxgen/redoxgen v0.0.0

replace github.com/redoxgen/redoxgen => ../../..
