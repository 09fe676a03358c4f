// Package bench measures the codec against other libraries. It is a module of
// its own, so that nobody who uses the project downloads them.
//
// Run it from the root of the project with `make bench`, which repeats all
// benchmarks in interleaved rounds and prints the medians as ratios: absolute
// times mean little on shared machines.
package bench
