package ptrace

import (
	"bytes"
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
)

// SIGCHLD must really be queued in the tracer: debuggers wait for it with
// sigsuspend, ppoll, signalfd or sigwaitinfo. The kernel lets a process queue
// one with CLD_TRAPPED to itself alone, so its leader is made to do it, by an
// injected rt_sigqueueinfo.

// owe notes a SIGCHLD that tells t's tracer of it, if the kernel would have sent
// one, and makes the tracer's process come to where it can be queued. w.mu is
// held.
func (w *world) owe(t *thread, code, status int32) {
	tracer, p := t.tracer, t.tracer.proc
	if !tracer.takesChildSignals(code <= cldDumped) {
		return
	}
	payer := p.leader()
	if payer == nil {
		return // its leader has ended: no thread may send it one
	}
	p.owed = append(p.owed, t.childInfo(tracer, code, status))
	payer.control(utrace.Report)
}

// takesChildSignals reports whether a SIGCHLD would be queued: it has a handler,
// or is blocked (sig_ignored). Of stops none is sent to a process that ignores
// it. w.mu is held.
func (t *thread) takesChildSignals(death bool) bool {
	text := t.proc.status.read(t.task.TID())
	switch {
	case signalSet(text, "SigIgn").has(unix.SIGCHLD) && !death:
		return false
	case signalSet(text, "SigCgt").has(unix.SIGCHLD), signalSet(text, "SigBlk").has(unix.SIGCHLD):
		return true
	}
	return t.wait.state == noWait && t.inSigwait()
}

// inSigwait reports whether the thread waits in rt_sigtimedwait, which lets in
// for that time what is blocked (real_blocked).
func (t *thread) inSigwait() bool {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(t.task.TID()) + "/syscall")
	if err != nil {
		return false
	}
	nr, _, _ := bytes.Cut(b, []byte(" "))
	switch string(nr) {
	case "128": // amd64's
		return true
	case "177", "421": // i386's, whose numbers mean something else to the others
		regs := bytes.Fields(b)
		return len(regs) > 7 && len(regs[7]) <= len("0xffffffff")
	}
	return false
}

type sigset uint64

func (s sigset) has(sig unix.Signal) bool { return s&(1<<(sig-1)) != 0 }

// signalSet reads a set of signals from the text of /proc/TID/status.
func signalSet(text []byte, field string) sigset {
	v, _ := strconv.ParseUint(statusField(text, field), 16, 64)
	return sigset(v)
}

// owes reports whether the thread has to queue a SIGCHLD.
func (t *thread) owes() bool {
	t.w.mu.Lock()
	defer t.w.mu.Unlock()
	return len(t.proc.owed) != 0 && t.proc.leader() == t
}

// pay queues what is owed to the thread's process, if it is the one to do so. In
// its callbacks where Do is allowed.
func (t *thread) pay() {
	t.w.mu.Lock()
	owed := t.proc.owed
	if len(owed) == 0 || t.proc.leader() != t {
		t.w.mu.Unlock()
		return
	}
	t.proc.owed = nil
	t.w.mu.Unlock()
	const noStops = 1 // SA_NOCLDSTOP
	flags := uint64(0)
	if action, err := t.task.SignalAction(int(unix.SIGCHLD)); err == nil {
		flags = action.Flags
	}
	for _, info := range owed {
		if flags&noStops == 0 || info.Code() <= cldDumped {
			t.queueSelf(&info)
		}
	}
}

// queueSelf makes the thread send itself a signal.
func (t *thread) queueSelf(info *utrace.Siginfo) {
	regs, err := t.task.Regs()
	if err != nil {
		return // killed
	}
	id, b := arch.NativeID(), info.Bytes()
	if regs.Compat() {
		id, _ = arch.CompatID()
		b = compatSiginfo(info)
	}
	mem := t.task.Memory()
	at := int64(regs.SP()-1024) &^ 15 // below the red zone
	keep := make([]byte, len(b))
	if _, err := mem.ReadAt(keep, at); err != nil {
		return
	}
	if _, err := mem.WriteAt(b, at); err != nil {
		return
	}
	_, _ = t.task.Do(numbersOf(id).sigqueue, uint64(t.ownPID()), uint64(info.Signo()), uint64(at))
	_, _ = mem.WriteAt(keep, at) // both fail for the dead alone
}
