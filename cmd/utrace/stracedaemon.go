package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/cmd/utrace/internal/why"
)

// With -D the program takes the place of the process that was called, so that it
// is the child of whoever called strace. The tracer is a grandchild:
//
//	caller ── strace ─────────────── waits for the tracer's word, execs CMD
//	             └── between            ends, so that CMD has no child it has not made
//	                    └── tracer      attaches to strace, and traces from its exec on
//
// The two processes are this executable with an option that nobody else gives.
const daemonOption = "--daemon-of="

// daemonReady is the descriptor on which the tracer says that it has attached.
const daemonReady = 3

// daemonize runs in the process that becomes the program. It returns only if that
// fails.
func (s *straceRun) daemonize(cmd *exec.Cmd) error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	// Where only parents may trace (Yama), the tracer is none.
	_ = unix.Prctl(unix.PR_SET_PTRACER, ^uintptr(0), 0, 0, 0)
	between := itself("between", os.Getpid(), s.args)
	between.Stdin, between.Stdout, between.Stderr = os.Stdin, os.Stdout, os.Stderr
	between.ExtraFiles = []*os.File{w}
	err = between.Run()
	_ = w.Close()
	if err != nil {
		return fmt.Errorf("start the tracer: %w", err)
	}
	var word [1]byte
	if n, _ := r.Read(word[:]); n == 0 {
		return quiet(1) // the tracer has said why
	}
	_ = unix.Prctl(unix.PR_SET_PTRACER, 0, 0, 0, 0)
	if c := s.credential(cmd); c != nil {
		if err := become(c); err != nil {
			return err
		}
	}
	onLeader(func() { err = unix.Exec(cmd.Path, cmd.Args, cmd.Env) })
	return s.notStarted(err)
}

// onLeader calls fn on the process's first thread, so that an exec there changes
// no thread's id. Each goroutine that is on another keeps that, which leaves the
// fewer for the next; if the first is busy, some other one has to do.
func onLeader(fn func()) {
	const enough = 64
	done := make(chan struct{})
	var try func(n int)
	try = func(n int) {
		runtime.LockOSThread()
		if unix.Gettid() == unix.Getpid() || n == enough {
			fn()
			close(done)
			return
		}
		go try(n + 1)
		<-done
	}
	go try(0)
	<-done
}

func (s *straceRun) credential(cmd *exec.Cmd) *syscall.Credential {
	if cmd.SysProcAttr == nil {
		return nil
	}
	return cmd.SysProcAttr.Credential
}

// become takes on a user's ids, in all threads.
func become(c *syscall.Credential) error {
	groups := make([]int, len(c.Groups))
	for i, g := range c.Groups {
		groups[i] = int(g)
	}
	return errors.Join(syscall.Setgroups(groups), syscall.Setgid(int(c.Gid)), syscall.Setuid(int(c.Uid)))
}

// between starts the tracer, in a group or session of its own for -DD and -DDD,
// and ends.
func between(level, pid int, args []string) error {
	tracer := itself("tracer", pid, args)
	tracer.Stdin, tracer.Stdout, tracer.Stderr = os.Stdin, os.Stdout, os.Stderr
	tracer.ExtraFiles = []*os.File{os.NewFile(daemonReady, "ready")}
	switch level {
	case 2:
		tracer.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	case 3:
		tracer.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	}
	return tracer.Start()
}

// itself is this executable in another role.
func itself(role string, pid int, args []string) *exec.Cmd {
	option := daemonOption + role + "," + strconv.Itoa(pid)
	return &exec.Cmd{Path: "/proc/self/exe", Args: append([]string{os.Args[0], "strace", option}, args...)}
}

// daemonArgs takes the option of the two processes off.
func daemonArgs(args []string) (role string, pid int, rest []string) {
	if len(args) == 0 {
		return "", 0, args
	}
	value, ok := strings.CutPrefix(args[0], daemonOption)
	if !ok {
		return "", 0, args
	}
	role, number, _ := strings.Cut(value, ",")
	pid, _ = strconv.Atoi(number)
	return role, pid, args[1:]
}

// followDaemon is the tracer's run. Signals that end others are not for it, unless
// -I says so.
func (s *straceRun) followDaemon(ctx context.Context, cancel func()) error {
	var signals <-chan unix.Signal
	if s.Interruptible == 1 || s.Interruptible == 2 {
		signals = takeEndingSignals(cancel)
	} else {
		notify(make(chan os.Signal, 1), unix.SIGINT, unix.SIGQUIT, unix.SIGTERM, unix.SIGHUP, unix.SIGTSTP, unix.SIGPIPE)
	}
	if err := s.attachAll(ctx); err != nil {
		return err
	}
	if err := s.followExec(ctx); err != nil {
		return err
	}
	return s.stay(signals, nil)
}

// followExec attaches to the process that is about to exec the program, tells it
// so, and puts the engines on the thread that execs, as it enters that call. It
// returns when that has begun, or the process has ended.
func (s *straceRun) followExec(ctx context.Context) error {
	begun := make(chan struct{})
	starter := &utrace.Ops{Name: "starter"}
	starter.SyscallEntry = func(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
		if c.Name() != "execve" || a.Resumed() {
			return a.NoOpinion()
		}
		if err := s.attachBy(e.Task(), s.trace.AttachProgram); err != nil {
			s.trace.Say("%v", err)
			return a.NoOpinion()
		}
		close(begun)
		e.Get()
		go func() { // the engines see the call in a second round of its entry
			defer e.Put()
			if e.Barrier(context.Background()) == nil {
				_ = e.Control(utrace.Report)
			}
		}()
		return a.With(utrace.Stop)
	}
	starter.Exec = func(_ *utrace.Engine, a utrace.Action) utrace.Action { return a.With(utrace.Detach) }
	proc, err := s.tr.Attach(ctx, s.daemonOf, func(t *utrace.Task) error {
		e, err := t.Attach(utrace.AttachCreate, starter, nil)
		if err != nil {
			return err
		}
		defer e.Put()
		// EventQuiesce is what Control(Report) takes.
		return e.SetEvents(utrace.EventSyscallEntry | utrace.EventExec | utrace.EventQuiesce)
	})
	if err != nil {
		return why.Attach(s.daemonOf, err)
	}
	ready := os.NewFile(daemonReady, "ready")
	_, err = ready.Write([]byte{1})
	if err = errors.Join(err, ready.Close()); err != nil {
		return err
	}
	select {
	case <-begun:
	case <-proc.Done():
	}
	return nil
}
