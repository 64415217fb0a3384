package trace

import (
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"utrace/engine/sink"
)

// resultColumn is where "= " stands if what is before leaves room.
const resultColumn = 40

// output makes lines of what the threads have to tell. A call's line is written
// at its exit, in one piece; where another thread has something to tell before
// that, what there is of it is written as unfinished, and the rest as resumed.
type output struct {
	sink     *sink.Sink
	brackets bool         // "[pid N] " among several, not "N " always
	threads  atomic.Int32 // alive

	mu    sync.Mutex
	open  *thread // in a call whose line is not written
	fresh bool    // it was opened since the last tick
	begun bool    // its head is on the terminal, without a line's end
	buf   []byte
	execs map[int]int // thread in execve, by process
	stops map[int]int // last stop signal taken, by process
}

// begin takes what is in th.d for the line of the call that th enters; again
// says that it replaces what an earlier round had.
func (o *output) begin(th *thread, again bool) {
	several := o.threads.Load() > 1
	o.mu.Lock()
	defer o.mu.Unlock()
	if isExec(th) {
		o.execs[th.task.PID()] = th.task.TID()
	}
	if again && o.open != th {
		return // its head is out
	}
	if !again || o.begun {
		o.interrupt()
	}
	th.head = append(o.leader(th.head[:0], th, several), th.d.Bytes()...)
	th.split = false
	o.open, o.fresh = th, true
}

// tick shows the head of a call that lasts, where somebody may be looking: the
// one that a program hangs in.
func (o *output) tick() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.open != nil && !o.fresh && !o.begun {
		o.buf = append(o.buf[:0], o.open.head...)
		o.write()
		o.begun = true
	}
	o.fresh = false
}

// rest cuts from buf, which begins with the open call's head, what is written
// already.
func (o *output) rest() {
	if o.begun {
		o.buf = o.buf[len(o.open.head):]
		o.begun = false
	}
}

// caught makes the line of a call whose entry was not seen begin as resumed.
func (o *output) caught(th *thread) {
	o.mu.Lock()
	defer o.mu.Unlock()
	th.head, th.split = th.head[:0], true
}

// interrupt writes the open call's line as unfinished.
func (o *output) interrupt() {
	if o.open == nil {
		return
	}
	o.buf = append(o.buf[:0], o.open.head...)
	o.buf = append(o.buf, " <unfinished ...>\n"...)
	o.rest()
	o.write()
	o.open.split = true
	o.open = nil
}

// finish writes the line of a call: args is what its exit adds to them, outcome
// what stands after "= ".
func (o *output) finish(th *thread, args, outcome []byte) {
	several := o.threads.Load() > 1
	o.mu.Lock()
	defer o.mu.Unlock()
	if isExec(th) {
		delete(o.execs, th.task.PID())
	}
	whole := !th.split
	if th.split {
		o.interrupt()
		o.buf = o.leader(o.buf[:0], th, several)
		o.buf = append(o.buf, "<... "...)
		o.buf = append(o.buf, callName(th)...)
		o.buf = append(o.buf, " resumed>"...)
	} else {
		o.buf = append(o.buf[:0], th.head...)
	}
	o.buf = append(o.buf, args...)
	o.buf = append(o.buf, ") "...)
	for len(o.buf) < resultColumn {
		o.buf = append(o.buf, ' ')
	}
	o.buf = append(o.buf, "= "...)
	o.buf = append(o.buf, outcome...)
	o.buf = append(o.buf, '\n')
	if whole {
		o.rest()
		o.open = nil
	}
	o.write()
}

func isExec(th *thread) bool {
	name := callName(th)
	return name == "execve" || name == "execveat"
}

func callName(th *thread) string {
	return th.d.CallName()
}

// line writes a line of its own.
func (o *output) line(th *thread, text []byte) {
	several := o.threads.Load() > 1
	o.mu.Lock()
	defer o.mu.Unlock()
	o.interrupt()
	o.buf = append(o.leader(o.buf[:0], th, several), text...)
	o.write()
}

// detached ends the line of the call that th is in, if it is open.
func (o *output) detached(th *thread) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.open == th {
		o.buf = append(append(o.buf[:0], th.head...), " <detached ...>\n"...)
		o.rest()
		o.write()
		o.open = nil
	}
}

// leader begins a line with whose it is.
func (o *output) leader(b []byte, th *thread, several bool) []byte {
	if o.brackets && !several {
		return b
	}
	const width = 5
	var digits [20]byte
	id := strconv.AppendInt(digits[:0], int64(th.task.TID()), 10)
	if o.brackets {
		b = append(b, "[pid "...)
		for i := len(id); i < width; i++ {
			b = append(b, ' ')
		}
		return append(append(b, id...), "] "...)
	}
	b = append(b, id...)
	for i := len(id); i < width; i++ {
		b = append(b, ' ')
	}
	return append(b, ' ')
}

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

// write gives the line to the sink, which never blocks and keeps its errors.
func (o *output) write() { _, _ = o.sink.Write(o.buf) }

// gone counts th off.
func (o *output) gone(th *thread, groupDead bool) {
	o.threads.Add(-1)
	o.mu.Lock()
	defer o.mu.Unlock()
	if groupDead {
		delete(o.execs, th.task.PID())
		delete(o.stops, th.task.PID())
	}
}

// execing returns the thread of a process that is in execve, or 0.
func (o *output) execing(pid int) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.execs[pid]
}

// stopping notes a signal that stops a process, and stopSignal tells it to the
// threads that stop with it.
func (o *output) stopping(th *thread, sig int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.stops[th.task.PID()] = sig
}

func (o *output) stopSignal(th *thread) int {
	const sigstop = 19
	o.mu.Lock()
	defer o.mu.Unlock()
	if sig := o.stops[th.task.PID()]; sig != 0 {
		return sig
	}
	return sigstop
}
