package decode

import (
	"strings"

	"utrace/syscalls"
)

// arguments writes arguments from d.shown on; at entry it stops at the first one that is for the exit.
func (d *Decoder) arguments() {
	if d.raw {
		d.rawArguments()
		return
	}
	if write := specialFor(d.call.Name); write != nil {
		write(d)
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

// rawArguments writes all arguments that the call has, whatever its command, as numbers.
func (d *Decoder) rawArguments() {
	for ; d.shown < d.argc(); d.shown++ {
		name := argNames[d.shown]
		if d.call != nil {
			if name = d.call.Args[d.shown].Name; d.call.Args[d.shown].Kind == syscalls.Pad {
				continue
			}
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
	if !d.failed() {
		return false
	}
	switch a.Type {
	case "bpf_next_id", "bpf_object_info", "bpf_test_run", "bpf_prog_query", "bpf_task_fd_query",
		"file_handle", "fiemap", "file_dedupe_range", "ifconf", "ifreq", "io_uring_params", "io_uring_probe", "io_wq_workers", "perf_event_attr", "regset", "seccomp_metadata",
		"uffdio_api", "uffdio_continue", "uffdio_copy", "uffdio_register", "uffdio_zeropage":
		return false // there is what the program put there
	}
	if a.Kind == syscalls.Msghdr || a.Kind == syscalls.Mmsghdr || a.Kind == syscalls.Iovec || a.Dir == syscalls.InOut && numberBehind(a.Kind) {
		return false
	}
	return true
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
		offset, size, n := uint64(0), pointee(a.Kind, d.wordSize()), 1
		switch {
		case a.Type == "file_handle", a.Type == "ifconf":
			size = 4 // the room that there is
		case a.Type == "bpf_next_id", a.Type == "bpf_object_info", a.Type == "perf_event_attr":
			offset, size = 4, 4
		case a.Type == "io_wq_workers":
			size, n = 4, 2
		case a.Type == "uffdio_api":
			size, n = 8, 2
		case a.Kind == syscalls.Msghdr:
			d.saveNameRooms(d.arg(i), 1, d.messageSize())
			continue
		case a.Kind == syscalls.Mmsghdr:
			d.saveNameRooms(d.arg(i), d.length(i), d.mmsgSize())
			continue
		case !numberBehind(a.Kind):
			continue
		}
		var v [2]uint64
		if d.numbers(d.arg(i)+offset, size, v[:n]) {
			copy(d.saved[i:], v[:n])
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
