package utrace

import "strings"

// Action is what a callback answers and what [Engine.Control] is told: a
// resume action in the low three bits and, for the callbacks that have them,
// event-specific bits above. The numeric values are the kernel's (semantics 3,
// 4 and 5.3), and their order matters: of all the engines on a thread the
// smallest resume action wins.
//
// The zero Action is Stop. A callback with no opinion answers a.NoOpinion(),
// where a is the action that it was given: not a itself, which may hold another
// engine's Stop, and would make it this engine's own.
type Action uint32

// Resume actions (semantics 3).
const (
	// Stop holds the thread. It is the only sticky action: it stands until the
	// same engine answers something else or is resumed by Control.
	Stop Action = 0
	// Interrupt asks for a Signal callback (event 0) before the thread next
	// runs user code, and breaks interruptible sleeps as a signal without a
	// handler does.
	Interrupt Action = 1
	// Report asks for a Quiesce callback (event 0) before the thread next runs
	// user code.
	Report Action = 2
	// SingleStep runs one instruction of user code.
	SingleStep Action = 3
	// BlockStep runs to the next taken branch; where the machine cannot, one
	// instruction.
	BlockStep Action = 4
	// Resume lets the thread run.
	Resume Action = 5
	// Detach removes the engine; for the thread it counts as Resume.
	Detach Action = 6

	resumeMask Action = 7
)

// Answers of a SyscallEntry callback, beside a resume action (semantics 4.2).
// The bits replace the previous engine's; a callback that ignores its action
// argument and answers plain Resume runs a call that another wanted aborted.
const (
	// SyscallRun makes the call.
	SyscallRun Action = 0x00
	// SyscallAbort skips it and goes straight to exit tracing, with the number
	// still readable and the result -ENOSYS unless somebody sets one.
	SyscallAbort Action = 0x10
	// SyscallResumed marks, in the argument only, the second and later rounds
	// of one entry. The letter calls it UTRACE_SYSCALL_REPORT.
	SyscallResumed Action = 0x100
)

// StopHere, with Stop, in the answer of SyscallExit, Clone or Exec: the thread
// is held at the event itself, and not first at the border to user mode. At a
// system call exit the engines attached after this one are called when it is
// let go, so that they see the result that was decided on meanwhile; at a clone
// or an exec all have been called. (The reference has no such flag. Ptrace has
// these stops, and a debugger may change the result at each of them.)
const StopHere Action = 0x200

// Answers of a Signal callback, beside a resume action (semantics 5.3). Each
// engine's choice replaces the previous one's.
const (
	// SignalDeliver follows the disposition that [Signal.Action] shows.
	SignalDeliver Action = 0x00
	// SignalIgn drops the signal.
	SignalIgn Action = 0x10
	// SignalTerm ends the process as the signal's default action would.
	SignalTerm Action = 0x20
	// SignalCore ends the process and dumps core.
	SignalCore Action = 0x30
	// SignalStop stops the process, always.
	SignalStop Action = 0x40
	// SignalTstp stops the process unless its process group is orphaned.
	SignalTstp Action = 0x50
	// SignalReport marks, in the argument only, a pass without a signal.
	SignalReport Action = 0x60
	// SignalHandler marks, in the argument only, the pass after a handler's
	// frame was built and before its first instruction.
	SignalHandler Action = 0x70
	// SignalHold pushes the signal back so that it is reported again.
	SignalHold Action = 0x100

	eventMask Action = 0xf0
)

// Resume returns the resume action alone.
func (a Action) Resume() Action { return a & resumeMask }

// Syscall returns SyscallRun or SyscallAbort.
func (a Action) Syscall() Action { return a & eventMask }

// Signal returns the signal answer alone, without SignalHold.
func (a Action) Signal() Action { return a & eventMask }

// Resumed reports whether this is a second or later round of one entry.
func (a Action) Resumed() bool { return a&SyscallResumed != 0 }

// NoOpinion returns what leaves the pass as it is: the event-specific choice of
// the engines called before, and Resume. (A smaller resume action in a is
// theirs, and counts without being repeated.)
func (a Action) NoOpinion() Action { return a.With(Resume) }

// With returns a with its resume action replaced by r.
func (a Action) With(r Action) Action { return a&^resumeMask | r&resumeMask }

var resumeNames = [...]string{"STOP", "INTERRUPT", "REPORT", "SINGLESTEP", "BLOCKSTEP", "RESUME", "DETACH", "7"}

// String names the resume action; event-specific bits follow as hex, since
// what they mean depends on the event.
func (a Action) String() string {
	s := resumeNames[a&resumeMask]
	if rest := a &^ resumeMask; rest != 0 {
		s += "|0x" + hex(uint64(rest))
	}
	return s
}

func hex(v uint64) string {
	const digits = "0123456789abcdef"
	var b [16]byte
	i := len(b)
	for {
		i--
		b[i] = digits[v&15]
		if v >>= 4; v == 0 {
			return strings.Clone(string(b[i:]))
		}
	}
}
