package sys

import (
	"fmt"
	"runtime"

	"golang.org/x/sys/unix"
)

// cloneDoorbell makes the child. It is in assembler because the child shares our
// memory and may not run one instruction of Go. It returns what clone returned.
//
//go:noescape
func cloneDoorbell(flags, parent uintptr) int64

// doorbellFlags: the child shares what costs something to copy and what it would
// otherwise keep open or busy after us. It has no exit signal: no SIGCHLD tells
// of it, and a wait without __WALL or __WCLONE does not see it. CLONE_UNTRACED:
// if we are traced ourselves, our tracer may not get it, or Seize would fail.
const doorbellFlags = unix.CLONE_VM | unix.CLONE_FS | unix.CLONE_FILES | unix.CLONE_UNTRACED

// SpawnDoorbell makes a child of the calling OS thread that only sleeps, for
// ever, in pause(2). Its one use is to be traced: a thread blocked in wait4 for
// its tracees wakes when this one stops, and it stops at any signal, sent by any
// thread. It is a process of its own with tgid and tid pid.
//
// The protocol, on the thread that will wait, which must be locked and must not
// end before the doorbell has:
//
//	pid, err := SpawnDoorbell()         // all signals blocked
//	Seize(pid, PTRACE_O_EXITKILL)       // first, or a signal could kill it
//	Interrupt(pid)                      // then wait4(pid, __WALL): the stop
//	SetSigmask(pid, DoorbellMask)
//	Resume(PTRACE_CONT, pid, 0)
//
// To ring: Tgkill(pid, pid, DoorbellSignal) from anywhere. The owner's wait
// returns pid with a stop, which is answered by Resume(PTRACE_CONT, pid, 0):
// never with a signal, for the child has a copy of our handlers and they must
// not run in it. A SIGSTOP, which no mask keeps out, is answered the same way.
// Rings before the answer are one ring. To end it: Kill with SIGKILL, then
// Wait4(pid, __WALL).
//
// It never outlives its owner: the kernel kills it when the thread that called
// SpawnDoorbell ends (PR_SET_PDEATHSIG), before it is seized too.
func SpawnDoorbell() (pid int, err error) {
	runtime.LockOSThread() // the mask is the thread's
	defer runtime.UnlockOSThread()

	parent := unix.Getpid()
	old := sigprocmask(^uint64(0))
	r := cloneDoorbell(doorbellFlags, uintptr(parent))
	sigprocmask(old)
	if r < 0 {
		return 0, fmt.Errorf("clone a doorbell: %w", unix.Errno(-r))
	}
	return int(r), nil
}

// DoorbellSignal is the one signal that a doorbell with [DoorbellMask] wakes for.
const DoorbellSignal = unix.SIGURG

// DoorbellMask blocks all other signals: what a terminal sends to the process
// group is not for the doorbell.
const DoorbellMask = ^uint64(1 << (uint(DoorbellSignal) - 1))
