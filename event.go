package utrace

import "strings"

// Events is a set of events: an engine's mask, the union over a thread's
// engines, or one event as a callback's argument. Bit numbers are the
// kernel's (semantics 1.3).
type Events uint32

const (
	// EventQuiesce asks for a Quiesce callback before every other event's
	// callback and when a Report was asked for.
	EventQuiesce Events = 1 << iota
	// EventReap: the thread is gone for good; always the last event.
	EventReap
	// EventClone: the thread made a child, which has not run yet.
	EventClone
	// EventExec: a new program image stands, before its first instruction.
	EventExec
	// EventExit: the thread begins to exit, everything still in place.
	EventExit
	// EventDeath: the thread is dead and not yet reaped.
	EventDeath
	// EventSyscallEntry: before a system call runs.
	EventSyscallEntry
	// EventSyscallExit: after a system call, run or aborted.
	EventSyscallExit
	// EventSignal: a signal that has a handler is about to be delivered.
	EventSignal
	// EventSignalIgn: a signal that would be ignored.
	EventSignalIgn
	// EventSignalStop: a signal that would stop the process.
	EventSignalStop
	// EventSignalTerm: a signal that would end the process.
	EventSignalTerm
	// EventSignalCore: a signal that would end the process with a core dump.
	EventSignalCore
	// EventJobControl: the thread joins or leaves a job-control stop.
	EventJobControl

	allEvents = AllEvents

	// EventSyscall is both system call events.
	EventSyscall = EventSyscallEntry | EventSyscallExit
	// EventSignalAll is all signal events.
	EventSignalAll = EventSignal | EventSignalIgn | EventSignalStop | EventSignalTerm | EventSignalCore
)

// EventSeccomp: a seccomp filter of the program's own asks its tracer about a
// system call (SECCOMP_RET_TRACE). The original, which is older, has no such
// event.
const EventSeccomp Events = 1 << 16

// Bits of an engine's flags word beyond its events.
const (
	engineStop     Events = 1 << 14 // this engine holds the thread stopped
	engineDetached Events = 1 << 15 // no callback may be made any more
)

var eventNames = [...]string{
	"QUIESCE", "REAP", "CLONE", "EXEC", "EXIT", "DEATH", "SYSCALL_ENTRY", "SYSCALL_EXIT",
	"SIGNAL", "SIGNAL_IGN", "SIGNAL_STOP", "SIGNAL_TERM", "SIGNAL_CORE", "JCTL", 16: "SECCOMP",
}

// String names the events, joined by "|"; "0" for none.
func (ev Events) String() string {
	var names []string
	for i, name := range eventNames {
		if name != "" && ev&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	if rest := ev &^ allEvents; rest != 0 {
		names = append(names, "0x"+hex(uint64(rest)))
	}
	if names == nil {
		return "0"
	}
	return strings.Join(names, "|")
}

// EventByName returns the event that String calls so.
func EventByName(name string) (Events, bool) {
	for i, n := range eventNames {
		if n != "" && n == name {
			return 1 << i, true
		}
	}
	return 0, false
}

// AllEvents is every event.
const AllEvents = EventJobControl<<1 - 1 | EventSeccomp
