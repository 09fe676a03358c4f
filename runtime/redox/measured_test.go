package redox_test

import (
	"os"
)

// measured says that this machine is to be held to bounds on time and memory.
var measured = os.Getenv("REDOXGEN_MEASURE") == "1"
