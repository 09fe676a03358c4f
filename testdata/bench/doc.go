// Package bench measures the codec against other libraries. It is a module of
// its own, so that nobody who uses the project downloads them.
//
// Run it from the root of the project with `make bench`, which repeats all
// benchmarks in interleaved rounds and prints the medians as ratios: absolute
// times mean little on shared machines.
//
// Every contender is a package, and so a process, of its own. In one process
// each would pay for collecting what the others hold, such as the megabytes of
// a schema interpreter. How much that costs shows the line of the table that
// compares decoding with decoding beside 2 MB of other data.
package bench
