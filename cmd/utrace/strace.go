package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"utrace"
	"utrace/cmd/utrace/internal/straceopt"
	"utrace/cmd/utrace/internal/why"
	"utrace/engine"
	"utrace/engine/count"
	"utrace/engine/inject"
	"utrace/engine/match"
	"utrace/engine/ptrace"
	"utrace/engine/trace"
	"utrace/linux"
	"utrace/syscalls"
)

func straceCommand() *cobra.Command {
	return &cobra.Command{
		Use:                   "strace [OPTION]... { -p PID... | CMD [ARG]... }",
		DisableFlagsInUseLine: true,
		Short:                 "Print system calls and signals, with strace's options and output",
		Long:                  straceopt.Help,
		DisableFlagParsing:    true, // it has a grammar of its own
		RunE:                  func(_ *cobra.Command, args []string) error { return strace(args) },
	}
}

// strace is the whole command. It ends as strace does: 1 for whatever is wrong
// with the command line, or fails.
func strace(args []string) error {
	role, pid, args := daemonArgs(args)
	o, err := straceopt.Parse(args)
	if err != nil {
		failed := straceFailed(err)
		var e *straceopt.Error
		if errors.As(err, &e) && e.Hint {
			fmt.Fprintln(os.Stderr, "Try 'utrace strace -h' for more information.")
		}
		return failed
	}
	switch {
	case o.Help:
		_, _ = os.Stdout.WriteString(straceopt.Help)
		return nil
	case o.Version:
		fmt.Printf("strace -- utrace %s\n", version())
		return nil
	}
	s := &straceRun{Options: o, args: args}
	switch role {
	case "between":
		err = between(o.Daemon, pid, args)
	case "tracer":
		s.daemonOf = pid
		err = s.run()
	default:
		for _, w := range o.Warnings {
			fmt.Fprintf(os.Stderr, "strace: %s\n", w)
		}
		err = s.run()
	}
	var (
		ended *ended
		k     *killed
		told  quiet
	)
	if err == nil || errors.As(err, &ended) || errors.As(err, &k) || errors.As(err, &told) {
		return err
	}
	return straceFailed(err)
}

// straceFailed prints err as strace would.
func straceFailed(err error) error {
	fmt.Fprintf(os.Stderr, "strace: %v\n", err)
	return quiet(1)
}

// straceRun is one run: the engines, from the kernel to the program, and what
// they write to.
type straceRun struct {
	*straceopt.Options
	args     []string // what they were made from
	daemonOf int      // the process that becomes the program, if we are the tracer of -D

	tr        *utrace.Tracer
	out       *straceOutput
	inside    engine.Instance // ptrace for the programs inside
	injectors []engine.Instance
	count     engine.Instance // nil: no table
	trace     *trace.Tracer
	reached   chan struct{} // closed when there were as many calls as --syscall-limit
}

func (s *straceRun) run() (err error) {
	cmd, err := s.command()
	if err != nil {
		return err
	}
	if s.Daemon > 0 && s.daemonOf == 0 {
		return s.daemonize(cmd)
	}
	if err := s.engines(); err != nil {
		return err
	}
	defer func() {
		if cerr := s.close(); cerr != nil {
			// What could not be written does not change how the program ended.
			fmt.Fprintf(os.Stderr, "strace: %v\n", cerr)
		}
	}()
	if s.tr, err = linux.Open(s.host()); err != nil {
		return err
	}
	defer closeTracer(s.tr)
	return s.follow(cmd)
}

// host are the host's options: whoever is to be let go must have no filter.
func (s *straceRun) host() linux.Options {
	if s.Trace.DetachExec || s.Trace.Limit > 0 {
		return linux.Options{Filter: linux.FilterOff}
	}
	return linux.Options{}
}

// engines makes the engines. Calls that are not traced are not tampered with
// either, nor counted.
func (s *straceRun) engines() error {
	var only func(*utrace.Syscall) bool
	if len(s.Paths) > 0 || !s.FDs.IsEmpty() {
		paths := match.NewPaths(s.Paths, s.FDs.Has)
		only = paths.Match
		if s.Trace.Quiet&trace.QuietPath == 0 {
			for _, r := range paths.Resolved() {
				fmt.Fprintf(os.Stderr, "strace: Requested path %s resolved into %s\n", quoted(r.Given), quoted(r.Real))
			}
		}
	}
	for _, in := range s.Inject {
		set := in.Set.Invert().Union(s.Trace.Calls.Invert()).Invert()
		e, err := inject.New(engine.Config{Set: set, Only: only, Params: in.Params})
		if err != nil {
			return err
		}
		s.injectors = append(s.injectors, e)
	}
	var err error
	// Who is followed finds its debuggers and tracers working; who is to be let
	// go cannot have an engine that stays.
	if !s.Trace.NoFollow && !s.Trace.DetachExec && s.Trace.Limit == 0 {
		if s.inside, err = ptrace.Kind.New(engine.Config{}); err != nil {
			return err
		}
	}
	if s.out, err = openStraceOutput(s.Options); err != nil {
		return err
	}
	s.Trace.Only = only
	if s.Summary != straceopt.NoSummary {
		c := engine.Config{Set: s.Trace.Calls, Only: only, Out: s.out.table()}
		if s.count, err = count.NewSummary(c, s.Count); err != nil {
			return errors.Join(err, s.out.close())
		}
	}
	s.lines()
	return nil
}

// lines makes the engine that writes lines.
func (s *straceRun) lines() {
	t := &s.Trace
	if s.Summary == straceopt.SummaryOnly { // it says who comes and goes
		t.Calls, t.Signals = syscalls.None(), 0
		t.Quiet |= trace.QuietExit | trace.QuietThreadExecve | trace.QuietPersonality
	}
	switch {
	case s.out.separate != nil:
		t.Separate = s.out.separate
	case s.AlwaysPID:
		t.Leader = trace.LeaderAlways
	case s.Output == "":
		t.Leader = trace.LeaderSeveral
	case t.NoFollow && len(s.PIDs) <= 1:
		t.Leader = trace.LeaderNone
	default:
		t.Leader = trace.LeaderPID
	}
	t.Colour = s.Colour == "always" || s.Colour == "auto" && s.out.colour()
	s.reached = make(chan struct{})
	t.Reached = func() { close(s.reached) }
	s.trace = trace.NewTracer(s.out.w, *t)
}

// attach puts the engines on a task of a process that runs. Without following,
// the thread that was named is all that is traced.
func (s *straceRun) attach(pid int) func(*utrace.Task) error {
	return func(t *utrace.Task) error {
		if s.Trace.NoFollow && t.TID() != pid {
			return nil
		}
		return s.attachBy(t, s.trace.Attach)
	}
}

func (s *straceRun) attachBy(t *utrace.Task, lines func(*utrace.Task) (*utrace.Engine, error)) error {
	attach := make([]func(*utrace.Task) (*utrace.Engine, error), 0, len(s.injectors)+3)
	if s.inside != nil {
		attach = append(attach, s.inside.Attach)
	}
	for _, in := range s.injectors {
		attach = append(attach, in.Attach)
	}
	if s.count != nil {
		attach = append(attach, s.count.Attach)
	}
	for _, a := range append(attach, lines) {
		e, err := a(t)
		if err != nil {
			return err
		}
		if s.Trace.NoFollow {
			e.SetFollow(false)
		}
		e.Put()
	}
	return nil
}

// follow attaches, starts, and stays until all have ended.
func (s *straceRun) follow(cmd *exec.Cmd) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if s.daemonOf != 0 {
		return s.followDaemon(ctx, cancel)
	}
	if cmd == nil {
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
	for _, t := range s.tr.Tasks() {
		_ = t.Process().Detach(ctx)
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
