package main

import (
	"os"
	"runtime"

	"golang.org/x/sys/unix"

	"utrace/internal/procfs"
	"utrace/internal/sys"
)

// tuneRuntime fits the Go runtime to a process whose owners sit in system calls,
// once there is something to trace: what is started before, and inherits from our
// threads, does not notice.
func tuneRuntime() {
	spareProcs()
	calmMonitor(os.Getpid())
}

// spareProcs gives the Go scheduler two more than there are CPUs. An owner keeps its
// P while it waits for stops, and there is one owner for each CPU. If no other P is
// idle the runtime's monitor takes it back after 20 us of every wait.
func spareProcs() {
	if procs := runtime.NumCPU() + 2; runtime.GOMAXPROCS(0) < procs {
		runtime.GOMAXPROCS(procs)
	}
}

// calmMonitor keeps the runtime's monitor (sysmon in runtime/proc.go) from
// preempting a program on the CPU that it shares with us. An owner that has waited
// for 10 ms loses its P, and the monitor, having found something to do, looks fifty
// times more, every 75 us. Under SCHED_BATCH it runs once the CPU is free, or the
// scheduler's tick gives it its turn (sched(7)). It is the thread that the runtime
// makes first. If the user has chosen a policy for us, that stays.
func calmMonitor(pid int) {
	if policy, e := sys.SchedPolicy(pid); e != 0 || policy != unix.SCHED_NORMAL {
		return
	}
	if tids, err := procfs.Threads(pid); err == nil && len(tids) > 1 {
		sys.SetSchedPolicy(tids[1], unix.SCHED_BATCH)
	}
}
