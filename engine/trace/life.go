package trace

import (
	"strconv"

	"utrace"
	"utrace/syscalls/decode"
)

// clone counts the child before it runs, so that "[pid N]" is there in time.
func (t *Tracer) clone(e *utrace.Engine, a utrace.Action, _ uint64, child *utrace.Task) utrace.Action {
	if t.opt.NoFollow {
		return a.NoOpinion()
	}
	if ce, err := child.Attach(utrace.MatchOps, e.Ops(), nil); err == nil {
		th := t.thread(ce)
		ce.Put()
		t.attached(th, e.Task().TID())
	}
	return a.NoOpinion()
}

// execBegins notes who is in execve: what becomes of its process's leader
// depends on it.
func (t *Tracer) execBegins(th *thread) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.execs[th.task.PID()] = th
}

func (t *Tracer) execEnds(th *thread) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.execs, th.task.PID())
}

// execing returns the thread of a process that is in execve, or nil.
func (t *Tracer) execing(pid int) *thread {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.execs[pid]
}

// exec lets go of who begins another program, if that is asked for.
func (t *Tracer) exec(e *utrace.Engine, a utrace.Action) utrace.Action {
	th := t.thread(e)
	if th.starting || !t.opt.DetachExec {
		th.starting = false
		return a.NoOpinion()
	}
	t.letGo(th)
	return a.With(utrace.Detach)
}

// letGo tells of a thread that is not traced any longer, though it lives.
func (t *Tracer) letGo(th *thread) {
	th.dead = true
	switch {
	case !th.inCall || th.hidden:
	case t.opt.JSON:
		t.abandon(th, Detached)
	default:
		th.out.detached(th)
	}
	switch {
	case t.opt.Quiet&QuietAttach != 0:
	case t.opt.JSON:
		th.out.eventObject(th, "detach", nil)
	default:
		t.Say("Process %d detached", th.task.TID())
	}
	t.gone(th, false)
}

// attached tells of a thread that another has made; parent is 0 for one that was
// attached to.
func (t *Tracer) attached(th *thread, parent int) {
	switch {
	case t.opt.Quiet&QuietAttach != 0:
	case t.opt.JSON && parent == 0:
		th.out.eventObject(th, "attach", nil)
	case t.opt.JSON:
		th.out.eventObject(th, "attach", []byte(`"parent":`+strconv.Itoa(parent)))
	case parent != 0: // of others who attaches tells, by process
		t.Say("Process %d attached", th.task.TID())
	}
}

// personality tells of a process that runs in another mode than so far.
func (t *Tracer) personality(th *thread) {
	if t.opt.Quiet&QuietPersonality != 0 || t.opt.JSON {
		return
	}
	text := "[ Process PID=" + strconv.Itoa(th.task.TID()) + " runs in " + strconv.Itoa(8*th.wordSize()) + " bit mode. ]"
	th.out.event(th, []byte(text), nil)
}

func (t *Tracer) death(e *utrace.Engine, a utrace.Action, groupDead bool, sig int) utrace.Action {
	th := t.thread(e)
	heir := t.execing(th.task.PID())
	if heir == th || sig != utrace.SigSelfReap || groupDead || th.task.TID() != th.task.PID() {
		heir = nil // the leader has not made room for another thread's execve
	}
	if th.inCall && !th.hidden {
		t.abandon(th, Unfinished)
	}
	if heir != nil {
		heir.out.renamed(heir, th.task.PID())
	}
	th.inCall, th.dead, th.ip = false, true, 0
	if !th.starting { // else there never was a program
		t.ended(th, heir)
	}
	if heir != nil && t.shared == nil { // its file is named after the id
		th.out, heir.out = heir.out, th.out
	}
	t.gone(th, groupDead)
	return a.NoOpinion()
}

// abandon ends the call in which a thread died, or was let go.
func (t *Tracer) abandon(th *thread, s Statuses) {
	d := th.d
	d.Reset()
	end := &th.end
	*end = end.begin(th, s)
	end.timed = false
	d.Abandon()
	if !t.opt.JSON {
		if !d.Complete() {
			d.Text(" <unfinished ...>")
		}
		end.outcome = []byte("?")
		if th.leaves() {
			end.after = th.stackLines(end.after)
		}
	}
	end.args = d.Bytes()
	th.out.finish(th, end)
}

// ended tells how a thread ended; heir is the thread that took over its id, or
// nil.
func (t *Tracer) ended(th, heir *thread) {
	status, _ := th.task.ExitStatus()
	sig := int(status & 0x7f)
	d := th.d
	d.Reset()
	kind, shown := "exit", t.opt.Quiet&QuietExit == 0
	switch {
	case heir != nil:
		kind, shown = "superseded", t.opt.Quiet&QuietThreadExecve == 0
		t.member("superseded by execve in pid ", "by", strconv.Itoa(heir.task.TID()), d)
	case status.Signaled():
		shown = t.opt.Signals.Has(sig)
		t.member("killed by ", "signal", "", d)
		d.Signal(sig)
		if t.opt.JSON {
			t.member("", "core", strconv.FormatBool(status.CoreDump()), d)
		} else if status.CoreDump() {
			d.Text(" (core dumped)")
		}
	default:
		t.member("exited with ", "code", strconv.Itoa(status.ExitStatus()), d)
	}
	switch {
	case !shown:
	case t.opt.JSON:
		th.out.eventObject(th, kind, d.Bytes())
	default:
		d.Text(" +++")
		th.out.event(th, d.Bytes(), nil)
	}
}

// member writes a value behind what says what it is, in either form.
func (t *Tracer) member(text, name, value string, d *decode.Decoder) {
	switch {
	case !t.opt.JSON:
		d.Text("+++ " + text)
	case len(d.Bytes()) > 0:
		d.Text(`,"` + name + `":`)
	default:
		d.Text(`"` + name + `":`)
	}
	d.Text(value)
}

// reap tells of threads that were let go alive.
func (t *Tracer) reap(e *utrace.Engine) {
	if th := t.thread(e); !th.dead {
		t.letGo(th)
	}
}

// gone counts th off.
func (t *Tracer) gone(th *thread, groupDead bool) {
	t.threads.Add(-1)
	if t.shared == nil {
		t.over(th.out)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.settle()
	if groupDead {
		delete(t.execs, th.task.PID())
		delete(t.stops, th.task.PID())
	}
}

// stopping notes a signal that stops a process, and stopSignal tells it to the
// threads that stop with it.
func (t *Tracer) stopping(th *thread, sig int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stops[th.task.PID()] = sig
}

func (t *Tracer) stopSignal(th *thread) int {
	const sigstop = 19
	t.mu.Lock()
	defer t.mu.Unlock()
	if sig := t.stops[th.task.PID()]; sig != 0 {
		return sig
	}
	return sigstop
}
