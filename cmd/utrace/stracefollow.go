package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/cmd/utrace/internal/why"
	"utrace/engine/trace"
	"utrace/syscalls"
)

// follow attaches, starts, and stays until all have ended.
func (s *straceRun) follow(cmd *exec.Cmd) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if s.daemonOf != 0 {
		tuneRuntime()
		return s.followDaemon(ctx, cancel)
	}
	if cmd == nil {
		tuneRuntime()
		signals := takeEndingSignals(cancel)
		if err := s.attachAll(ctx); err != nil {
			return err
		}
		return s.stay(signals, nil)
	}
	jobs := takeJobSignals()
	defer jobs.release()
	jobs.ending, jobs.deaf = !s.outlives(), s.Interruptible > 3
	if err := s.attachAll(ctx); err != nil {
		return err
	}
	proc, err := s.start(cmd, jobs)
	if err != nil {
		return s.notStarted(err)
	}
	jobs.begin(proc)
	tuneRuntime()
	go func() {
		<-proc.Done()
		jobs.programEnded()
	}()
	return s.stay(jobs.quit, proc)
}

// outlives reports whether signals are left to the program (-I).
func (s *straceRun) outlives() bool {
	if s.Interruptible == 0 {
		return s.Output != "" && len(s.PIDs) == 0
	}
	return s.Interruptible > 2
}

func (s *straceRun) start(cmd *exec.Cmd, jobs *jobSignals) (*utrace.Process, error) {
	return s.tr.Start(cmd, func(t *utrace.Task) error {
		if err := s.attachBy(t, s.trace.AttachProgram); err != nil {
			return err
		}
		return jobs.watch(t)
	})
}

// notStarted says why a program does not run.
func (s *straceRun) notStarted(err error) error {
	var errno unix.Errno
	if errors.As(err, &errno) {
		return fmt.Errorf("exec: %s", syscalls.ErrnoText(int(errno)))
	}
	return err
}

// attachAll attaches to the processes of -p. It is an error if there are none of
// them left, and nothing to start.
func (s *straceRun) attachAll(ctx context.Context) error {
	attached := 0
	for _, pid := range s.PIDs {
		_, err := s.tr.Attach(ctx, pid, s.attach(pid))
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			s.trace.Say("%v", why.Attach(pid, err))
			continue
		}
		attached++
		if s.Trace.Quiet&trace.QuietAttach == 0 && !s.Trace.JSON {
			s.trace.Say("Process %d attached%s", pid, s.threads(pid))
		}
	}
	if len(s.PIDs) > 0 && attached == 0 && len(s.Command) == 0 {
		return quiet(1) // why has been said
	}
	return nil
}

func (s *straceRun) threads(pid int) string {
	t, err := s.tr.Task(pid)
	if err != nil || s.Trace.NoFollow {
		return ""
	}
	if n := len(t.Process().Tasks()); n > 1 {
		return fmt.Sprintf(" with %d threads", n)
	}
	return ""
}

// stay waits until nobody is traced any longer, or a signal comes. A program that
// we started gets that too. It returns how the program ended, if there is one.
func (s *straceRun) stay(signals <-chan unix.Signal, proc *utrace.Process) error {
	defer s.letGo()
	select {
	case sig := <-signals:
		if proc != nil {
			_ = proc.Signal(unix.SIGCONT)
			_ = proc.Signal(sig)
		}
		return &killed{sig}
	case <-s.reached:
		return nil
	case <-s.trace.Idle():
	}
	if proc == nil {
		return nil
	}
	ctx := context.Background()
	if s.Trace.DetachExec { // it may have been let go
		var cancel func()
		ctx, cancel = context.WithTimeout(ctx, letGoTimeout)
		defer cancel()
	}
	status, err := proc.Wait(ctx)
	switch {
	case ctx.Err() != nil:
		return nil
	case err != nil:
		return err
	}
	return &ended{status}
}

// letGo lets all run on that are left: closing the tracer would kill those that
// it has started.
func (s *straceRun) letGo() {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	asked := map[*utrace.Process]bool{}
	for again := true; again; { // they may have had children meanwhile
		again = false
		for _, t := range s.tr.Tasks() {
			if p := t.Process(); !asked[p] {
				asked[p], again = true, true
				_ = p.Detach(ctx)
			}
		}
	}
}

// close lets the engines write what is left, and closes what they wrote to.
func (s *straceRun) close() error {
	var errs []error
	for _, in := range s.injectors {
		errs = append(errs, in.Close())
	}
	if err := s.trace.Close(); !s.out.readerGone(err) {
		errs = append(errs, err)
	}
	if s.count != nil {
		errs = append(errs, s.count.Close())
	}
	return errors.Join(append(errs, s.out.close())...)
}

// letGoTimeout bounds how long the end of a process is waited for that was let
// go, or is dead and about to be collected.
const letGoTimeout = 100 * time.Millisecond

// quoted is a path as strace's messages have it.
func quoted(path string) string { return fmt.Sprintf("%q", path) }
