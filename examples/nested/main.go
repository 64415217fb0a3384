// Command nested puts two virtualizers on one program. Both pretend that the
// machine has another name, neither knows of the other, and they nest: at the
// exit of uname(2) the inner one, attached first and closest to the kernel,
// sees what the kernel said, and the outer one what the inner one made of it.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/exec"

	"utrace"
	"utrace/linux"
	"utrace/syscalls"
)

func main() {
	uname, err := syscalls.ParseSet("uname")
	if err != nil {
		log.Fatal(err)
	}
	tr, err := linux.Open(linux.Options{})
	if err != nil {
		log.Fatal(err)
	}
	cmd := exec.Command("uname", "-n")
	cmd.Stdout = os.Stdout
	proc, err := tr.Start(cmd, func(t *utrace.Task) error {
		for _, name := range []string{"inner", "outer"} {
			e, err := t.Attach(utrace.AttachCreate, virtualizer(name), nil)
			if err != nil {
				return err
			}
			e.SetFollow(true)
			if err := e.SetSyscalls(uname); err != nil {
				return err
			}
			if err := e.SetEvents(utrace.EventSyscall); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := proc.Wait(context.Background()); err != nil {
		log.Fatal(err)
	}
}

// Where struct new_utsname, whose fields have 65 bytes, has the node name.
const nodename, field = 65, 65

// virtualizer is an engine that appends its name to the node name.
func virtualizer(name string) *utrace.Ops {
	return &utrace.Ops{
		Name: name,
		SyscallEntry: func(_ *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
			fmt.Printf("%s: entry of %s\n", name, c.Name())
			return a.NoOpinion()
		},
		SyscallExit: func(_ *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
			if c.Err() != 0 {
				return a.NoOpinion()
			}
			addr := c.Arg(0) + nodename
			was, _, err := c.Memory().ReadString(addr, field)
			if err != nil {
				return a.NoOpinion()
			}
			is := was + "." + name
			buf := append([]byte(is), 0)
			if _, err := c.Memory().WriteAt(buf[:min(len(buf), field)], int64(addr)); err != nil {
				return a.NoOpinion()
			}
			fmt.Printf("%s: exit of %s, found %q, left %q\n", name, c.Name(), was, is)
			return a.NoOpinion()
		},
	}
}
