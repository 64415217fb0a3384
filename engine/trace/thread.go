package trace

import (
	"strconv"
	"time"

	"utrace"
	"utrace/arch"
	"utrace/engine/inject"
	"utrace/internal/unwind"
	"utrace/syscalls"
	"utrace/syscalls/decode"
)

// thread is what the tracer knows of one task: an engine's data. It is used in
// that task's callbacks only, which never overlap, but for head and split,
// which its output guards.
type thread struct {
	task *utrace.Task
	out  *output
	d    *decode.Decoder

	starting bool // a program that has not begun its execve
	born     bool // a child that has not made a call yet
	inCall   bool
	exec     bool // the call is an execve
	hidden   bool // the call is none of Options.Only
	dead     bool

	arch  arch.ID
	nr    int
	ip    uint64    // for -i; 0 is not known
	since time.Time // of the call's entry, if somebody wants to know
	end   end

	frames []unwind.Frame // for -k

	head  lineBuf // the call's line up to where its entry ends
	split bool    // head was written already, as unfinished
}

func (t *Tracer) newThread(task *utrace.Task) *thread {
	th := &thread{task: task, arch: arch.AMD64, out: t.outputFor(task)}
	th.d = decode.New(task.Memory(), t.values(th))
	t.threads.Add(1)
	return th
}

// thread returns what is known of the engine's task. A child's engine that
// follows begins with its parent's data.
func (t *Tracer) thread(e *utrace.Engine) *thread {
	th := e.Data().(*thread)
	if task := e.Task(); th.task != task {
		parent := th
		th = t.newThread(task)
		th.born = task.Parent() != nil
		th.arch = parent.arch
		e.SetData(th)
	}
	return th
}

func (th *thread) callName() string {
	if c, ok := syscalls.Lookup(th.arch, th.nr); ok {
		return c.Name
	}
	return "syscall_0x" + strconv.FormatUint(uint64(uint32(th.nr)), 16)
}

func (th *thread) inExec() bool {
	name := th.callName()
	return name == "execve" || name == "execveat"
}

func (th *thread) wordSize() int { return th.arch.WordBytes() }

func (t *Tracer) newOps() utrace.Ops {
	return utrace.Ops{
		Name:         "trace",
		SyscallEntry: t.syscallEntry,
		SyscallExit:  t.syscallExit,
		Signal:       t.signal,
		Clone:        t.clone,
		Exec:         t.exec,
		JobControl:   t.jobControl,
		Death:        t.death,
		Reap:         t.reap,
	}
}

// The answers carry on what the engines before have chosen for the call or the
// signal, with no wish of our own; the smallest wish wins, so theirs stand.

func (t *Tracer) syscallEntry(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
	th := t.thread(e)
	if t.enough() {
		t.letGo(th)
		return a.With(utrace.Detach)
	}
	again := a.Resumed() && th.inCall
	th.born, th.inCall = false, true
	if !again {
		inject.Forget(e)
	}
	th.nr = c.Nr()
	if id := c.Arch(); id != th.arch {
		th.arch = id
		t.personality(th)
	}
	if th.exec = th.inExec(); th.exec {
		t.execBegins(th)
	}
	if th.hidden = t.within != nil && !t.within(c) || t.opt.Only != nil && !t.opt.Only(c); th.hidden {
		return a.NoOpinion()
	}
	if t.opt.Times || t.opt.JSON {
		th.since = time.Now()
	}
	t.locate(th)
	if t.unwinder != nil && th.leaves() {
		t.stack(th)
	}
	th.beginCall(c, t.opt.JSON)
	th.d.Enter()
	th.out.begin(th, th.d.Bytes(), len(th.d.CallName()), again)
	return a.NoOpinion()
}

// beginCall writes a call up to its arguments.
func (th *thread) beginCall(c *utrace.Syscall, json bool) {
	d := th.d
	d.Reset()
	d.Begin(c.Arch(), c)
	if !json {
		d.Name()
		d.Text("(")
	}
}

// locate notes where the thread is, for -i.
func (t *Tracer) locate(th *thread) {
	if t.opt.IP {
		r, err := th.task.Regs()
		if th.ip = r.PC(); err != nil {
			th.ip = 0
		}
	}
}

func (t *Tracer) syscallExit(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
	th := t.thread(e)
	d := th.d
	if th.born { // the end of the call that made it, which is its parent's line
		th.born = false
		return a.NoOpinion()
	}
	if !th.inCall { // caught inside of it
		if th.hidden = t.within != nil && !t.within(c) || t.opt.Only != nil; th.hidden {
			return a.NoOpinion()
		}
		th.arch, th.nr, th.since = c.Arch(), c.Nr(), time.Time{}
		th.exec = th.inExec()
		t.locate(th)
		th.beginCall(c, t.opt.JSON)
		d.Skip()
		th.out.caught(th)
	}
	th.inCall = false
	if th.exec {
		t.execEnds(th)
	}
	if th.hidden {
		return a.NoOpinion()
	}
	end := &th.end
	*end = end.begin(th, Successful)
	if c.Err() != 0 {
		end.status = Failed
	}
	end.mark = inject.Marks(e).String()
	d.Reset()
	d.Leave(c.Result())
	args := len(d.Bytes())
	d.Result()
	end.args, end.outcome = d.Bytes()[:args], d.Bytes()[args:]
	t.dump(th, c)
	if t.unwinder != nil && !th.leaves() {
		t.stack(th)
	}
	if !t.opt.JSON {
		end.after = th.stackLines(end.after)
	}
	if t.enough() {
		return a.NoOpinion()
	}
	th.out.finish(th, end)
	t.counted()
	return t.answer(e, th, a)
}

// begin returns an end that may use the space of the one before.
func (e *end) begin(th *thread, s Statuses) end {
	n := end{status: s, after: e.after[:0]}
	if !th.since.IsZero() {
		n.took, n.timed = time.Since(th.since), true
	}
	return n
}

// enough reports whether Options.Limit is reached.
func (t *Tracer) enough() bool { return t.opt.Limit > 0 && t.left.Load() <= 0 }

// counted counts a call that was written. Calls of several threads that end at
// once may all be.
func (t *Tracer) counted() {
	if t.opt.Limit > 0 && t.left.Add(-1) == 0 {
		t.opt.Reached()
	}
}

// answer is what a callback that has written answers: Stop if the output is
// full, until it is not.
func (t *Tracer) answer(e *utrace.Engine, th *thread, a utrace.Action) utrace.Action {
	if th.out.sink.Full() {
		th.out.sink.Hold(e)
		return a.With(utrace.Stop)
	}
	return a.NoOpinion()
}

func (t *Tracer) signal(e *utrace.Engine, a utrace.Action, s *utrace.Signal) utrace.Action {
	if s.Event() == 0 { // a pass without a signal
		return a.NoOpinion()
	}
	th := t.thread(e)
	if s.Event() == utrace.EventSignalStop {
		t.stopping(th, s.Signo())
	}
	if !t.opt.Signals.Has(s.Signo()) {
		return a.NoOpinion()
	}
	t.locate(th)
	t.stack(th)
	d := th.d
	d.Reset()
	if t.opt.JSON {
		d.Text(`"signal":`)
		d.Signal(s.Signo())
		d.Text(`,"siginfo":`)
		d.Siginfo(s.Info().Bytes())
		th.out.eventObject(th, "signal", d.Bytes())
		return t.answer(e, th, a)
	}
	d.Text("--- ")
	d.Signal(s.Signo())
	d.Text(" ")
	d.Siginfo(s.Info().Bytes())
	d.Text(" ---")
	th.out.event(th, d.Bytes(), th.stackLines(nil))
	return t.answer(e, th, a)
}

func (t *Tracer) jobControl(e *utrace.Engine, a utrace.Action, kind, _ int32) utrace.Action {
	th := t.thread(e)
	sig := t.stopSignal(th)
	if kind != utrace.CLDStopped || !t.opt.Signals.Has(sig) {
		return a.NoOpinion()
	}
	t.locate(th)
	d := th.d
	d.Reset()
	if t.opt.JSON {
		d.Text(`"signal":`)
		d.Signal(sig)
		th.out.eventObject(th, "stop", d.Bytes())
		return a.NoOpinion()
	}
	d.Text("--- stopped by ")
	d.Signal(sig)
	d.Text(" ---")
	th.out.event(th, d.Bytes(), nil)
	return a.NoOpinion()
}
