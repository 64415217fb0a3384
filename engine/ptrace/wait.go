package ptrace

import (
	"encoding/binary"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
	"utrace/internal/procfs"
)

// A wait call of a process that traces is answered at its entry if there is
// something to tell. Else, if it may block, the thread is held there for a
// moment, since most answers come soon and holding it saves two stops. A held
// thread takes no signals, so then it is let run: the wait itself, if it has
// children of its own to wait for, or a ppoll that only waits for a signal.
// What comes then breaks that call, and the answer is given at its exit.

// holdFor is how long a wait is held at its entry. As long as all are answered
// within that time the timer that looks after them comes less and less often, up
// to maxPeriod: each time it costs as much as some of the waits.
const (
	holdFor   = 200 * time.Microsecond
	maxPeriod = 25 * holdFor
)

// waitState is where a wait stands.
type waitState uint8

const (
	noWait   waitState = iota
	waitHeld           // at its entry
	waitRuns           // in the kernel
)

// wait is a wait call. state and over are guarded by world.mu.
type wait struct {
	idtype, id int // as waitid's
	options    int
	status     uint64 // where wait4 wants the status
	info       uint64 // where waitid wants its siginfo
	rusage     uint64
	since      time.Time

	state    waitState
	over     bool // it was held long enough
	isWaitid bool
	bad      bool // not a valid call: the kernel says why
	instead  bool // ppoll runs in its place
	zombie   bool // it was made one for a dead child, see waitFor
}

// wait4Args understands wait4, and i386's waitpid.
func wait4Args(f frame) wait {
	pid, options := int(int32(f.args[0])), int(uint32(f.args[2]))
	w := wait{status: f.args[1], options: options | unix.WEXITED, rusage: f.args[3]}
	w.bad = options&^(unix.WNOHANG|unix.WUNTRACED|unix.WCONTINUED|unix.WNOTHREAD|unix.WCLONE|unix.WALL) != 0
	if f.nr == numbersOf(f.arch).waitpid {
		w.rusage = 0
	}
	switch {
	case pid == -1:
		w.idtype = pAll
	case pid < 0:
		w.idtype, w.id = pPgid, -pid
	case pid == 0:
		w.idtype = pPgid // the caller's, see resolve
	default:
		w.idtype, w.id = pPid, pid
	}
	return w
}

// waitidArgs understands waitid.
func waitidArgs(f frame) wait {
	w := wait{
		idtype: int(int32(f.args[0])), id: int(int32(f.args[1])), info: f.args[2],
		options: int(uint32(f.args[3])), rusage: f.args[4], isWaitid: true,
	}
	const valid = unix.WNOHANG | unix.WNOWAIT | unix.WEXITED | unix.WSTOPPED | unix.WCONTINUED |
		unix.WNOTHREAD | unix.WCLONE | unix.WALL
	const any = unix.WEXITED | unix.WSTOPPED | unix.WCONTINUED
	w.bad = w.options&^valid != 0 || w.options&any == 0 || w.idtype > pPidfd ||
		w.idtype == pPid && w.id <= 0 || w.idtype == pPgid && w.id < 0 || w.idtype == pPidfd && w.id < 0
	return w
}

// startWait is the entry of a wait call.
func (t *thread) startWait(a utrace.Action, c *utrace.Syscall, x wait) utrace.Action {
	if x.bad || !t.resolve(&x) {
		return a.NoOpinion()
	}
	t.w.mu.Lock()
	t.came()
	t.unhold() // it is asked a second time if filters of the program's came first
	t.wait = x
	if t.proc.traces == 0 {
		// The kernel's alone, unless it gets a tracee meanwhile.
		t.letRun()
		t.w.mu.Unlock()
		return a.NoOpinion()
	}
	if t.tracer != nil && t.options&optSeccomp != 0 && !t.entry.filtered {
		// Its filters come first (see asksFirst). What there is to tell breaks it.
		t.letRun()
		some := t.next() != nil
		t.w.mu.Unlock()
		if some {
			t.control(utrace.Report)
		}
		return a.NoOpinion()
	}
	t.w.mu.Unlock()
	return t.waitOn(a, c)
}

// letRun notes that the wait runs in the kernel. w.mu is held.
func (t *thread) letRun() {
	t.wait.state = waitRuns
	if t.wait.options&unix.WNOHANG == 0 {
		t.proc.waiters = append(t.proc.waiters, t)
	}
	t.events()
}

// resolve replaces a pidfd by the process's id, and the caller's own group by
// its number. It reports false if the kernel is to say what is wrong.
func (t *thread) resolve(x *wait) bool {
	switch {
	case x.idtype == pPidfd:
		path := "/proc/" + strconv.Itoa(t.task.TID()) + "/fdinfo/" + strconv.Itoa(x.id)
		b, err := os.ReadFile(path)
		if err != nil {
			return false
		}
		pid, err := strconv.Atoi(procfs.Field(b, "Pid"))
		if err != nil || pid <= 0 {
			return false
		}
		if link, err := os.Readlink("/proc/" + strconv.Itoa(t.task.TID()) + "/fd/" + strconv.Itoa(x.id)); err != nil ||
			!strings.Contains(link, "[pidfd]") {
			return false
		}
		if b, err := os.ReadFile(path); err == nil && nonblocking(b) {
			return false // EAGAIN or an answer: the kernel's
		}
		x.idtype, x.id = pPid, t.shownID(pid)
	case x.idtype == pPgid && x.id == 0:
		x.id = t.groupOf(t.task.PID())
	}
	return true
}

// nonblocking reads the flags of a descriptor from its fdinfo.
func nonblocking(fdinfo []byte) bool {
	flags, _ := strconv.ParseUint(procfs.Field(fdinfo, "flags"), 8, 64)
	return flags&unix.O_NONBLOCK != 0
}

// concerns reports whether t's wait is for tracee, whatever has happened to it.
// A tracee is waited for whatever its exit signal is (eligible_child). w.mu is
// held.
func (x *wait) concerns(t, tracee *thread) bool {
	if x.options&unix.WNOTHREAD != 0 && tracee.tracer != t {
		return false
	}
	switch x.idtype {
	case pPid:
		return t.shown(tracee) == x.id
	case pPgid:
		return t.groupOf(tracee.task.PID()) == x.id
	}
	return true
}

// matches reports whether what has happened to tracee ends the wait. w.mu is
// held.
func (x *wait) matches(t, tracee *thread) bool {
	if tracee.state == gone && x.options&unix.WEXITED == 0 {
		return false
	}
	return x.concerns(t, tracee)
}

// next returns the first tracee that the wait can tell of. w.mu is held.
func (t *thread) next() *thread {
	for _, tracee := range t.proc.events {
		if t.wait.matches(t, tracee) {
			return tracee
		}
	}
	return nil
}

// waits reports whether there is any tracee that the wait is for. w.mu is held.
func (t *thread) waits() bool {
	if t.wait.idtype == pAll && t.wait.options&unix.WNOTHREAD == 0 {
		return t.proc.traces > 0
	}
	for x := range t.proc.threads {
		for tracee := range x.tracees {
			if t.wait.concerns(t, tracee) {
				return true
			}
		}
	}
	return false
}

// waitOn answers a wait at its entry, holds it there, or lets it run.
func (t *thread) waitOn(a utrace.Action, c *utrace.Syscall) utrace.Action {
	w := t.w
	w.mu.Lock()
	if tracee := t.next(); tracee != nil && tracee.death.zombie {
		t.unhold()
		t.letRun()
		pid := t.shown(tracee)
		w.mu.Unlock()
		t.waitFor(c, pid)
		return utrace.SyscallRun | utrace.Resume
	} else if tracee != nil {
		t.unhold()
		news := t.told(tracee)
		reaping := t.reaping != nil
		w.mu.Unlock()
		answer := finish(c, t.give(c, news))
		if reaping {
			return answer.With(utrace.Stop)
		}
		return answer
	}
	switch {
	case !t.waits():
		t.unhold()
		t.letRun()
		w.mu.Unlock()
		return a.NoOpinion()
	case t.wait.options&unix.WNOHANG != 0:
		if t.kernelHasNone() {
			itself := t.kernelSaysNone()
			w.mu.Unlock()
			if itself {
				return utrace.SyscallRun | utrace.Resume
			}
			t.nothing(c)
			return utrace.SyscallAbort | utrace.Resume
		}
	case t.wait.state == noWait:
		t.hold()
		w.mu.Unlock()
		return a.With(utrace.Stop)
	case !t.wait.over:
		w.mu.Unlock()
		return a.With(utrace.Stop)
	}
	t.unhold()
	t.letRun()
	w.mu.Unlock()
	if t.wait.options&unix.WNOHANG == 0 && !t.hasChildren() {
		t.wait.instead = true
		c.SetNr(numbersOf(c.Arch()).ppoll)
		for i := range 5 {
			c.SetArg(i, 0)
		}
	}
	return utrace.SyscallRun | utrace.Resume
}

// waitFor makes the call a wait for one dead child, whatever its exit signal is,
// and whichever thread of the process made it: for its tracer that is of no
// account.
func (t *thread) waitFor(c *utrace.Syscall, pid int) {
	options := t.wait.options&^unix.WNOTHREAD | unix.WALL
	t.wait.zombie = true
	if t.wait.isWaitid {
		c.SetArg(0, pPid)
		c.SetArg(1, uint64(pid))
		c.SetArg(3, uint64(options))
		return
	}
	n := numbersOf(c.Arch())
	if t.frame(c).nr == n.waitpid {
		c.SetNr(n.wait4)
		c.SetArg(3, 0)
	}
	c.SetArg(0, uint64(pid))
	c.SetArg(2, uint64(options&^unix.WEXITED))
}

// hold makes the wait one that is held, for a while. w.mu is held.
func (t *thread) hold() {
	w := t.w
	t.wait.state, t.wait.since = waitHeld, time.Now()
	t.proc.waiters = append(t.proc.waiters, t)
	w.holding = append(w.holding, t)
	w.arm()
}

// arm sets the timer, unless it is set. w.mu is held.
func (w *world) arm() {
	switch {
	case w.armed:
		return
	case w.timer == nil:
		w.timer = time.AfterFunc(w.period, w.tick)
	default:
		w.timer.Reset(w.period)
	}
	w.armed = true
}

// unhold is the end of the holding, or of the wait that was let run. w.mu is
// held.
func (t *thread) unhold() {
	was := t.wait.state
	if was != noWait {
		t.w.holding = drop(t.w.holding, t)
		t.proc.waiters = drop(t.proc.waiters, t)
		t.wait.state = noWait
	}
	if was == waitRuns {
		t.events() // its exit is no longer of interest
	}
}

// tick lets those waits run that were held long enough. One timer serves all, and
// is not set anew for each, so that a wait that is answered soon costs nothing.
func (w *world) tick() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.armed = false
	w.period = min(2*w.period, maxPeriod)
	limit := time.Now().Add(-holdFor)
	for _, t := range w.holding {
		if t.wait.since.After(limit) {
			w.arm()
			break
		}
		if !t.wait.over {
			t.wait.over = true
			w.period = holdFor
			t.control(utrace.Report)
		}
	}
}

// endWait is the exit of a call that may be a wait that was let run.
func (t *thread) endWait(c *utrace.Syscall) {
	w := t.w
	w.mu.Lock()
	x := t.wait
	if x.state != waitRuns {
		w.mu.Unlock()
		return
	}
	t.unhold()
	result := c.Result()
	if !x.instead {
		pid := 0
		if result >= 0 {
			pid = t.kernelTold(c, result)
		}
		t.learned(c, pid)
		t.settleDeaths(pid)
		if pid != 0 {
			t.forget(pid)
			w.mu.Unlock()
			return
		}
	}
	tracee := t.next()
	if tracee != nil && tracee.death.zombie {
		if state, ok := stateOf(tracee.task.PID()); ok && state == 'Z' && !x.zombie {
			w.mu.Unlock()
			t.anew(c)
			return
		}
		tracee.drop() // another has waited for it
		tracee.unlink(nil)
		tracee = t.next()
	}
	if tracee == nil {
		some := t.waits()
		w.mu.Unlock()
		t.untold(c, &x, some)
		return
	}
	told := t.told(tracee)
	w.mu.Unlock()
	c.SetResult(t.give(c, told))
}

// kernelTold returns the process that the kernel's wait has told of, in the eyes
// of t; 0: of none, -1: it cannot be known.
func (t *thread) kernelTold(c *utrace.Syscall, result int64) int {
	if !t.wait.isWaitid {
		return int(result)
	}
	at := 16 // si_pid
	if !c.Arch().Is64() {
		at = 12
	}
	var b [4]byte
	if t.wait.info == 0 {
		if t.wait.options&unix.WNOHANG != 0 {
			return 0
		}
		return -1
	}
	if _, err := t.task.Memory().ReadAt(b[:], int64(t.wait.info)+int64(at)); err != nil {
		return -1
	}
	return int(int32(binary.LittleEndian.Uint32(b[:])))
}

// forget ends the tracing of a child that the kernel has told of, if it is dead,
// unless the wait only peeked. w.mu is held.
func (t *thread) forget(pid int) {
	if t.wait.options&unix.WNOWAIT != 0 {
		return
	}
	for x := range t.proc.threads {
		for tracee := range x.tracees {
			if tracee.death.own && tracee.state == gone && t.shownPID(tracee) == pid {
				tracee.drop()
				tracee.unlink(nil)
				return
			}
		}
	}
}

// anew makes the thread make its call again.
func (t *thread) anew(c *utrace.Syscall) {
	regs, err := c.Regs()
	if err != nil {
		return // killed
	}
	f := t.frame(c)
	regs.Rewind(f.arch, f.nr, f.args)
	t.entry.changed = false // the registers have it
	_ = c.SetRegs(&regs)
}

// untold is the end of a wait, or of the ppoll in its place, without anything to
// tell. some says that there are tracees to wait for.
func (t *thread) untold(c *utrace.Syscall, x *wait, some bool) {
	result := c.Result()
	again := x.instead || result == failed(unix.ECHILD)
	switch {
	case !again:
	case !some && !x.instead:
	case x.options&unix.WNOHANG != 0:
		t.nothing(c)
	case arch.IsRestart(result) || result == failed(unix.EINTR):
		// Broken by a signal: SA_RESTART is to mean what it means for a wait.
		c.SetResult(failed(arch.ERESTARTSYS))
	default:
		// What it waited for is gone, or the last of its own children: again.
		t.anew(c)
	}
}

// nothing is what WNOHANG gives when there is nothing to tell.
func (t *thread) nothing(c *utrace.Syscall) {
	c.SetResult(0)
	if t.wait.isWaitid && t.wait.info != 0 {
		t.writeInfo(c, t.wait.info, &utrace.Siginfo{})
	}
}

// kernelHasNone reports whether it is certain that a wait with WNOHANG would tell
// of nothing in the kernel. w.mu is held.
func (t *thread) kernelHasNone() bool {
	p := t.proc
	return p.zombies == 0 && !p.foreign && !t.outside && t.wait.options&(unix.WUNTRACED|unix.WCONTINUED) == 0
}

// kernelSaysNone reports whether such a wait would then end with 0 there, and not
// with ECHILD, since one of those that it is for is alive: to let it run takes less
// than to answer for it. w.mu is held.
func (t *thread) kernelSaysNone() bool {
	if t.wait.idtype != pAll || t.wait.options&unix.WALL == 0 {
		return false
	}
	for child := range t.children {
		if !child.dead && child.proc != t.proc {
			return true
		}
	}
	return false
}

// learned notes what the kernel's wait tells of how many children there are to
// tell of. w.mu is held.
func (t *thread) learned(c *utrace.Syscall, pid int) {
	x := &t.wait
	switch {
	case pid != 0 && x.options&unix.WNOWAIT == 0:
		t.proc.zombies = max(t.proc.zombies-1, 0)
	case pid == 0 && x.idtype == pAll && x.options&unix.WALL != 0 && x.options&unix.WNOTHREAD == 0 &&
		(c.Result() == 0 || c.Result() == failed(unix.ECHILD)):
		t.proc.zombies = 0
	}
}

// hasChildren reports whether the process has children of its own that the wait
// is for, or tracees that are the kernel's: then the kernel's wait must run.
func (t *thread) hasChildren() bool {
	x, only := &t.wait, 0
	switch {
	case t.outside:
		return true // whichever is asked for, it may be one of those
	case x.options&unix.WNOTHREAD != 0:
		only = t.task.TID()
	}
	for _, tid := range childrenOf(t.task.PID(), only) {
		switch x.idtype {
		case pPid:
			if t.shownID(tid) != x.id {
				continue
			}
		case pPgid:
			if t.groupOf(tid) != x.id {
				continue
			}
		}
		return true
	}
	return false
}

// childrenOf lists the children of a process, or of one of its threads alone.
func childrenOf(pid, only int) (found []int) {
	tids := []int{only}
	if only == 0 {
		tids, _ = procfs.Threads(pid) // it may have ended
	}
	for _, tid := range tids {
		children, _ := procfs.Children(pid, tid)
		found = append(found, children...)
	}
	return found
}
