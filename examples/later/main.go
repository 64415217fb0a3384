// Command later decides about a system call after the fact of its being asked
// for. A gate holds mkdir(2) at its entry, set on aborting it. A controller,
// outside of any callback, looks at the held thread in its own time, changes
// the gate's mind, and asks for a second round, in which every engine chooses
// again and sees that it is a repeat.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/linux"
	"utrace/syscalls"
)

func main() {
	dir, err := os.MkdirTemp("", "later")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	tr, err := linux.Open(linux.Options{})
	if err != nil {
		log.Fatal(err)
	}
	g := &gate{held: make(chan *utrace.Engine, 1)}
	go g.control()
	cmd := exec.Command("mkdir", filepath.Join(dir, "new"))
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	proc, err := tr.Start(cmd, func(t *utrace.Task) error {
		return errors.Join(attach(t, &watcher), attach(t, g.ops()))
	})
	if err != nil {
		log.Fatal(err)
	}
	status, err := proc.Wait(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("mkdir: exit status", status.ExitStatus())
}

func attach(t *utrace.Task, ops *utrace.Ops) error {
	mkdir, err := syscalls.ParseSet("mkdir,mkdirat")
	if err != nil {
		return err
	}
	e, err := t.Attach(utrace.AttachCreate, ops, nil)
	if err != nil {
		return err
	}
	// Quiesce is what Control(Report) takes.
	events := utrace.EventSyscall | utrace.EventQuiesce
	return errors.Join(e.SetSyscalls(mkdir), e.SetEvents(events))
}

// watcher is closer to the kernel than the gate: at an entry it is called
// after it, and its action argument is what the gate chose.
var watcher = utrace.Ops{
	Name: "watcher",
	SyscallEntry: func(_ *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
		round, fate := "first", "run"
		if a.Resumed() {
			round = "second"
		}
		if a.Syscall() == utrace.SyscallAbort {
			fate = "be aborted"
		}
		fmt.Printf("watcher: %s, %s round: is to %s\n", c.Name(), round, fate)
		return a.NoOpinion()
	},
	SyscallExit: func(_ *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
		fmt.Printf("watcher: %s = %d\n", c.Name(), c.Result())
		return a.NoOpinion()
	},
}

// gate holds calls until its controller has decided.
type gate struct {
	held  chan *utrace.Engine
	allow atomic.Bool
}

func (g *gate) ops() *utrace.Ops {
	return &utrace.Ops{
		Name: "gate",
		SyscallEntry: func(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
			switch {
			case !a.Resumed():
				fmt.Printf("gate: %s: stop, and abort it unless told otherwise\n", c.Name())
				g.held <- e.Get()
				return utrace.Stop | utrace.SyscallAbort
			case g.allow.Load():
				fmt.Printf("gate: %s: run it after all\n", c.Name())
				return utrace.Resume | utrace.SyscallRun
			}
			return utrace.Resume | utrace.SyscallAbort
		},
	}
}

// control is the controller: any goroutine will do.
func (g *gate) control() {
	e := <-g.held
	defer e.Put()
	path, err := heldPath(e)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("controller: mkdir of %q: let it\n", filepath.Base(path))
	g.allow.Store(true)
	if err := e.Control(utrace.Report); err != nil {
		log.Fatal(err)
	}
}

// heldPath reads the path that the held thread is about to make. The gate has
// said that it will stop before it has.
func heldPath(e *utrace.Engine) (path string, err error) {
	if err := e.Barrier(context.Background()); err != nil {
		return "", err
	}
	if err := e.AwaitStop(context.Background()); err != nil {
		return "", err
	}
	err = e.Examine(func(s *utrace.Stopped) error {
		c, ok := s.Syscall()
		if !ok {
			return unix.ENODATA
		}
		i := 0
		if c.Name() == "mkdirat" {
			i = 1
		}
		path, _, err = s.Memory().ReadString(c.Arg(i), unix.PathMax)
		return err
	})
	return path, err
}
