package linux_test

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"
	"fmt"

	"utrace"
	"utrace/linux"
)

func TestSmoke(t *testing.T) {
	tr, err := linux.Open(linux.Options{})
	if err != nil { t.Fatal(err) }
	ops := &utrace.Ops{Name: "smoke",
		SyscallEntry: func(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action { return a },
		SyscallExit: func(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
			if os.Getenv("V") != "" { fmt.Fprintf(os.Stderr, "[%d] %s(%x, %x) = %d\n", c.Task().TID(), c.Name(), c.Arg(0), c.Arg(1), c.Result()) }
			return a
		},
	}
	args := []string{"ls", "/"}
	if s := os.Getenv("C"); s != "" { args = []string{"sh", "-c", s} }
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	p, err := tr.Start(cmd, func(k *utrace.Task) error {
		e, err := k.Attach(utrace.AttachCreate, ops, nil)
		if err != nil { return err }
		e.SetFollow(true)
		return e.SetEvents(utrace.EventSyscall)
	})
	if err != nil { t.Fatal(err) }
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	ws, err := p.Wait(ctx)
	fmt.Println("status", ws.ExitStatus(), err)
	if err := tr.Close(ctx); err != nil { t.Fatal(err) }
}
