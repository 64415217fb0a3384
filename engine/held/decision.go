package held

import (
	"fmt"
	"sort"
	"strings"

	"golang.org/x/sys/unix"

	"utrace/syscalls"
)

// Verb is what is to be done with a call.
type Verb string

// What a call may be told.
const (
	Run    Verb = "run"    // make the call, with Nr and Args changed
	Abort  Verb = "abort"  // skip it; the program sees Result
	Report Verb = "report" // ask all engines again; the call stays held
	Kill   Verb = "kill"   // kill the process
)

// Decision is what is to become of a held call.
type Decision struct {
	Verb Verb
	// Nr, if not nil, is the number to call instead; Args are arguments to
	// change, by index. For Run.
	Nr   *int
	Args map[int]uint64
	// Result is what the program sees, a value or a negated errno. For Abort.
	Result int64
	// By says who decided, for the log and for who comes too late.
	By string
}

// changes reports whether it needs a second round: Run alone does not.
func (d *Decision) changes() bool {
	return d.Verb == Abort || d.Verb == Run && (d.Nr != nil || len(d.Args) > 0)
}

// Check returns what is wrong with the decision.
func (d *Decision) Check() error {
	switch d.Verb {
	case Run, Abort, Report, Kill:
	default:
		return fmt.Errorf("unknown decision %q: want %s, %s, %s or %s", d.Verb, Run, Abort, Report, Kill)
	}
	if d.Verb != Run && (d.Nr != nil || len(d.Args) > 0) {
		return fmt.Errorf("a number or arguments go with %q only, not with %q", Run, d.Verb)
	}
	if d.Verb != Abort && d.Result != 0 {
		return fmt.Errorf("a result goes with %q only, not with %q", Abort, d.Verb)
	}
	for i := range d.Args {
		if i < 0 || i > 5 {
			return fmt.Errorf("no argument %d: they are 0 to 5", i)
		}
	}
	return nil
}

// String says it in words: "run", "abort with EPERM", "abort with 0", "kill".
func (d *Decision) String() string {
	switch {
	case d.Verb == Abort && d.Result < 0 && d.Result >= -4095:
		return "abort with " + syscalls.ErrnoName(int(-d.Result))
	case d.Verb == Abort:
		return fmt.Sprintf("abort with %d", d.Result)
	case d.Verb != Run || !d.changes():
		return string(d.Verb)
	}
	var words []string
	if d.Nr != nil {
		words = append(words, fmt.Sprintf("number %d", *d.Nr))
	}
	for i, v := range d.Args {
		words = append(words, fmt.Sprintf("argument %d = %#x", i, v))
	}
	sort.Strings(words)
	return "run with " + strings.Join(words, ", ")
}

// Settled is the error of a decision that came too late.
type Settled struct {
	ID       uint64
	Decision Decision // zero if the call is gone
	Gone     string   // why it is gone without a decision, if so
}

func (s *Settled) Error() string {
	if s.Gone != "" {
		return fmt.Sprintf("held call %d is gone: %s", s.ID, s.Gone)
	}
	return fmt.Sprintf("held call %d is decided already: %s, by %s", s.ID, &s.Decision, s.Decision.By)
}

// Unknown is the error for a call that is not on the board, and of which
// nothing is remembered.
type Unknown uint64

func (u Unknown) Error() string { return fmt.Sprintf("no held call %d", uint64(u)) }

// ByDeadline is By of a decision that a deadline made.
const ByDeadline = "deadline"

// ParseDecision understands a decision in a word: "allow" or "run"; "deny" for
// EPERM; "kill"; or the name of an error.
func ParseDecision(word string) (Decision, error) {
	switch word {
	case "allow", string(Run):
		return Decision{Verb: Run}, nil
	case "deny":
		return Decision{Verb: Abort, Result: -int64(unix.EPERM)}, nil
	case string(Kill):
		return Decision{Verb: Kill}, nil
	}
	if n, ok := syscalls.Errno(strings.ToUpper(word)); ok && n != 0 {
		return Decision{Verb: Abort, Result: -int64(n)}, nil
	}
	return Decision{}, fmt.Errorf("want allow, deny, kill, or the name of an error such as EACCES")
}
