// Package held is where calls wait that an engine has stopped and somebody else
// decides about: a controller at a socket, a person at a prompt, a clock.
//
// An engine lists a call from its SyscallEntry callback, and answers what
// [Call.Answer] says, there and in every further round:
//
//	if cur != nil && a.Resumed() {
//		return cur.Answer(a, c)
//	}
//	cur = board.Hold(e, c, terms)
//	return cur.Answer(a, c)
//
// A controller finds it on the [Board] and decides:
//
//	err := board.Decide(id, held.Decision{Verb: held.Abort, Result: -int64(unix.EPERM)})
//
// The promises:
//
//   - The first decision counts; whoever comes later is told what it was
//     ([*Settled]). It takes effect once, or not at all if the thread died.
//   - A call whose deadline passes gets what its terms say. So a controller that
//     has gone away keeps nothing stuck.
//   - To run a call as it is takes one resume of the thread: what all engines
//     chose stands. To abort it, or to run it with other arguments, makes a
//     second round, in which the engines closer to the kernel see that.
//
// Locks: Board.mu guards the lists; Call.mu one call. Neither is held while
// anybody waits, a callback included; Board.mu is never taken under Call.mu. The
// engine's Control is called under Call.mu: that is what keeps a late decision
// from releasing the thread's next call.
package held
