package trace

import (
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"utrace/engine/sink"
)

// output makes lines of what threads have to tell. A call's line is written at
// its exit, in one piece; where another thread has something to tell before
// that, what there is of it is written as unfinished, and the rest as resumed.
type output struct {
	opt     *Options
	sink    *sink.Sink
	leader  Leader
	paint   palette
	threads *atomic.Int32 // alive

	mu    sync.Mutex
	open  *thread // in a call whose line is not written
	fresh bool    // it was opened since the last tick
	begun bool    // its head is on the terminal, without a line's end
	line  lineBuf
	last  time.Time // when a line last began, for -r
}

// begin takes text for the line of the call that th enters, of which the first
// bytes are the call's name; again says that it replaces what an earlier round
// had. Where it depends on its end whether a call is shown, nothing of it is
// shown before.
func (o *output) begin(th *thread, text []byte, name int, again bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.opt.JSON {
		th.head.reset()
		th.head.add(text)
		th.split = false
		return
	}
	staged := o.opt.Statuses != AllStatuses
	if again && o.open != th && !staged {
		return // its head is out
	}
	if !staged && (!again || o.begun) {
		o.interrupt()
	}
	o.prefix(&th.head, th)
	th.head.paint(o.paint.name, text[:name])
	th.head.add(text[name:])
	th.split = false
	if !staged {
		o.open, o.fresh = th, true
	}
}

// tick shows the head of a call that lasts, where somebody may be looking: the
// one that a program hangs in.
func (o *output) tick() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.open != nil && !o.fresh && !o.begun {
		o.line.set(&o.open.head)
		o.write()
		o.begun = true
	}
	o.fresh = false
}

// rest cuts from the line, which begins with the open call's head, what is
// written already.
func (o *output) rest() {
	if o.begun {
		o.line.b = o.line.b[len(o.open.head.b):]
		o.begun = false
	}
}

// caught makes the line of a call whose entry was not seen begin as resumed.
func (o *output) caught(th *thread) {
	o.mu.Lock()
	defer o.mu.Unlock()
	th.head.reset()
	th.split = true
}

// interrupt writes the open call's line as unfinished.
func (o *output) interrupt() {
	if o.open != nil {
		o.breakOff(" <unfinished ...>\n")
	}
}

// breakOff ends the open call's line for now.
func (o *output) breakOff(end string) {
	o.line.set(&o.open.head)
	o.line.str(end)
	o.rest()
	o.write()
	o.open.split = true
	o.open = nil
}

// end is the end of a call's line.
type end struct {
	status  Statuses
	args    []byte // what its exit adds to the arguments
	outcome []byte // what stands after "= "
	mark    string // what injectors did, or ""
	took    time.Duration
	timed   bool   // took is known
	after   []byte // lines that belong to it
}

// finish writes the line of a call that has ended.
func (o *output) finish(th *thread, e *end) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.opt.Statuses&e.status == 0 {
		return
	}
	if o.opt.JSON {
		o.callObject(th, e)
		return
	}
	l, written := &th.head, 0
	switch {
	case !th.split && o.open == th:
		if o.begun {
			written = len(l.b)
		}
		o.open, o.begun = nil, false
	case th.split:
		l = &o.line
		o.interrupt()
		o.prefix(l, th)
		l.str("<... ")
		l.paintStr(o.paint.name, th.d.CallName())
		l.str(" resumed>")
	}
	l.add(e.args)
	l.str(") ")
	l.tab(o.opt.Column)
	l.str("= ")
	if e.status == Failed {
		l.paint(o.paint.failed, e.outcome)
	} else {
		l.add(e.outcome)
	}
	if e.mark != "" {
		l.str(" ")
		l.paintStr(o.paint.event, e.mark)
	}
	if e.timed && o.opt.Times {
		l.str(" <")
		l.seconds(e.took, o.opt.TimesUnit)
		l.str(">")
	}
	l.str("\n")
	l.add(e.after)
	_, _ = o.sink.Write(l.b[written:])
}

// event writes a line of its own: a signal, an end; after are lines that belong to
// it.
func (o *output) event(th *thread, text, after []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.interrupt()
	o.prefix(&o.line, th)
	o.line.paint(o.paint.event, text)
	o.line.str("\n")
	o.line.add(after)
	o.write()
}

// note writes a line that is no thread's. It does not break off a line of which
// nothing is shown yet.
func (o *output) note(text string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.begun {
		o.interrupt()
	}
	o.line.reset()
	o.line.str(text)
	o.line.str("\n")
	o.write()
}

// detached ends the line of the call that th is in, if it is open; renamed does
// where its thread's id is about to change to pid.
func (o *output) detached(th *thread) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.open == th:
		o.breakOff(" <detached ...>\n")
	case o.opt.Statuses != AllStatuses && o.opt.Statuses&Detached != 0 && !th.head.empty():
		o.line.set(&th.head)
		o.line.str(" <detached ...>\n")
		o.write()
	}
}

func (o *output) renamed(th *thread, pid int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.open == th {
		o.breakOff(" <pid changed to " + strconv.Itoa(pid) + " ...>\n")
	}
}

// write gives the line to the sink, which never blocks and keeps its errors.
func (o *output) write() { _, _ = o.sink.Write(o.line.b) }

// watch ticks until done is closed.
func (o *output) watch(done <-chan struct{}) {
	ticker := time.NewTicker(200 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			o.tick()
		case <-done:
			return
		}
	}
}
