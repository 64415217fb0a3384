package main

import (
	"os"
	"os/signal"
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"utrace"
)

// jobSignals is what utrace does with signals while it runs a program, so that
// the two are one job to the shell outside:
//
//   - SIGINT and SIGQUIT of the terminal go to the whole foreground group. They
//     are the program's, and utrace must outlive it. Only where utrace is not
//     in the foreground were they meant for utrace alone, and are passed on.
//   - SIGTERM, SIGHUP, SIGUSR1, SIGUSR2 are passed on.
//   - SIGTSTP (^Z), SIGTTIN, SIGTTOU go to the whole group too. The program
//     decides what it does with them, for which its tracer must run. When it
//     has stopped, utrace stops as well, so that the shell outside notices. A
//     program that is stopped by somebody else, and may be continued by
//     somebody else, does not stop utrace.
//   - SIGCONT continues a program that the shell's SIGCONT did not reach
//     because it has a process group of its own, as an interactive shell has.
//
// A signal that was ignored when utrace began is left ignored: nohup(1).
type jobSignals struct {
	ch   chan os.Signal
	quit chan unix.Signal // SIGINT, SIGTERM, SIGHUP after the program's end
	wake chan struct{}    // the program has stopped
	done chan struct{}

	ending bool // signals that end a process end utrace, at once
	deaf   bool // utrace does not stop with the program

	pid     atomic.Int64 // 0 until the program runs
	ended   atomic.Bool
	stopped atomic.Bool // the program is in a job-control stop

	ops   utrace.Ops
	asked time.Time // of the last request to stop; the loop's own
}

// askedFor is how long after ^Z a stop of the program is taken to be its answer.
const askedFor = 5 * time.Second

// takeJobSignals begins to take signals. They are notified and not ignored,
// which the program would inherit.
func takeJobSignals() *jobSignals {
	j := &jobSignals{
		ch:   make(chan os.Signal, 16),
		quit: make(chan unix.Signal, 1),
		wake: make(chan struct{}, 1),
		done: make(chan struct{}),
	}
	j.ops = utrace.Ops{Name: "job control", JobControl: j.jobControl}
	notify(j.ch, unix.SIGINT, unix.SIGQUIT, unix.SIGTERM, unix.SIGHUP, unix.SIGUSR1, unix.SIGUSR2,
		unix.SIGTSTP, unix.SIGTTIN, unix.SIGTTOU, unix.SIGCONT, unix.SIGPIPE)
	return j
}

// notify is signal.Notify without the signals that are ignored already. Of
// those that the Go runtime handles from the start, it has left SIGHUP and
// SIGINT ignored; the others' past cannot be known.
func notify(ch chan<- os.Signal, sigs ...unix.Signal) {
	var wanted []os.Signal
	for _, sig := range sigs {
		if !ignored(sig) {
			wanted = append(wanted, sig)
		}
	}
	if len(wanted) > 0 { // none would be all
		signal.Notify(ch, wanted...)
	}
}

// release stops the loop. The signals stay taken: utrace is about to end, and
// must not end by a ^C that the program has survived.
func (j *jobSignals) release() { close(j.done) }

// watch attaches an engine to the program's first task that wants to know of
// its job-control stops, and nothing else.
func (j *jobSignals) watch(t *utrace.Task) error {
	e, err := t.Attach(utrace.AttachCreate, &j.ops, nil)
	if err != nil {
		return err
	}
	defer e.Put()
	return e.SetEvents(utrace.EventJobControl)
}

func (j *jobSignals) jobControl(_ *utrace.Engine, a utrace.Action, kind, _ int32) utrace.Action {
	j.stopped.Store(kind == utrace.CLDStopped)
	select {
	case j.wake <- struct{}{}:
	default:
	}
	return a.NoOpinion()
}

// begin starts passing signals on to the program; those that came before are
// passed on now.
func (j *jobSignals) begin(proc *utrace.Process) {
	j.pid.Store(int64(proc.Pid()))
	go j.loop()
}

// programEnded makes the signals that end utrace end it: there is nobody left
// to pass them on to.
func (j *jobSignals) programEnded() <-chan unix.Signal {
	j.ended.Store(true)
	return j.quit
}

func (j *jobSignals) loop() {
	for {
		select {
		case sig := <-j.ch:
			j.signal(sig.(unix.Signal))
		case <-j.wake:
			if j.stopped.Load() && (time.Since(j.asked) < askedFor || j.deserted()) {
				j.suspend()
			}
		case <-j.done:
			return
		}
	}
}

func (j *jobSignals) signal(sig unix.Signal) {
	if j.ending && sig != unix.SIGUSR1 && sig != unix.SIGUSR2 && !stops(sig) {
		j.end(sig)
		return
	}
	switch sig {
	case unix.SIGPIPE: // nobody reads what the engines write; the program runs on
	case unix.SIGUSR1, unix.SIGUSR2:
		j.pass(sig)
	case unix.SIGTERM:
		j.passOrQuit(sig)
	case unix.SIGHUP: // a stopped job whose terminal is gone is also continued
		j.passOrQuit(sig)
		j.resume()
	case unix.SIGINT, unix.SIGQUIT:
		if j.ended.Load() || !inForeground() {
			j.passOrQuit(sig)
		}
	case unix.SIGTSTP, unix.SIGTTIN, unix.SIGTTOU:
		j.asked = time.Now()
		if j.ended.Load() || j.stopped.Load() {
			j.suspend()
		}
	case unix.SIGCONT:
		j.resume()
	}
}

func (j *jobSignals) pass(sig unix.Signal) {
	if !j.ended.Load() {
		_ = unix.Kill(int(j.pid.Load()), sig)
	}
}

func (j *jobSignals) passOrQuit(sig unix.Signal) {
	if !j.ended.Load() {
		j.pass(sig)
		return
	}
	j.end(sig)
}

// end tells who waits that sig has come.
func (j *jobSignals) end(sig unix.Signal) {
	select {
	case j.quit <- sig:
	default:
	}
}

// stops reports whether a signal is one of job control.
func stops(sig unix.Signal) bool {
	return sig == unix.SIGTSTP || sig == unix.SIGTTIN || sig == unix.SIGTTOU || sig == unix.SIGCONT
}

// suspend stops utrace as SIGTSTP does by default, and returns when it is
// continued. A signal that a thread sends itself is acted on before the call
// returns.
func (j *jobSignals) suspend() {
	if j.deaf {
		return
	}
	j.asked = time.Time{}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var dfl, old kernelSigaction
	swapAction(unix.SIGTSTP, &dfl, &old)
	_ = unix.Tgkill(unix.Getpid(), unix.Gettid(), unix.SIGTSTP)
	swapAction(unix.SIGTSTP, &old, nil)
}

// resume continues a program that stayed stopped when utrace was continued.
func (j *jobSignals) resume() {
	pid := int(j.pid.Load())
	group, err := unix.Getpgid(pid)
	switch {
	case err != nil || j.ended.Load():
	case group != unix.Getpgrp():
		if j.stopped.Load() {
			if inForeground() { // fg gave it to us for the program
				withTerminal(func(fd int) { _ = unix.IoctlSetPointerInt(fd, unix.TIOCSPGRP, group) })
			}
			_ = unix.Kill(-group, unix.SIGCONT)
		}
	default: // most likely it got the same signal; a second one it might notice
		time.AfterFunc(100*time.Millisecond, func() {
			if j.stopped.Load() && !j.ended.Load() {
				_ = unix.Kill(pid, unix.SIGCONT)
			}
		})
	}
}

// deserted reports whether the program, stopped, has a group of its own and left
// the terminal to nobody: a shell inside does that for its builtin suspend.
func (j *jobSignals) deserted() bool {
	group, err := unix.Getpgid(int(j.pid.Load()))
	if err != nil || group == unix.Getpgrp() {
		return false
	}
	foreground := foregroundGroup()
	return foreground == group || foreground == unix.Getpgrp()
}

// inForeground reports whether utrace is in the foreground group of its
// controlling terminal, if it has one.
func inForeground() bool { return foregroundGroup() == unix.Getpgrp() }

// foregroundGroup returns the foreground group of the controlling terminal, 0 if
// there is none.
func foregroundGroup() int {
	group := 0
	withTerminal(func(fd int) { group, _ = unix.IoctlGetInt(fd, unix.TIOCGPGRP) })
	return group
}

func withTerminal(fn func(fd int)) {
	fd, err := unix.Open("/dev/tty", unix.O_RDONLY|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		return
	}
	defer unix.Close(fd)
	fn(fd)
}

// kernelSigaction is the kernel's struct sigaction, of whatever layout: zeros
// are SIG_DFL on every architecture.
type kernelSigaction [8]uint64

// ignored reports whether the process ignores sig. signal.Ignored does not know
// of signals that the runtime has left alone, such as SIGTSTP.
func ignored(sig unix.Signal) bool {
	var action kernelSigaction
	swapAction(sig, nil, &action)
	const sigIgn = 1 // the handler is the first field, but on MIPS
	return *(*uintptr)(unsafe.Pointer(&action)) == sigIgn
}

// swapAction sets the process's action for sig, past the Go runtime, which for
// several signals keeps a handler of its own whatever os/signal is told.
func swapAction(sig unix.Signal, action, old *kernelSigaction) {
	const sigsetSize = 8
	_, _, _ = unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(sig),
		uintptr(unsafe.Pointer(action)), uintptr(unsafe.Pointer(old)), sigsetSize, 0, 0)
}
