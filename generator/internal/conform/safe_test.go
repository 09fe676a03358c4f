//go:build redox_safe

package conform

// Without unsafe every access to a field allocates: the bound on memory is that
// of the ordinary build, and this one stays within a multiple of it.
const buildFactor = 4
