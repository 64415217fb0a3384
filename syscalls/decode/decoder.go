package decode

import (
	"strconv"
	"strings"

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
	saved  [6]uint64 // what arguments held at entry that the call overwrites

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
	spent int    // bytes read for this call
	depth int
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
	d.saved, d.spent, d.arena = [6]uint64{}, 0, d.arena[:0]
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
		return "syscall_0x" + strconv.FormatUint(uint64(uint32(d.nr)), 16)
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
	return len(d.form.Args)
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

// arguments writes arguments from d.shown on; at entry it stops at the first one that is for the exit.
func (d *Decoder) arguments() {
	if d.raw {
		d.rawArguments()
		return
	}
	if s, ok := specials[d.call.Name]; ok && (s.on == 0 || s.on == d.arch) {
		s.write(d)
		return
	}
	if !d.exit {
		d.saveInOut()
	}
	for ; d.shown < len(d.form.Args); d.shown++ {
		a := &d.form.Args[d.shown]
		if !d.present(d.shown, a) {
			continue
		}
		d.separate()
		if !d.exit && later(a) {
			return
		}
		if i := d.shown; d.halves(i) {
			d.wideArgument(i)
			d.shown++
			continue
		}
		d.beginArg(a.Name, d.arg(d.shown))
		if int(d.boxedArg) == d.shown {
			d.box()
			d.argument(d.shown, a)
			d.endBox()
			continue
		}
		d.argument(d.shown, a)
	}
}

// halves reports whether argument i and the next one are the halves of one number.
func (d *Decoder) halves(i int) bool {
	if i+1 >= len(d.form.Args) {
		return false
	}
	one, two := d.form.Args[i].Kind, d.form.Args[i+1].Kind
	return one == syscalls.Low && two == syscalls.High || one == syscalls.High && two == syscalls.Low
}

// wideArgument writes the number that argument i and the next one hold.
func (d *Decoder) wideArgument(i int) {
	low, high := i, i+1
	if d.form.Args[i].Kind == syscalls.High {
		low, high = high, low
	}
	v := d.arg(low) | d.arg(high)<<32
	name, _, _ := strings.Cut(d.form.Args[i].Name, "_")
	d.beginArg(name, v)
	if t := d.form.Args[low].Flags; t != nil {
		d.flags(t, v)
		return
	}
	d.dec(int64(v))
}

// argument writes one argument, of which what it points at may be looked at now.
func (d *Decoder) argument(i int, a *syscalls.Arg) {
	d.arena = d.arena[:0]
	d.filled = d.exit && later(a)
	switch v := d.arg(i); {
	case !a.Kind.IsPointer():
		d.number(a, v)
	case d.filled && d.nothing(a), d.flat && !isText(a.Kind):
		d.addr(v)
	default:
		d.pointer(a, v, d.length(i))
	}
	d.filled = false
}

// separate writes the comma before an argument, once.
func (d *Decoder) separate() {
	if d.json || d.comma {
		return
	}
	if d.some {
		d.both(", ")
	}
	d.some, d.comma = true, true
}

// beginArg begins an argument. In JSON it is an object, which stays open until the next one begins: what the
// call made of it may follow.
func (d *Decoder) beginArg(name string, raw uint64) {
	d.separate()
	d.comma = false
	if !d.json {
		return
	}
	d.endArg()
	if d.some {
		d.both(",")
	}
	d.some = true
	d.key(name)
	d.both(`{"raw":"0x`)
	if raw != 0 {
		d.b = d.b[:len(d.b)-2]
	}
	d.hexText(raw)
	d.both(`","value":`)
	d.argOpen = true
}

func (d *Decoder) endArg() {
	if d.argOpen {
		d.both("}")
		d.argOpen = false
	}
}

// after writes what the call has made of the argument before: text "=> " and a value, which the caller
// writes.
func (d *Decoder) after() { d.either(" => ", `,"after":`) }

// rawArguments writes all arguments as numbers.
func (d *Decoder) rawArguments() {
	for ; d.shown < d.argc(); d.shown++ {
		name := ""
		if d.call == nil {
			name = argNames[d.shown]
		} else if name = d.form.Args[d.shown].Name; d.form.Args[d.shown].Kind == syscalls.Pad {
			continue
		}
		d.beginArg(name, d.arg(d.shown))
		d.hex(d.arg(d.shown))
	}
}

// argNames are what the arguments of a call are called that no table has.
var argNames = [...]string{"arg0", "arg1", "arg2", "arg3", "arg4", "arg5"}

// later reports whether what an argument points at is known at exit only.
func later(a *syscalls.Arg) bool { return a.Dir == syscalls.Out || a.Dir == syscalls.InOut }

// nothing reports whether an argument for the exit has nothing to show: the call has failed. What remains
// of a sleep is there only when it was broken.
func (d *Decoder) nothing(a *syscalls.Arg) bool {
	const eintr, erestartBlock = 4, 516
	if a.Name == "rmtp" {
		return d.result != -eintr && d.result != -erestartBlock
	}
	switch a.Type {
	case "bpf_next_id", "bpf_object_info", "bpf_test_run", "bpf_prog_query", "bpf_task_fd_query",
		"file_handle", "fiemap", "file_dedupe_range", "ifconf", "ifreq", "io_uring_params", "regset", "seccomp_metadata":
		return false // there is what the program put there
	}
	if a.Kind == syscalls.Msghdr || a.Kind == syscalls.Mmsghdr || a.Kind == syscalls.Iovec || a.Dir == syscalls.InOut && numberBehind(a.Kind) {
		return false
	}
	return d.failed()
}

func numberBehind(k syscalls.Kind) bool { return k >= syscalls.IntPtr && k <= syscalls.OffPtr }

// isText reports whether what is behind an address is shown even where structs are not.
func isText(k syscalls.Kind) bool {
	return k >= syscalls.Path && k <= syscalls.BufOut && k != syscalls.StrVec
}

// saveInOut notes the numbers that the call will overwrite.
func (d *Decoder) saveInOut() {
	for i := range d.form.Args {
		a := &d.form.Args[i]
		if a.Dir != syscalls.InOut {
			continue
		}
		offset, size := uint64(0), pointee(a.Kind, d.wordSize())
		switch {
		case a.Type == "file_handle", a.Type == "ifconf":
			size = 4 // the room that there is
		case a.Type == "bpf_next_id", a.Type == "bpf_object_info":
			offset, size = 4, 4
		case !numberBehind(a.Kind):
			continue
		}
		var v [1]uint64
		if d.numbers(d.arg(i)+offset, size, v[:]) {
			d.saved[i] = v[0]
		}
	}
}

// present reports whether an argument means anything in this very call.
func (d *Decoder) present(i int, a *syscalls.Arg) bool {
	switch a.Kind {
	case syscalls.Pad:
		return false
	case syscalls.CreateMode:
		const creat, tmpfile = 0x40, 0x410000
		open := d.arg(i - 1)
		return open&creat != 0 || open&tmpfile == tmpfile
	}
	return true
}

// length is what the length argument of argument i says, or its fixed length. For one behind a pointer it is
// what the kernel left there, or, if that is more, what the program had room for.
func (d *Decoder) length(i int) uint64 {
	a := &d.form.Args[i]
	if a.Len == 0 {
		return uint64(a.Count)
	}
	n := i + int(a.Len)
	switch d.form.Args[n].Kind {
	case syscalls.IntPtr, syscalls.UintPtr:
		var now [1]uint64
		if !d.numbers(d.arg(n), 4, now[:]) {
			return 0
		}
		return min(now[0], d.saved[n])
	case syscalls.Int:
		if v := int32(d.arg(n)); v >= 0 || a.Kind == syscalls.Structs || a.Kind == syscalls.FDSet {
			return uint64(int64(v)) // a list of that many cannot be: its address is shown
		}
		return 0
	case syscalls.Uint:
		return uint64(uint32(d.arg(n)))
	}
	return d.arg(n)
}

// returned is how much of a room for n the call has filled in: as much as its result says.
func (d *Decoder) returned(n uint64) uint64 { return min(n, uint64(max(0, d.result))) }
