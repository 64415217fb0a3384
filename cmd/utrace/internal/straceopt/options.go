// Package straceopt understands the command line of strace(1): its options, in
// its grammar, with its words for what is wrong. What utrace does not do is
// refused by name.
package straceopt

import (
	"fmt"

	"utrace/engine/count"
	"utrace/engine/trace"
	"utrace/syscalls"
)

// Options are a command line of strace, understood.
type Options struct {
	Trace   trace.Options
	Inject  []Injection
	Summary Summarize
	Count   count.Summary

	Paths []string    // -P: only calls that have to do with one of these
	FDs   trace.FDSet // -e trace-fds=: or with one of these

	Output   string // -o: a file, "|CMD" or "!CMD"; "" is standard error
	Append   bool   // -A
	Separate bool   // -ff: a file for each thread

	PIDs    []int    // -p
	Command []string // CMD [ARG]...; may be empty if there are PIDs
	Argv0   *string  // --argv0
	Env     []string // -E, in order: "VAR=VAL" sets, "VAR" removes
	User    string   // -u

	Daemon        int // -D: 0 to 3
	Interruptible int // -I: 1 to 4; 0 is what strace does by default
	KillOnExit    bool
	NoPtrace      bool // --no-ptrace
	AlwaysPID     bool // --always-show-pid

	Help, Version bool
	Colour        string   // auto, always, never
	Warnings      []string // to be said on standard error before it begins
}

// Summarize is what becomes of the calls counted.
type Summarize uint8

const (
	NoSummary   Summarize = iota
	SummaryOnly           // -c: in place of the lines
	SummaryToo            // -C: besides them
)

// Injection is one -e inject=, or fault=.
type Injection struct {
	Set    *syscalls.Set
	Params map[string]string // by the keys of engine/inject
}

// Error is a wrong command line. Hint says that the help would help.
type Error struct {
	msg  string
	Hint bool
}

func (e *Error) Error() string { return e.msg }

// Errorf makes an Error of what strace would say.
func Errorf(format string, args ...any) error {
	return &Error{msg: fmt.Sprintf(format, args...)}
}

func usage(format string, args ...any) error {
	return &Error{msg: fmt.Sprintf(format, args...), Hint: true}
}
