// Command utrace runs a program, or attaches to one, with any number of engines
// on each of its threads: each sees its system calls and signals, and may
// change them, without knowing the others.
package main

import "os"

func main() {
	err := command(os.Args[1:]).Execute()
	os.Exit(report(os.Stderr, err))
}
