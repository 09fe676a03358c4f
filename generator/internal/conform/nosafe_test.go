//go:build !redox_safe

package conform

const buildFactor = 1
