// Package inject is the engine that tampers with system calls as strace's
// -e inject= does: it makes them fail, or seem to have succeeded, sends signals,
// changes memory that arguments point to, and delays.
//
// The promises:
//
//   - What takes effect is decided at a call's entry, by counting: the nth call
//     of each number of each thread, as when= says. Children and new threads
//     count from the beginning. A second round of one entry is the same call.
//     The execve by which a program is started is not counted: it is utrace's.
//   - Where when= does not hit, what other engines chose stands.
//   - Injectors nest. At the entry the one closest to the kernel decides last
//     whether the call is made; at the exit each of those that hit sets its
//     result, so the program sees that of the one closest to the program. An
//     injector counts what it is asked, also where one outside of it has
//     skipped the call.
//   - Nothing waits: a delayed thread is held by Stop, and let go by a timer.
//
// Where strace 6.1 differs: with delay_enter= it loses the signal of signal=; it
// ignores syscall= without error= or retval=, which is an error here; and it
// hides the call's number from the kernel, so that a result such as ERESTARTSYS
// is the program's, where here the kernel restarts the call or makes it EINTR if
// a signal comes.
//
// [Marks] tells an engine what the injectors between it and the kernel did.
package inject

import (
	"errors"
	"fmt"

	"utrace"
	"utrace/engine"
	"utrace/engine/match"
	"utrace/syscalls"
)

// Kind describes the engine.
var Kind = engine.Kind{
	Name:     "inject",
	Summary:  "tampers with system calls: errors, results, signals, delays, changed memory",
	TakesSet: true,
	Params: []engine.Param{
		{Key: "error", Value: "ERRNO", Help: "skip the call and fail with ERRNO, a name or a number"},
		{Key: "retval", Value: "N", Help: "skip the call and return N"},
		{Key: "syscall", Value: "NAME", Help: "with error= or retval=: make this call, one of %pure, instead of none"},
		{Key: "signal", Value: "SIG", Help: "send SIG, a name or a number, on entering the call"},
		{Key: "delay_enter", Value: "TIME", Help: "hold the thread before the call; TIME is in us, or has a unit: ns us ms s"},
		{Key: "delay_exit", Value: "TIME", Help: "hold the thread after the call"},
		{Key: "poke_enter", Value: "@argN=HEX,...", Help: "before the call, write these bytes where argument N (1 to 6) points"},
		{Key: "poke_exit", Value: "@argN=HEX,...", Help: "after the call, write these bytes where argument N points"},
		{Key: "when", Value: "FIRST[..LAST][+[STEP]]", Default: "1+", Help: "which calls, counted by thread and by call"},
	},
	New: New,
}

// injector is one instance. Its ops are its own, so that of two on one task each
// finds its engines.
type injector struct {
	set  *syscalls.Set
	only func(*utrace.Syscall) bool // nil: all of the set
	do   tampering
	ops  utrace.Ops
	delays
}

// New makes an instance. It does not take every call for want of a set: who
// means that says "all".
func New(c engine.Config) (engine.Instance, error) {
	do, err := parse(c.Params)
	if err != nil {
		return nil, err
	}
	if c.Set == nil {
		return nil, errors.New("want the system calls to tamper with: inject:SET:KEY=VALUE..., where SET may be all")
	}
	if err := do.fits(c.Set); err != nil {
		return nil, err
	}
	in := &injector{set: c.Set, only: match.Within(c.Set, c.Only), do: do}
	in.ops = utrace.Ops{Name: "inject", SyscallEntry: in.entry, SyscallExit: in.exit}
	return in, nil
}

// fits checks that pokes can take effect: some call of the set has each
// argument, as far as it is known what calls have.
func (d *tampering) fits(set *syscalls.Set) error {
	for _, p := range []struct {
		key   string
		pokes []poke
	}{{"poke_enter", d.pokeEnter}, {"poke_exit", d.pokeExit}} {
		for _, k := range p.pokes {
			if most, known := mostArgs(set); known && k.arg >= most {
				return fmt.Errorf("%s: no call of the set has an argument %d: the most is %d", p.key, k.arg+1, most)
			}
		}
	}
	return nil
}

func mostArgs(set *syscalls.Set) (most int, known bool) {
	for _, id := range syscalls.Archs() {
		for c := range syscalls.Table(id) {
			if set.Has(id, c.Nr) {
				most, known = max(most, len(c.Args)), true
			}
		}
	}
	return most, known
}

// Attach attaches it to a task, and to all that descend from it.
func (in *injector) Attach(t *utrace.Task) (*utrace.Engine, error) {
	return engine.Follow(t, &in.ops, newThread(t), in.set, utrace.EventSyscall)
}

// Close forgets the delays that the ends of their threads have left.
func (in *injector) Close() error {
	in.delays.close()
	return nil
}
