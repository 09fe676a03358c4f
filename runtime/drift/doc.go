// Package drift counts how messages differ from the schemas of their events:
//
//   - members that the schema lacks, and what kinds of values they have
//   - values of another type, dates in no known form, values outside of a
//     documented set
//   - documented members that never occur
//
// A [Collector] counts in a running receiver or over stored messages, in bounded
// memory. What it has counted is a [Tally], which other processes, and the command
// redoxgen drift, read and add up.
//
// A Tally has paths, rules, kinds and numbers, and never a value of a message. Names
// of members that the schema lacks are withheld where they may be data: see [Finding].
package drift
