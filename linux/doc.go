// Package linux is the host for real threads: it catches them by ptrace and
// does to them what package utrace says. The duties of a host are numbered at
// utrace.Host; this is how they are met.
//
// # Owners
//
// An owner is a goroutine locked to an OS thread, which seizes threads
// (PTRACE_SEIZE) and makes every ptrace request for them. It sleeps in
// wait4(-1, __WALL|__WNOTHREAD), which sees no other thread's children, and is
// woken for requests by its doorbell: a child of its own that stops when it is
// sent a signal. Requests are posted to its queue, a posted request first, the
// ring after it; the owner takes the ring down before it looks at the queue, so
// none is missed.
//
// A process that we start is made by an OS thread of its own, never by an owner
// (spawn). A thread may change its owner once, at its birth (handover.go): to
// one with room (Options.MaxTracees), or, so that processes, or the threads of
// one with many, which are busy at the same time need not share an owner and a
// CPU, to one with less to do (balance.go). Requests that name a thread follow it.
//
// Locks: host.mu guards the lists of owners and groups, and what others may
// read of a thread's record (task, tid); owner.mu the queue, and after host.mu
// another owner's too; vm.mu a descriptor; cpus.narrow, and after it kept.mu, the
// affinities that placement changes. None is held during a wait or while
// the core is called. All else in an owner and its threads is that OS thread's
// alone.
//
// # Stops
//
//	syscall-entry-stop      SyscallEntry; exit and exit_group also Exit
//	PTRACE_EVENT_SECCOMP    the same, if there was no entry stop before; an
//	                        aborted call also ends here (SyscallSkipped);
//	                        Seccomp, if a filter of the program's asks
//	syscall-exit-stop       SyscallExit, with the pass before user mode
//	signal-delivery-stop    Signal
//	PTRACE_EVENT_STOP       UserMode, if it is the trap that was asked for, or a
//	                        child's first stop; JobControl for a group-stop, in
//	                        which the thread is left by PTRACE_LISTEN
//	EVENT_CLONE/FORK/VFORK  Clone; the child's first stop is held until then
//	EVENT_EXEC              Rename if the thread id changed, Exec
//	EVENT_EXIT              Exit, if it was not reported at the entry
//	death                   Death, and Reaped once every engine agrees
//
// A thread runs with PTRACE_CONT, and stops at no call but those that its filter
// traps, if these are all that its engines want. It runs with PTRACE_SYSCALL, and
// stops at each, if they want more, if it has no filter, or if it has filters of
// its own, which might refuse a call first; and to the end of a call whose exit
// matters.
//
// # The filter
//
// What Start starts is born under a seccomp filter of ours (filter.go): the stage
// is made to install it before its execve. Whatever a thread under it does with
// seccomp is answered as if it were not there (guard.go). If engines come to want more
// calls for good, it is widened by a second one (widen.go). Of the calls that the
// filter traps none may be made by a thread that nobody traces, which would get
// ENOSYS: so it dies with us (EXITKILL), is never detached
// from (disown.go), and every child of it is traced.
//
// A call that the host makes in a thread (Call) passes our filter; its seccomp
// stop is passed over, whatever it is, and nothing is answered for. At a seccomp
// stop the pending call is exchanged as at an entry stop, and the thread comes back
// by way of both.
//
// # What it needs
//
// Linux 5.3 (PTRACE_GET_SYSCALL_INFO), CONFIG_SECCOMP_FILTER for filters, /proc mounted, and the right to trace:
// one's own children always; other processes as ptrace(2) says under "Ptrace
// access mode checking", which Attach's errors put into words.
package linux
