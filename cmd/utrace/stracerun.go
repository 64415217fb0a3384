package main

import (
	"errors"
	"fmt"
	"os"

	"utrace"
	"utrace/cmd/utrace/internal/straceopt"
	"utrace/engine"
	"utrace/engine/count"
	"utrace/engine/inject"
	"utrace/engine/match"
	"utrace/engine/ptrace"
	"utrace/engine/trace"
	"utrace/linux"
	"utrace/syscalls"
)

// straceRun is one run: the engines, from the kernel to the program, and what
// they write to.
type straceRun struct {
	*straceopt.Options
	args     []string // what they were made from
	daemonOf int      // the process that becomes the program, if we are the tracer of -D

	tr        *utrace.Tracer
	out       *straceOutput
	inside    engine.Instance // ptrace, for strace and gdb inside; nil: not wanted
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
	var err error
	if !s.NoPtrace {
		if s.inside, err = ptrace.Kind.New(engine.Config{}); err != nil {
			return err
		}
	}
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
	if s.inside != nil {
		inside, err := s.inside.Attach(t)
		if err != nil {
			return err
		}
		inside.Put() // children that are not followed may be traced there
	}
	attach := make([]func(*utrace.Task) (*utrace.Engine, error), 0, len(s.injectors)+2)
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
