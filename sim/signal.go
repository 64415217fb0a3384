package sim

import (
	"slices"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
)

// Handler is a function that a program installs for a signal.
type Handler func(th *Thread, sig int)

// action is one disposition.
type action struct {
	utrace.SigAction
	fn   Handler
	mask uint64
}

// actions are the dispositions of a process, guarded by Kernel.mu.
type actions struct {
	of   [65]action
	next uint64 // address of the next handler
}

const handlerBase = 0x700000

func bit(sig int) uint64 { return 1 << (sig - 1) }

const stopSignals = 1<<(unix.SIGSTOP-1) | 1<<(unix.SIGTSTP-1) | 1<<(unix.SIGTTIN-1) | 1<<(unix.SIGTTOU-1)

// Handle installs fn, or sets SigDfl or SigIgn (fn nil), by a call of
// rt_sigaction whose arguments are the signal and the new handler's address.
func (th *Thread) Handle(sig int, fn Handler, a utrace.SigAction) int64 {
	th.k.mu.Lock()
	acts := th.proc.actions
	if fn != nil {
		acts.next++
		a.Handler = handlerBase + acts.next*16
	}
	th.k.mu.Unlock()
	th.newAction = action{SigAction: a, fn: fn}
	return th.Syscall(unix.SYS_RT_SIGACTION, uint64(sig), a.Handler, 0, 8)
}

// Kill sends sig to process pid: SI_USER, from nobody. ESRCH if there is none.
func (k *Kernel) Kill(pid, sig int) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	p := k.procs[pid]
	if p == nil || p.live == 0 {
		return unix.ESRCH
	}
	k.send(p, nil, siginfo(sig, 0))
	return nil
}

func siginfo(sig, pid int) utrace.Siginfo {
	var info utrace.Siginfo
	info.SetSigno(unix.Signal(sig))
	info.SetPid(int32(pid))
	return info
}

// send queues a signal, to th alone if that is not nil. k.mu is held.
func (k *Kernel) send(p *Proc, th *Thread, info utrace.Siginfo) {
	sig := int(info.Signo())
	switch {
	case sig == 0:
		return
	case sig == int(unix.SIGKILL):
		p.groupExit(unix.WaitStatus(sig), nil)
		return
	case bit(sig)&stopSignals != 0:
		p.drop(bit(int(unix.SIGCONT)))
	case sig == int(unix.SIGCONT):
		p.drop(stopSignals)
		if p.stopped {
			p.stopped, p.contToll = false, true
		}
		p.ringAll()
	}
	if p.discards(sig, th) {
		return
	}
	if th != nil {
		if !has(th.pending, sig) {
			th.pending = append(th.pending, info)
		}
		th.ring()
		return
	}
	if !has(p.pending, sig) {
		p.pending = append(p.pending, info)
	}
	p.ringAll()
}

// discards: a signal that would be ignored is dropped as it is sent, unless it
// is blocked or somebody asked for such signals (S82).
func (p *Proc) discards(sig int, th *Thread) bool {
	a := p.actions.of[sig]
	if a.Handler == utrace.SigDfl && !ignoredByDefault(sig) || a.HasHandler() {
		return false
	}
	for t := range p.threads {
		if th != nil && t != th {
			continue
		}
		if t.mask&bit(sig) != 0 {
			return false
		}
		if task := t.task.Load(); task != nil && task.Union()&utrace.EventSignalIgn != 0 {
			return false
		}
	}
	return true
}

func has(q []utrace.Siginfo, sig int) bool {
	return slices.ContainsFunc(q, func(i utrace.Siginfo) bool { return int(i.Signo()) == sig })
}

// drop removes signals from all queues of p. k.mu is held.
func (p *Proc) drop(set uint64) {
	del := func(i utrace.Siginfo) bool { return set&bit(int(i.Signo())) != 0 }
	p.pending = slices.DeleteFunc(p.pending, del)
	for th := range p.threads {
		th.pending = slices.DeleteFunc(th.pending, del)
	}
}

// signalPending reports whether dequeue would find one. k.mu is held.
func (th *Thread) signalPending() bool {
	return th.find(th.pending) >= 0 || th.find(th.proc.pending) >= 0
}

func (th *Thread) find(q []utrace.Siginfo) int {
	return slices.IndexFunc(q, func(i utrace.Siginfo) bool { return th.mask&bit(int(i.Signo())) == 0 })
}

func (th *Thread) dequeue() (info utrace.Siginfo, ok bool) {
	th.k.mu.Lock()
	defer th.k.mu.Unlock()
	for _, q := range []*[]utrace.Siginfo{&th.pending, &th.proc.pending} {
		if i := th.find(*q); i >= 0 {
			info = (*q)[i]
			*q = slices.Delete(*q, i, i+1)
			return info, true
		}
	}
	return info, false
}

func ignoredByDefault(sig int) bool {
	switch unix.Signal(sig) {
	case unix.SIGCHLD, unix.SIGCONT, unix.SIGURG, unix.SIGWINCH:
		return true
	}
	return false
}

func coreByDefault(sig int) bool {
	switch unix.Signal(sig) {
	case unix.SIGQUIT, unix.SIGILL, unix.SIGTRAP, unix.SIGABRT, unix.SIGFPE, unix.SIGSEGV,
		unix.SIGBUS, unix.SIGSYS, unix.SIGXCPU, unix.SIGXFSZ:
		return true
	}
	return false
}

// deliver acts on a signal: as force says, or as the disposition does.
func (th *Thread) deliver(info *utrace.Siginfo, force utrace.Action, handlerReport bool) {
	sig := int(info.Signo())
	th.k.mu.Lock()
	a := th.proc.actions.of[sig]
	if force == 0 && a.HasHandler() {
		if a.Flags&saResethand != 0 {
			th.proc.actions.of[sig] = action{}
		}
		th.k.mu.Unlock()
		th.handle(sig, &a, handlerReport)
		return
	}
	defer th.k.mu.Unlock()
	if force == 0 {
		switch {
		case a.Handler == utrace.SigIgn || ignoredByDefault(sig):
			return
		case bit(sig)&stopSignals != 0:
			force = utrace.SignalStop
		case coreByDefault(sig):
			force = utrace.SignalCore
		default:
			force = utrace.SignalTerm
		}
	}
	switch force {
	case utrace.SignalStop, utrace.SignalTstp:
		th.proc.stopped, th.proc.stopTold = true, false
		th.proc.ringAll()
	case utrace.SignalCore:
		th.proc.groupExit(unix.WaitStatus(sig|0x80), nil)
	default:
		th.proc.groupExit(unix.WaitStatus(sig), nil)
	}
}

const (
	saRestart   = 0x10000000
	saNodefer   = 0x40000000
	saResethand = 0x80000000
)

// handle runs a handler: frame, the report if one is owed, the handler, and
// sigreturn.
func (th *Thread) handle(sig int, a *action, report bool) {
	th.restartCall(a)
	th.k.mu.Lock()
	th.frames = append(th.frames, frame{th.regs, th.mask, th.inCall})
	th.mask |= a.mask
	if a.Flags&saNodefer == 0 {
		th.mask |= bit(sig)
	}
	th.k.mu.Unlock()
	th.inCall = false
	th.regs.SetNr(arch.NoCall)
	th.regs.SetPC(a.Handler)
	th.regs.SetArg(arch.NativeID(), 0, uint64(sig))
	if t := th.task.Load(); t != nil && report {
		th.act(th.k.hooks.HandlerReady(t))
	}
	th.border()
	a.fn(th, sig)
	th.Syscall(unix.SYS_RT_SIGRETURN)
}

// restartCall turns a restart code into EINTR or into the call once more, as a
// decides: nil, if no handler runs (signal(7)).
func (th *Thread) restartCall(a *action) {
	if !th.inCall {
		return
	}
	th.inCall = false
	id := arch.NativeID()
	result := th.regs.Result(id)
	if !arch.IsRestart(result) {
		return
	}
	code := unix.Errno(-result)
	nr := th.regs.Nr()
	switch {
	case code == arch.ERESTART_RESTARTBLOCK && a == nil:
		nr = arch.RestartNr(id)
	case a == nil, code == arch.ERESTARTNOINTR, code == arch.ERESTARTSYS && a.Flags&saRestart != 0:
	default:
		th.regs.SetError(id, unix.EINTR)
		return
	}
	th.regs.Rewind(id, nr, th.regs.Args(id))
}
