// Package report says what is wrong with a message: it collects findings by
// their positions, and gives each the path of its value. It is the one home of
// how paths are written, and of which names they show.
package report
