// What the control group's limit on CPU is the runtime need not know, and finding
// that out would be part of every start: two or three threads trace.
//
//go:debug containermaxprocs=0
//go:debug updatemaxprocs=0

// Command utrace runs a program, or attaches to one, with any number of engines
// on each of its threads: each sees its system calls and signals, and may
// change them, without knowing the others.
package main

import (
	"os"
	"runtime"
)

func main() {
	// With one P, which a wait for stops keeps, the runtime's monitor would take
	// it back after 20 us of every wait.
	if runtime.GOMAXPROCS(0) < 2 {
		runtime.GOMAXPROCS(2)
	}
	err := command().Execute()
	os.Exit(report(os.Stderr, err))
}
