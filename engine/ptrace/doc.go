// Package ptrace is the engine that is ptrace(2) for the programs inside: it takes
// their ptrace calls, and the wait4 and waitid calls of tracers, at their entry, does
// the work by utrace's own interface, and skips the call. So strace, gdb, ltrace or another utrace work
// inside, beside the other engines, and each program inside sees one tracer a
// thread, as on bare Linux.
//
// # A tracee
//
// Every thread has a record ([thread]), for it may trace and be traced. A tracee
// is running, stopped, listening or gone (state). Only a callback of its own makes
// it stop: the callback says what the stop is (stopAt), puts the tracee on its
// tracer's list of events, and answers Stop; so the engine itself holds the thread
// when a request comes (S126).
//
//	syscall-entry-stop       SyscallEntry, held before the call; let go by Report:
//	                         all engines choose again, by what the tracer left
//	syscall-exit-stop        SyscallExit with StopHere: the engines closer to the
//	                         program are called when the tracer is done
//	PTRACE_SYSEMU            SyscallEntry answers Abort|Report, the stop is made at
//	                         the exit (S123)
//	signal-delivery-stop     Signal answers Stop|SignalIgn; let go by Interrupt, and
//	                         the pass that follows delivers the signal (S125)
//	PTRACE_EVENT_CLONE, ...  Clone and Exec with StopHere, Exit
//	PTRACE_EVENT_STOP        the pass before user mode that an Interrupt asks for;
//	                         JobControl for a group-stop
//
// What the tracer does to number and arguments at an entry stop is this engine's
// change of the call (utrace.Syscall.SetNr): who is closer to the program still
// sees what that asked for, who is closer to the kernel what the tracer made of
// it. At the exit it is written to the registers, where ptrace leaves it.
//
// # A tracer
//
// A request is carried out in the caller's own SyscallEntry, if the tracee has
// the same owner; else by a goroutine, while the caller is held. How a process comes
// to be a tracer is described in tracer.go, waits in wait.go, SIGCHLD in sigchld.go.
//
// # Deaths
//
// Where the tracer is the real parent, the kernel tells it of the death of a
// process when utrace has collected the status, and this engine says nothing.
// Else the engine keeps the status back (utrace.Engine.HoldReap) until a wait of
// the tracer has told of it, or the tracing has ended; that wait returns when the
// status has been collected, since the parent is to know by then.
//
// # Ids
//
// Tasks have the ids of utrace's PID namespace. Whatever a program is given or
// asks for is translated to its own (names.go).
//
// # Locks
//
// Callbacks of threads with different owners run in parallel. world.mu guards all
// records. It is not held while the host is asked for anything that waits; under
// it only Engine.Control, SetEvents, SetSyscalls and Barrier with a context that
// has ended are called, which take Task.mu: world.mu comes first. Fields that are
// marked as a thread's own are used in its callbacks and in Examine alone.
package ptrace
