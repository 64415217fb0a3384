// Package sim is a simulated host for package utrace: processes that are
// goroutines, system calls that are functions, and no kernel. What takes a
// real machine luck to meet, it can be made to do on purpose, and the race
// detector sees all of it.
//
// A simulated thread is its own owner: one goroutine, locked to an OS thread,
// which runs a [Program] and at each event calls the core's hooks on itself.
// So every task has an owner of its own, and callbacks of different threads
// run in parallel.
//
// What is simulated: the calls in the table in calls.go, others give ENOSYS;
// signals with dispositions, masks, private and shared queues, handlers and
// restarted calls; job control; memory as sparse pages; threads, fork, vfork,
// exec also by a thread that is not the leader; zombies and wait. A spinning
// program reaches its user mode points by [Thread.Tick], where requests,
// signals and steps are taken, as at an interrupt.
//
// Where a real tracer must break a blocked call to make a thread report, the
// simulation does what utrace promises: Report does not wake a blocked call,
// Interrupt does (S38). Where it must tell of a death before the parent hears of
// it, the simulation tells the parent first (S96), unless an engine holds the
// death back; and the code of a death by signal can be changed (S94).
//
// # Locks
//
// Kernel.mu guards what threads share: processes, signals, memory maps. No
// core method is called with it held. A thread's queue has its own lock, taken
// by requests from any goroutine. Whoever changes what a sleeping thread may
// wait for rings its bell after that.
package sim
