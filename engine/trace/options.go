package trace

import (
	"io"

	"utrace"
	"utrace/internal/fdinfo"
	"utrace/syscalls"
	"utrace/syscalls/decode"
)

// Options say what is written and how: the options of strace that concern its
// lines, by their names there. Defaults returns what strace does without any.
type Options struct {
	// What is written.
	Calls    *syscalls.Set // -e trace=; nil: all
	Signals  SignalSet     // -e signal=
	Statuses Statuses      // -e status=, -z, -Z
	Quiet    Quiet         // -e quiet=, -q: what is not said
	Read     FDSet         // -e read=: descriptors of which what is read is dumped
	Write    FDSet         // -e write=

	// Only, if there is one, says of a call of the set at its entry whether it is
	// written. It is called on the thread that traces.
	Only func(*utrace.Syscall) bool

	// Whose calls.
	NoFollow   bool // children and new threads are let go
	DetachExec bool // -b execve: whoever begins another program is let go

	// Where it ends.
	Limit   int64  // calls after which Reached is called, once; 0: none
	Reached func() // on a thread that traces

	// Where it goes. Separate, if there is one, opens the file of a thread (-ff).
	Separate func(tid int) (io.WriteCloser, error)

	// How a line begins.
	Leader    Leader
	Time      TimeFormat // -t
	TimeUnit  Precision  // of Time
	Relative  bool       // -r: the time since the line before
	RelUnit   Precision
	SyscallNr bool // -n
	IP        bool // -i

	// How it ends.
	Times     bool // -T: how long a call took
	TimesUnit Precision
	Column    int // -a: where "= " stands, if there is room

	// Values: -s, -x, -X, -e abbrev=, verbose=, raw=. Its hooks are set by FDs and
	// PIDs.
	Values decode.Options
	FDs    fdinfo.Details // -y, -yy
	PIDs   PIDDetails     // -Y

	Stacks bool // -k: the calls that the thread was in

	JSON   bool // an object a line, see docs/json.md
	Colour bool
}

// Defaults are the options of strace without any.
func Defaults() Options {
	return Options{
		Signals:   AllSignals,
		Statuses:  AllStatuses,
		Column:    40,
		TimeUnit:  Seconds,
		RelUnit:   Micros,
		TimesUnit: Micros,
	}
}

// SignalSet is a set of the signals 1 to 64.
type SignalSet uint64

// AllSignals is every signal.
const AllSignals = ^SignalSet(0)

// With returns the set with sig in it too.
func (s SignalSet) With(sig int) SignalSet { return s | 1<<(sig-1) }

// Has reports whether sig is in the set.
func (s SignalSet) Has(sig int) bool { return sig < 1 || sig > 64 || s&(1<<(sig-1)) != 0 }

// Statuses are the ways in which a call may end.
type Statuses uint8

const (
	Successful  Statuses = 1 << iota // without an error
	Failed                           // with one
	Unfinished                       // it did not return
	Unavailable                      // its result could not be had
	Detached                         // its thread was let go before
	AllStatuses = Successful | Failed | Unfinished | Unavailable | Detached
)

// Quiet are the messages that are not given.
type Quiet uint8

const (
	QuietAttach       Quiet = 1 << iota // "strace: Process 1 attached", "detached"
	QuietExit                           // "+++ exited with 0 +++"
	QuietPath                           // what a path of -P was resolved into
	QuietPersonality                    // that a process runs in another mode
	QuietThreadExecve                   // "+++ superseded by execve in pid 1 +++"
	QuietAll          = QuietAttach | QuietExit | QuietPath | QuietPersonality | QuietThreadExecve
)

// FDSet is a set of descriptors: those named, or all others.
type FDSet struct {
	Named map[int]bool
	Not   bool
}

// Has reports whether fd is in the set.
func (s FDSet) Has(fd int) bool { return s.Named[fd] != s.Not }

// IsEmpty reports whether nothing is in the set.
func (s FDSet) IsEmpty() bool { return !s.Not && len(s.Named) == 0 }

// TimeFormat is how a line tells when it was written.
type TimeFormat uint8

const (
	NoTime TimeFormat = iota
	TimeOfDay
	UnixTime // seconds since 1970
)

// Precision is how many digits behind the point a number of seconds has.
type Precision uint8

const (
	Seconds Precision = 0
	Millis  Precision = 3
	Micros  Precision = 6
	Nanos   Precision = 9
)

// PIDDetails are what is told of a process id.
type PIDDetails uint8

const (
	PIDComm      PIDDetails = 1 << iota // the thread's name
	PIDNamespace                        // the id in our own namespace
	PIDAll       = PIDComm | PIDNamespace
)
