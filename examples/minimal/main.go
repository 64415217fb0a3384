// Command minimal is a whole tracer: it runs a program and prints each system
// call of each of its threads, with its result.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/exec"

	"utrace"
	"utrace/linux"
)

var printer = utrace.Ops{
	Name: "printer",
	SyscallExit: func(_ *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
		fmt.Fprintf(os.Stderr, "%s = %d\n", c.Name(), c.Result())
		return a.NoOpinion()
	},
}

func main() {
	tr, err := linux.Open(linux.Options{})
	if err != nil {
		log.Fatal(err)
	}
	cmd := exec.Command(os.Args[1], os.Args[2:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	proc, err := tr.Start(cmd, func(t *utrace.Task) error {
		e, err := t.Attach(utrace.AttachCreate, &printer, nil)
		if err != nil {
			return err
		}
		e.SetFollow(true)
		return e.SetEvents(utrace.EventSyscallExit)
	})
	if err != nil {
		log.Fatal(err)
	}
	status, err := proc.Wait(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	os.Exit(status.ExitStatus())
}
