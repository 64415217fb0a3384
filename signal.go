package utrace

import "golang.org/x/sys/unix"

// SigAction is what a process does with a signal: struct sigaction as far as a
// tracer can know it.
type SigAction struct {
	// Handler is SigDfl, SigIgn, the handler's address, or SigHandler where
	// there is one whose address was not asked for.
	Handler uint64
	Flags   uint64
}

// Values of SigAction.Handler.
const (
	SigDfl     uint64 = 0
	SigIgn     uint64 = 1
	SigHandler uint64 = ^uint64(0)
)

// HasHandler reports whether a user function would run.
func (a SigAction) HasHandler() bool { return a.Handler > SigIgn }

// Signal is what a Signal callback sees: a signal on its way to be delivered,
// or none, in the passes that SignalReport and SignalHandler mark. It is valid
// during the callback.
type Signal struct {
	t       *Task
	info    Siginfo
	orig    SigAction
	action  SigAction
	event   Events
	hasOrig bool
	set     bool // action was set by an engine
	held    bool // the signal was taken from the queue and not yet decided
	pushed  bool // answered SignalHold: to be reported again
}

// Task returns the thread.
func (s *Signal) Task() *Task { return s.t }

// Event returns the signal's class, one of the EventSignal bits, or 0 in a
// pass without a signal.
func (s *Signal) Event() Events { return s.event }

// Signo returns the signal number, 0 if there is none.
func (s *Signal) Signo() int { return int(s.info.Signo()) }

// Info returns the siginfo, which the engine may change: another number is
// another signal. In a pass without a signal it is that of the signal that
// was held by Stop|SignalIgn, or zero (decision Q7); filled in and answered
// with SignalDeliver it is a signal out of nothing (S84).
func (s *Signal) Info() *Siginfo { return &s.info }

// Orig returns the disposition that the process has for the signal; ok is
// false in passes without a signal.
func (s *Signal) Orig() (a SigAction, ok bool) { return s.orig, s.hasOrig }

// Action returns the disposition that SignalDeliver would follow: Orig, unless
// an engine set another; in passes without a signal it starts as SigDfl.
func (s *Signal) Action() SigAction { return s.action }

// SetAction sets the disposition that SignalDeliver follows: SigDfl, SigIgn, or
// the program's own handler. Linux lets nobody run another for one delivery:
// EOPNOTSUPP.
func (s *Signal) SetAction(a SigAction) error {
	if a.HasHandler() {
		live, err := s.Live()
		if err != nil {
			return err
		}
		if !live.HasHandler() || a.Handler != live.Handler && a.Handler != SigHandler {
			return errno("set signal action", unix.EOPNOTSUPP)
		}
	}
	s.action, s.set = a, true
	return nil
}

// Live returns what the process does with the signal in Info, now.
func (s *Signal) Live() (SigAction, error) { return s.t.host().Disposition(s.t, s.Signo()) }

// Handler returns what the process does with the signal in Info, with the
// handler's address and flags: for that the thread is made to execute
// rt_sigaction.
func (s *Signal) Handler() (SigAction, error) { return s.t.host().Action(s.t, s.Signo()) }

// UseLive makes SignalDeliver follow what the process does with the signal in
// Info: what an engine wants that invents a signal, or changes its number.
func (s *Signal) UseLive() error {
	a, err := s.Live()
	if err == nil {
		s.action, s.set = a, true
	}
	return err
}

// DefaultAction returns the class and the answer that a signal's default action
// is, by the table of signal(7).
func DefaultAction(sig int) (Events, Action) {
	switch unix.Signal(sig) {
	case unix.SIGCHLD, unix.SIGCONT, unix.SIGURG, unix.SIGWINCH:
		return EventSignalIgn, SignalIgn
	case unix.SIGSTOP:
		return EventSignalStop, SignalStop
	case unix.SIGTSTP, unix.SIGTTIN, unix.SIGTTOU:
		return EventSignalStop, SignalTstp
	case unix.SIGQUIT, unix.SIGILL, unix.SIGTRAP, unix.SIGABRT, unix.SIGFPE, unix.SIGSEGV,
		unix.SIGBUS, unix.SIGSYS, unix.SIGXCPU, unix.SIGXFSZ:
		return EventSignalCore, SignalCore
	}
	return EventSignalTerm, SignalTerm
}

// classify is the table of semantics 5.1.
func classify(sig int, a SigAction) (Events, Action) {
	switch {
	case a.HasHandler():
		return EventSignal, SignalDeliver
	case a.Handler == SigIgn:
		return EventSignalIgn, SignalIgn
	}
	return DefaultAction(sig)
}

// Signal is called when the thread is about to take a signal. info is copied.
// own says that the host itself caused it, by arming a step: engines are told
// with SignalIgn as what happens without them. The verdict may be Stay.
func (h *Hooks) Signal(t *Task, info *Siginfo, own bool) Verdict {
	t.enter()
	defer t.leave()
	t.sig.info = *info
	t.sig.held = true
	t.sig.pushed = false
	if own {
		t.armed = 0
	}
	return t.signalOwn(own)
}

func (t *Task) signal() Verdict { return t.signalOwn(false) }

// signalOwn is the pass for a real signal (semantics 5.1 B).
func (t *Task) signalOwn(own bool) Verdict {
	s := &t.sig
	s.t, s.set, s.hasOrig = t, false, true
	union := t.Union()
	t.pass = pass{action: Resume, resume: Resume, keep: eventMask | SignalHold}
	if union&EventSignalAll == 0 {
		if own {
			return t.userMode()
		}
		return t.deliver(0)
	}
	sig := s.Signo()
	d, err := t.host().Disposition(t, sig)
	if err != nil {
		return t.deliver(0) // killed
	}
	s.orig, s.action = d, d
	s.event, t.pass.result = classify(sig, d)
	if own {
		t.pass.result = SignalIgn
	}
	if !reportable(s.event, union) {
		if own {
			return t.userMode()
		}
		return t.deliver(0)
	}
	t.pass.event = s.event
	for _, e := range t.list() {
		t.visitSignal(e, s.event)
	}
	result := t.pass.result
	s.pushed = result&SignalHold != 0 && s.Signo() != 0
	switch choice := result & eventMask; choice {
	case SignalTerm, SignalCore, SignalStop, SignalTstp:
		if _, dfl := DefaultAction(s.Signo()); dfl == choice && s.Signo() == sig && d.Handler == SigDfl {
			choice = 0 // what the kernel does by itself
		}
		return t.deliver(choice)
	case SignalDeliver:
		if v, ok := t.deliverAction(sig); ok {
			return v
		}
	}
	// Ignored: here the resume action takes effect on the spot.
	t.mu.Lock()
	t.lower(t.stopless())
	t.mu.Unlock()
	return t.userMode()
}

// reportable says whether a pass is made for a signal of this class. A signal
// that would be ignored, or is fatal by default without a core dump, counts
// only if somebody asked for its kind: elsewhere the kernel drops the first,
// and turns the second into SIGKILL, as they are sent (S81, S82).
func reportable(ev, union Events) bool {
	switch ev {
	case EventSignalIgn:
		return union&EventSignalIgn != 0
	case EventSignalTerm:
		return union&(EventSignalTerm|EventSignalCore) != 0
	}
	return union&(ev|EventQuiesce) != 0
}

// visitSignal is one engine's turn for a signal, or for a pass without one (ev
// 0): every engine that wants the class or has EventQuiesce is called, by
// Signal if it has it. Interrupt and Report as answers are Resume here, or
// they would never end (S79).
func (t *Task) visitSignal(e *Engine, ev Events) {
	t.reporting.Store(e)
	f := Events(e.flags.Load())
	if f&engineDetached == 0 && f&(ev|EventQuiesce) != 0 {
		specific := e.ops.Signal != nil
		which := Events(0)
		if !specific {
			which = EventQuiesce
		}
		if specific || f&EventQuiesce != 0 && e.ops.Quiesce != nil {
			a := t.invoke(e, which, ev)
			if r := a.Resume(); r == Interrupt || r == Report {
				a = a.With(Resume)
			}
			t.answer(e, a, specific)
		}
	}
	if Events(e.flags.Load())&(engineStop|engineDetached) == engineStop {
		t.pass.action = Stop
	}
	t.visited()
}

// deliverAction does what SignalDeliver says for the signal in t.sig. ok is
// false if that is nothing.
func (t *Task) deliverAction(original int) (v Verdict, ok bool) {
	s := &t.sig
	sig := s.Signo()
	if sig == 0 {
		return v, false
	}
	live := s.orig
	if !s.hasOrig || sig != original {
		var err error
		if live, err = s.Live(); err != nil {
			return Verdict{}, true
		}
		if !s.set && s.hasOrig {
			s.action = live
		}
	}
	_, dfl := DefaultAction(sig)
	switch {
	case s.action.HasHandler():
		return t.deliver(0), true
	case s.action.Handler == SigIgn || dfl == SignalIgn:
		return v, false
	case live.Handler == SigDfl:
		return t.deliver(0), true
	}
	return t.deliver(dfl), true
}

// deliver is the verdict that delivers the signal. If a handler will run and
// somebody wants more than that the thread goes on, there is a report between
// its set-up and its first instruction (S78), where Stop is honoured.
func (t *Task) deliver(force Action) Verdict {
	s := &t.sig
	s.held = false
	pending := t.pending()
	if t.pass.action < Resume || pending < Resume || t.armed != 0 {
		if force == 0 && s.action.HasHandler() {
			t.settle()
			return Verdict{Deliver: &s.info, Handler: true}
		}
		t.settle()
	}
	return Verdict{Deliver: &s.info, Force: force, Pass: t.pending() < Resume}
}

// signalReport is the signal pass without a signal (semantics 5.1 A). done is
// false if nothing is to be delivered.
func (t *Task) signalReport(handler bool) (v Verdict, done bool) {
	s := &t.sig
	s.t, s.event, s.hasOrig, s.set, s.action = t, 0, false, false, SigAction{}
	if !s.held {
		s.info = Siginfo{}
	}
	t.pass = pass{action: Resume, resume: Resume, keep: eventMask | SignalHold, result: SignalReport}
	if handler {
		t.pass.result = SignalHandler
	}
	for _, e := range t.list() {
		t.visitSignal(e, 0)
	}
	if t.pass.result&SignalHold != 0 && s.Signo() != 0 {
		s.pushed, s.held = true, true
	}
	switch choice := t.pass.result & eventMask; choice {
	case SignalTerm, SignalCore, SignalStop, SignalTstp:
		if s.Signo() != 0 {
			return t.deliver(choice), true
		}
	case SignalDeliver:
		if t.pass.action == Stop && t.anyHolds() {
			break // stays stopped, and is asked again
		}
		return t.deliverAction(0)
	}
	return v, false
}
