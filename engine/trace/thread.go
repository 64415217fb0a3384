package trace

import (
	"strconv"

	"utrace"
	"utrace/syscalls/decode"
)

// thread is what the tracer knows of one task: an engine's data. It is used in
// that task's callbacks only, which never overlap, but for head and split,
// which output guards.
type thread struct {
	task *utrace.Task
	d    *decode.Decoder

	born   bool // a child that has not made a call yet
	inCall bool
	dead   bool

	head  []byte // the call's line up to where its entry ends, without the id
	split bool   // head was written already, as unfinished
}

func (t *tracer) newThread(task *utrace.Task) *thread {
	th := &thread{task: task, d: decode.New(task.Memory(), &t.options)}
	t.out.threads.Add(1)
	return th
}

// thread returns what is known of the engine's task. A child's engine that
// follows begins with its parent's data.
func (t *tracer) thread(e *utrace.Engine) *thread {
	th := e.Data().(*thread)
	if task := e.Task(); th.task != task {
		th = t.newThread(task)
		th.born = task.Parent() != nil
		e.SetData(th)
	}
	return th
}

func (t *tracer) newOps() utrace.Ops {
	return utrace.Ops{
		Name:         "trace",
		SyscallEntry: t.syscallEntry,
		SyscallExit:  t.syscallExit,
		Signal:       t.signal,
		Clone:        t.clone,
		JobControl:   t.jobControl,
		Death:        t.death,
		Reap:         t.reap,
	}
}

// The answers carry on what the engines before have chosen for the call or the
// signal, with no wish of our own; the smallest wish wins, so theirs stand.

func (t *tracer) syscallEntry(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
	th := t.thread(e)
	again := a.Resumed() && th.inCall
	th.d.Reset()
	th.begin(c)
	th.d.Enter()
	th.inCall, th.born = true, false
	t.out.begin(th, again)
	return a.NoOpinion()
}

func (t *tracer) syscallExit(e *utrace.Engine, a utrace.Action, c *utrace.Syscall) utrace.Action {
	th := t.thread(e)
	d := th.d
	if th.born { // the end of the call that made it, which is its parent's line
		th.born = false
		return a.NoOpinion()
	}
	if !th.inCall { // caught inside of it
		th.begin(c)
		d.Skip()
		t.out.caught(th)
	}
	th.inCall = false
	d.Reset()
	d.Leave(c.Result())
	args := len(d.Bytes())
	d.Result()
	t.out.finish(th, d.Bytes()[:args], d.Bytes()[args:])
	return t.answer(e, a)
}

// begin writes the call's line up to its arguments.
func (th *thread) begin(c *utrace.Syscall) {
	th.d.Begin(c.Arch(), c)
	th.d.Name()
	th.d.Text("(")
}

// answer is what a callback that has written answers: Stop if the output is
// full, until it is not.
func (t *tracer) answer(e *utrace.Engine, a utrace.Action) utrace.Action {
	if t.out.sink.Full() {
		t.out.sink.Hold(e)
		return a.With(utrace.Stop)
	}
	return a.NoOpinion()
}

func (t *tracer) signal(e *utrace.Engine, a utrace.Action, s *utrace.Signal) utrace.Action {
	if s.Event() == 0 { // a pass without a signal
		return a.NoOpinion()
	}
	th := t.thread(e)
	d := th.d
	d.Reset()
	d.Text("--- ")
	d.Signal(s.Signo())
	d.Text(" ")
	d.Siginfo(s.Info().Bytes())
	d.Text(" ---\n")
	if s.Event() == utrace.EventSignalStop {
		t.out.stopping(th, s.Signo())
	}
	t.out.line(th, d.Bytes())
	return t.answer(e, a)
}

// clone counts the child before it runs, so that "[pid N]" is there in time.
func (t *tracer) clone(e *utrace.Engine, a utrace.Action, _ uint64, child *utrace.Task) utrace.Action {
	if ce, err := child.Attach(utrace.MatchOps, e.Ops(), nil); err == nil {
		t.thread(ce)
		ce.Put()
	}
	return a.NoOpinion()
}

func (t *tracer) jobControl(e *utrace.Engine, a utrace.Action, kind, _ int32) utrace.Action {
	if kind == utrace.CLDStopped {
		th := t.thread(e)
		d := th.d
		d.Reset()
		d.Text("--- stopped by ")
		d.Signal(t.out.stopSignal(th))
		d.Text(" ---\n")
		t.out.line(th, d.Bytes())
	}
	return a.NoOpinion()
}

func (t *tracer) death(e *utrace.Engine, a utrace.Action, groupDead bool, sig int) utrace.Action {
	th := t.thread(e)
	d := th.d
	d.Reset()
	if th.inCall {
		th.inCall = false
		if !d.Complete() {
			d.Text(" <unfinished ...>")
		}
		t.out.finish(th, d.Bytes(), []byte("?"))
	}
	d.Reset()
	d.Text("+++ ")
	status, _ := th.task.ExitStatus()
	switch heir := t.out.execing(th.task.PID()); {
	case heir != 0 && heir != th.task.TID() && sig == utrace.SigSelfReap && !groupDead && th.task.TID() == th.task.PID():
		d.Text("superseded by execve in pid ")
		d.Text(strconv.Itoa(int(heir)))
	case status.Signaled():
		d.Text("killed by ")
		d.Signal(int(status & 0x7f))
		if status.CoreDump() {
			d.Text(" (core dumped)")
		}
	default:
		d.Text("exited with ")
		d.Text(strconv.Itoa(int(status.ExitStatus())))
	}
	d.Text(" +++\n")
	t.out.line(th, d.Bytes())
	th.dead = true
	t.out.gone(th, groupDead)
	return a.NoOpinion()
}

// reap tells of threads that were let go alive.
func (t *tracer) reap(e *utrace.Engine) {
	if th := t.thread(e); !th.dead {
		th.dead = true
		t.out.detached(th)
		t.out.gone(th, false)
	}
}
