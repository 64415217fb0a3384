package decode

import (
	"strconv"

	"utrace/arch"
	"utrace/syscalls"
)

// View is a call as somebody sees it; utrace.Syscall is one.
type View interface {
	Nr() int
	Args() [6]uint64
	Regs() (arch.Regs, error)
}

// Decoder writes down calls, one at a time: one Decoder a thread. What it writes is kept until Reset, so
// that a caller may write between the parts.
//
// A Decoder belongs to one goroutine at a time. It keeps its memory, so that a call costs none.
type Decoder struct {
	out
	mem  Memory
	opts *Options

	arch   syscalls.Arch
	call   *syscalls.Call // nil for a number without a name
	before string         // what the call before was
	form   syscalls.Form  // what its arguments are, for its command
	nr     int
	regs   [6]uint64
	sp     uint64    // the stack pointer, where it matters
	saved  [6]uint64 // what arguments held at entry that the call overwrites; a second number in the next one's place

	boxedArg int8   // the argument that was behind an address; -1: none
	resultAt uint64 // where i386's ipc(2) has put the result

	full, flat, raw bool // of Options, for this call

	exit   bool // at exit; result is meaningful
	filled bool // what is being shown is the kernel's
	result int64

	shown   int  // the first argument that is not yet written
	comma   bool // the separator before it is
	some    bool // some argument is
	argOpen bool // in JSON, the object of the last one is open

	arena []byte // what was read for this argument
	given int    // how much of a struct that may be short
	spent int    // bytes read for this call

	nameRooms []uint32 // of the messages that the call receives, at its entry
	depth     int
}

// New returns a Decoder of calls whose arguments point into mem.
func New(mem Memory, opts *Options) *Decoder {
	if opts == nil {
		opts = &Options{}
	}
	return &Decoder{out: out{json: opts.JSON, opt: opts}, mem: mem, opts: opts}
}

// Reset forgets what was written.
func (d *Decoder) Reset() { d.b, d.due = d.b[:0], false }

// Bytes returns what was written since Reset. It is the Decoder's, until more is written.
func (d *Decoder) Bytes() []byte { return d.b }

// Text appends s as it is.
func (d *Decoder) Text(s string) { d.both(s) }

// Begin takes a new call. It writes nothing.
func (d *Decoder) Begin(id syscalls.Arch, c View) {
	if d.call != nil {
		d.before = d.call.Name
	}
	d.arch, d.nr, d.regs = id, c.Nr(), c.Args()
	d.call, _ = syscalls.Lookup(d.arch, d.nr)
	d.form, d.full, d.flat, d.raw = syscalls.Form{}, false, false, false
	d.sp = 0
	for i := range d.regs {
		d.regs[i] = d.clip(d.regs[i])
	}
	d.saved, d.spent, d.arena, d.nameRooms = [6]uint64{}, 0, d.arena[:0], d.nameRooms[:0]
	d.boxedArg, d.resultAt = -1, 0
	if d.call != nil {
		if d.arch == syscalls.I386 {
			d.unwind()
		}
		d.form = d.call.Form(&d.regs)
		if d.call.Name == "rt_sigreturn" || d.call.Name == "sigreturn" { // for nothing else: registers cost a call
			if r, err := c.Regs(); err == nil {
				d.sp = r.SP()
			}
		}
	}
	d.full = has(d.opts.Full, id, d.nr)
	d.flat = has(d.opts.Flat, id, d.nr)
	d.raw = has(d.opts.Raw, id, d.nr) || d.call == nil
	d.exit, d.filled, d.result = false, false, 0
	d.shown, d.comma, d.some, d.argOpen = 0, false, false, false
}

func has(s *syscalls.Set, id syscalls.Arch, nr int) bool { return s != nil && s.Has(id, nr) }

// Call returns the call of Begin, nil if no table has it.
func (d *Decoder) Call() *syscalls.Call { return d.call }

// CallName is what the call is called, "syscall_0x3e7" if no table has it.
func (d *Decoder) CallName() string {
	if d.call == nil {
		return "syscall_0x" + strconv.FormatUint(d.clip(uint64(d.nr)), 16)
	}
	return d.call.Name
}

// Name writes the call's name.
func (d *Decoder) Name() { d.both(d.CallName()) }

// Enter writes the arguments that are known at the call's entry: those up to the first that the kernel
// fills in. In JSON they are the members of an object, which the caller puts braces around.
func (d *Decoder) Enter() { d.arguments() }

// Leave writes the arguments that Enter left out, at the call's exit.
func (d *Decoder) Leave(result int64) {
	d.exit, d.result = true, result
	d.arguments()
	d.endArg()
	var v [1]uint64
	if d.resultAt != 0 && !d.failed() && d.words(d.resultAt, v[:]) {
		d.result = int64(v[0])
	}
}

// End ends what Enter wrote, for who shows a call that has not been made: those that Leave would write
// are left out.
func (d *Decoder) End() { d.endArg() }

// Skip says that the arguments are not to be written: the call's entry was not seen.
func (d *Decoder) Skip() { d.shown = d.argc() }

// Abandon ends the arguments of a call that does not return.
func (d *Decoder) Abandon() { d.endArg() }

// Complete reports whether all arguments are written.
func (d *Decoder) Complete() bool { return d.shown >= d.argc() }

func (d *Decoder) argc() int {
	if d.call == nil {
		return len(d.regs)
	}
	return len(d.call.Args) // as many as each of its forms has
}

// wordSize is the size of a long and of an address in the caller.
func (d *Decoder) wordSize() int { return d.arch.WordBytes() }

// arg returns argument i as the caller's word.
func (d *Decoder) arg(i int) uint64 {
	if i < 0 || i >= len(d.regs) {
		return 0
	}
	return d.regs[i]
}

func (d *Decoder) clip(v uint64) uint64 {
	if d.wordSize() == 4 {
		return uint64(uint32(v))
	}
	return v
}

// sign is a word of the caller as a number with a sign.
func (d *Decoder) sign(v uint64) int64 { return extend(v, d.wordSize()) }

// failed reports whether the call is at its exit and has failed.
func (d *Decoder) failed() bool { return d.exit && d.result < 0 && d.result >= -4095 }
