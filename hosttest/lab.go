package hosttest

import (
	"context"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"utrace"
)

// Lab is a host on which puppets can be run.
type Lab interface {
	// Name is the host's: "Sim", "Linux".
	Name() string
	// Tracer is the tracer over the host.
	Tracer() *utrace.Tracer
	// Launch starts a puppet with a script, and board as its board; traced
	// from its execve on, or, if setup is nil, not at all: then only the pid
	// is returned.
	Launch(script Script, board *Board, setup func(*utrace.Task) error) (*utrace.Process, int, error)
	// NewBoard makes one that puppets of this lab can see.
	NewBoard(t testing.TB) *Board
	// Kill sends a signal to a process, traced or not.
	Kill(pid int, sig unix.Signal) error
	// Asleep tells whether the thread sleeps in a system call and has looked at
	// all that it was asked for before.
	Asleep(tid int) bool
	// Has tells whether the host can do a thing that not every one can.
	Has(Cap) bool
}

// Cap is what a host may or may not be able to do.
type Cap int

const (
	// CapExactReport: Report does not break a blocked call (S38).
	CapExactReport Cap = iota
	// CapStep: threads can be stepped.
	CapStep
)

// Run is one puppet at work.
type Run struct {
	t     testing.TB
	Lab   Lab
	Proc  *utrace.Process
	Pid   int
	board *Board
	gate  *utrace.Engine // holds the thread between Start and Go
	recs  []*Recorder
}

// Start starts a puppet and holds it in its first gate, in user mode, by an
// engine of its own without events, so that what is attached to run.Task() is
// in force before the script begins, which is when [Run.Go] lets it. When the
// test ends, the puppet is killed.
func Start(t testing.TB, lab Lab, script ...Step) *Run {
	t.Helper()
	run := StartRunning(t, lab, script...)
	run.Hold()
	return run
}

// StartRunning is Start without the hold: the puppet spins in its first gate
// and there is no engine on it. On a real host it takes a moment until a
// running thread stops for what a new engine wants.
func StartRunning(t testing.TB, lab Lab, script ...Step) *Run {
	t.Helper()
	return StartWith(t, lab, func(*utrace.Task) error { return nil }, script...)
}

// StartWith is Start with a setup function, which sees the puppet's execve and
// its first calls, mmap and getpid, too.
func StartWith(t testing.TB, lab Lab, setup func(*utrace.Task) error, script ...Step) *Run {
	t.Helper()
	run := launch(t, lab, setup, script)
	run.Reached(0)
	return run
}

// StartUntraced starts a puppet that nobody traces and waits for its first
// gate; [Run.Attach] traces it.
func StartUntraced(t testing.TB, lab Lab, script ...Step) *Run {
	t.Helper()
	run := launch(t, lab, nil, script)
	run.Reached(0)
	return run
}

func launch(t testing.TB, lab Lab, setup func(*utrace.Task) error, script Script) *Run {
	t.Helper()
	run := &Run{t: t, Lab: lab, board: lab.NewBoard(t)}
	var err error
	run.Proc, run.Pid, err = lab.Launch(append(Script{Gate(0)}, script...), run.board, setup)
	if err != nil {
		t.Fatalf("launch: %v", err)
	}
	t.Cleanup(run.end)
	return run
}

// end leaves nothing behind. A process that was given away is killed as any
// other; its parent, or the simulation, reaps it.
func (r *Run) end() {
	r.Lab.Kill(r.Pid, unix.SIGKILL)
	if r.Proc != nil {
		for _, task := range r.Proc.Tasks() {
			for _, e := range task.Engines() {
				e.ReleaseReap()
			}
		}
		ctx, cancel := context.WithTimeout(context.Background(), Deadline)
		defer cancel()
		if _, err := r.Proc.Wait(ctx); err == context.DeadlineExceeded {
			r.t.Errorf("%s: process %d does not end: %s", r.Lab.Name(), r.Pid, r.States())
		}
	}
}

// States says what each thread of the process does.
func (r *Run) States() string {
	var s []string
	for _, task := range r.Proc.Tasks() {
		s = append(s, task.ID().String()+" "+task.State())
	}
	return strings.Join(s, ", ")
}

// Attach attaches the tracer to a puppet started with StartUntraced.
func (r *Run) Attach(setup func(*utrace.Task) error) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), Deadline)
	defer cancel()
	p, err := r.Lab.Tracer().Attach(ctx, r.Pid, setup)
	if err != nil {
		r.t.Fatalf("attach: %v", err)
	}
	r.Proc = p
}

// Task returns the puppet's first thread.
func (r *Run) Task() *utrace.Task { return r.Proc.Task() }

// Hold stops the puppet's first thread at the border to user mode, by an engine
// without events that [Run.Release] detaches. No callback is made for that,
// but Quiesce(0) to engines that have EventQuiesce already.
func (r *Run) Hold() {
	r.t.Helper()
	var err error
	r.gate, err = r.Task().Attach(utrace.AttachCreate, &utrace.Ops{Name: "gate"}, nil)
	if err != nil {
		r.t.Fatalf("attach the gate: %v", err)
	}
	WantErr(r.t, "hold", r.gate.Control(utrace.Stop), unix.EINPROGRESS)
	AwaitHeld(r.t, r.Task(), "held")
}

// Release ends Hold.
func (r *Run) Release() {
	r.t.Helper()
	if r.gate != nil {
		WantErr(r.t, "release", r.gate.Control(utrace.Detach), 0)
		r.gate.Put()
		r.gate = nil
	}
}

// Go ends Start's hold, and when user mode runs again, opens the gate that
// every script starts with.
func (r *Run) Go() {
	r.t.Helper()
	if r.gate != nil {
		r.Release()
		r.Spun(0)
	}
	for _, rec := range r.recs {
		rec.unmute()
	}
	r.Open(0)
}

// Recorder makes a log for engines on this puppet. Until Go, the passes before
// user mode are not in it, nor answered as On says: to set EventQuiesce on a
// thread that is held asks for one (decision Q8), which is none of the
// statement's.
func (r *Run) Recorder() *Recorder {
	rec := NewRecorder(r.t)
	if r.gate != nil {
		rec.muted = true
		r.recs = append(r.recs, rec)
	}
	return rec
}

// Open opens gate n.
func (r *Run) Open(n int) { r.board.store(boardOpen+n, 1) }

// Reached waits until a thread spins in gate n.
func (r *Run) Reached(n int) {
	r.t.Helper()
	if !until(func() bool { return r.board.load(boardReached+n) != 0 }) {
		r.t.Fatalf("gate %d was not reached", n)
	}
}

// Spins returns how often gate n was found closed: it grows while user mode
// runs.
func (r *Run) Spins(n int) uint64 { return r.board.load(boardSpins + n) }

// Spun waits until user mode has run in gate n since now.
func (r *Run) Spun(n int) {
	r.t.Helper()
	from := r.Spins(n)
	if !until(func() bool { return r.Spins(n) > from+1 }) {
		r.t.Fatalf("user mode does not run in gate %d: %s", n, r.States())
	}
}

// Blocked waits until the puppet's first thread sleeps in a system call.
func (r *Run) Blocked() {
	r.t.Helper()
	if !until(func() bool { return r.Lab.Asleep(r.Task().TID()) }) {
		r.t.Fatalf("no call blocks: %s", r.States())
	}
}

// Handled returns how often the puppet's handler for sig has run.
func (r *Run) Handled(sig unix.Signal) int { return int(r.board.load(boardHandled + int(sig))) }

// Buf returns the address of the puppet's buffer.
func (r *Run) Buf() uint64 { return r.board.load(boardBuf) }

// Value waits for the first value reported under key.
func (r *Run) Value(key int) int64 {
	r.t.Helper()
	if !until(func() bool { return len(r.board.values(key)) > 0 }) {
		r.t.Fatalf("value %d was not reported: %s", key, r.States())
	}
	return r.board.values(key)[0]
}

// Values returns what was reported under key so far, in order.
func (r *Run) Values(key int) []int64 { return r.board.values(key) }

// Want fails the test unless the first value under key is v.
func (r *Run) Want(key int, v int64) {
	r.t.Helper()
	if got := r.Value(key); got != v {
		r.t.Errorf("value %d: got %d, want %d", key, got, v)
	}
}

// Kill sends SIGKILL.
func (r *Run) Kill() { r.Signal(unix.SIGKILL) }

// Signal sends a signal to the process.
func (r *Run) Signal(sig unix.Signal) {
	r.t.Helper()
	if err := r.Lab.Kill(r.Pid, sig); err != nil {
		r.t.Fatalf("kill %v: %v", sig, err)
	}
}

// Wait waits for the end of the process.
func (r *Run) Wait() unix.WaitStatus {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), Deadline)
	defer cancel()
	status, err := r.Proc.Wait(ctx)
	if err != nil {
		r.t.Fatalf("wait: %v: %s", err, r.States())
	}
	return status
}

// WantExit waits for the end of the process and fails unless it exited with
// code.
func (r *Run) WantExit(code int) {
	r.t.Helper()
	if s := r.Wait(); !s.Exited() || s.ExitStatus() != code {
		r.t.Errorf("wait status %#x, want exit %d", int(s), code)
	}
}
