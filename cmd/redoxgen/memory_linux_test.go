package main

import (
	"os"
	"syscall"
)

// peakMemory returns the most memory that a process had, in KB.
func peakMemory(s *os.ProcessState) int64 {
	if u, ok := s.SysUsage().(*syscall.Rusage); ok {
		return int64(u.Maxrss)
	}
	return 0
}
