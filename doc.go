// Package utrace puts any number of independent engines on one thread. Each is
// told of the thread's system calls, signals, clones, execs and exits through
// callbacks, and answers what should happen: stop, interrupt, step, run; make a
// call or abort it and give a result; drop a signal or deliver another. It is
// Linux's utrace (Roland McGrath, 2006-2012, never merged) in user space.
//
// # Promises
//
//   - The unit is one thread, a [Task]. Engines on it do not know each other.
//   - Callbacks of one thread never overlap. Those of different threads may run
//     in parallel, also for the same [Ops].
//   - Order: engines are called in the order in which they were attached, but
//     at system call entry in reverse. So the last attached is closest to the
//     program, the first closest to the kernel, and they nest.
//   - Of all resume actions the smallest wins: no engine can loosen another's.
//     What a system call or a signal becomes is decided by a chain: each engine
//     sees the previous one's choice, its answer replaces it, the last called
//     decides.
//   - Stop is sticky and per engine: a thread runs when the last engine that
//     holds it has let go. A thread that is held makes no callback, but for
//     those of dying: SIGKILL always goes through.
//   - Attach, SetEvents and Control never wait for the thread, and may be
//     called at any time from any goroutine. Barrier and Examine may wait.
//   - A callback must not block. To decide later, answer Stop, and let whoever
//     decides call [Engine.Control]; Control(Report) makes a second round at a
//     system call entry, marked SyscallResumed, in which all engines choose
//     again.
//   - Every engine gets Reap, if asked for, as its last callback, unless it was
//     detached before.
//
// The numbers S1 to S126 in comments and tests are the statements of the
// semantics that this package is tested against.
//
// # A program that embeds a tracer
//
// A Tracer comes from a host: package utrace/linux for real threads, package
// utrace/sim for simulated ones. With the Linux host the process's SIGCHLD
// action gets SA_NOCLDSTOP, and the process must not call wait4(-1) itself, nor
// wait for a child of its own (exec.Cmd.Wait) while it has it attached to: the
// kernel gives ptrace stops to whichever thread of the process waits.
//
// # Owners, locks, and what is current
//
// Every task has an owner: the OS thread that the host traces it with. All hooks
// and callbacks of a task run there, and all that the core does with its
// registers. Requests from elsewhere change the task under its lock and post to
// the owner ([Host].Poll).
//
// Locks, in the order in which they may be taken: Tracer.mu, Task.mu (never two
// tasks'), Process.mu. None is held while a callback runs or while the host is
// asked for something that waits; under Task.mu only Poll and CanStep are
// called.
//
// What a pass reads without the lock is published so that it may:
//   - Task.engines is a list that is replaced, never changed. A pass walks the
//     one it found when it began, so an engine attached meanwhile is not in it
//     (S12); one detached meanwhile is skipped, by its flags.
//   - Engine.flags changes by atomic operations, under the lock except for the
//     Stop bit, which the owner moves when a callback has answered.
//   - Task.reporting is set before an engine's flags are read, and cleared when
//     its answer has taken effect. Whoever changes flags and then reads
//     reporting knows whether a callback may still run on the old ones.
//
// Whether to stay stopped is decided under Task.mu (Task.hold), as is every
// change of an engine's Stop from outside, so no wake-up is lost.
//
// "Current" means on the task's owner, inside one of its hooks.
package utrace
