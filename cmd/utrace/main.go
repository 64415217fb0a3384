// Command utrace runs a program, or attaches to one, with any number of engines
// on each of its threads: each sees its system calls and signals, and may
// change them, without knowing the others.
package main

import (
	"os"
	"runtime"
)

func main() {
	err := command(os.Args[1:]).Execute()
	os.Exit(report(os.Stderr, err))
}

// spareProcs gives the Go scheduler two more than there are CPUs, once there is
// something to trace. An owner keeps its P while it waits for stops, and there is
// one owner for each CPU. If no other P is idle the runtime's monitor takes it back
// after 20 us of every wait.
func spareProcs() {
	if procs := runtime.NumCPU() + 2; runtime.GOMAXPROCS(0) < procs {
		runtime.GOMAXPROCS(procs)
	}
}
