package count

import (
	"errors"
	"os"
	"strconv"
)

// schedstat is where Linux tells how long a thread has run on processors, in
// nanoseconds (CONFIG_SCHED_INFO). From the entry of a call to its exit a thread
// runs in the kernel alone: the difference is the call's system time. What
// getrusage(2) tells is in ticks, or estimated from them.
func schedstat(pid, tid int) string {
	return "/proc/" + strconv.Itoa(pid) + "/task/" + strconv.Itoa(tid) + "/schedstat"
}

// haveProcessorTime says why processor time cannot be told, if so.
func haveProcessorTime() error {
	if _, err := os.Stat(schedstat(os.Getpid(), os.Getpid())); err != nil {
		return errors.New("this kernel does not tell the processor time of a thread (CONFIG_SCHED_INFO): count wall clock time, by -w")
	}
	return nil
}

// processorTime is a counter's clock: it stands still while the thread does.
// A thread that is dead has none.
func (n *counter) processorTime(th *thread) int64 {
	ns, ok := th.ran()
	if !ok { // not opened yet, or its id has changed, as by an exec
		th.close()
		th.cpu, _ = os.Open(schedstat(th.task.PID(), th.task.TID()))
		ns, _ = th.ran()
	}
	return ns
}

func (th *thread) ran() (ns int64, ok bool) {
	if th.cpu == nil {
		return 0, false
	}
	var b [64]byte
	n, _ := th.cpu.ReadAt(b[:], 0)
	for _, c := range b[:n] {
		if c < '0' || c > '9' {
			break
		}
		ns = ns*10 + int64(c-'0')
	}
	return ns, n > 0
}

// close gives back what the thread's clock needs.
func (th *thread) close() {
	if th.cpu != nil {
		_ = th.cpu.Close()
		th.cpu = nil
	}
}
