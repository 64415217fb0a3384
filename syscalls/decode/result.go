package decode

import (
	"utrace/syscalls"
	"utrace/syscalls/flags"
)

// Result writes what stands behind "= ": the result, the error's name and text, and what the call found
// where that is told beside the result. In JSON they are members of an object: "result", and "error" with
// "errno" and "message", "means" of a
// result that has a name, and "after_ufds" of what the call made of the argument ufds.
func (d *Decoder) Result() {
	d.arena, d.due = d.arena[:0], false
	if d.failed() {
		d.failure(int(-d.result))
		return
	}
	if d.json {
		d.field("result")
	}
	d.success(uint64(d.result))
	if d.call == nil {
		return
	}
	d.plainFDs = true // as strace has them here
	d.found()
	d.plainFDs = false
	switch d.call.Name {
	case "set_thread_area":
		d.entryNumber()
	case "modify_ldt":
		d.shortError()
	}
}

// success writes a result that is no error.
func (d *Decoder) success(v uint64) {
	if d.raw {
		d.hex(d.clip(v))
		return
	}
	switch d.form.Ret {
	case syscalls.Ptr:
		if d.json {
			d.addr(d.clip(v))
			return
		}
		d.hex(d.clip(v))
	case syscalls.Hex:
		d.hex(d.clip(v))
	case syscalls.SigHandler:
		d.hex(d.clip(v))
		if v := d.clip(v); v <= 1 || v == d.clip(^uint64(0)) {
			d.bare = true
			d.means(" (", func() { d.handler(v, d.clip(^uint64(0))) })
			d.bare = false
		}
	case syscalls.OldSigset:
		before := " (mask "
		if d.call.Name == "ssetmask" {
			before = " (old mask "
		}
		d.hex(d.clip(v))
		d.means(before, func() { d.oldMask(v) })
	case syscalls.Mode:
		d.octal(v)
	case syscalls.Uid, syscalls.Gid, syscalls.Uid16, syscalls.Gid16:
		d.id(uint32(v))
	case syscalls.FD:
		d.fd(int32(v))
	case syscalls.Pid:
		d.pid(int32(v), d.resultKind())
	case syscalls.Flags:
		d.hex(v)
		d.meansFlags(" (", v)
	case syscalls.NamedFlags:
		d.hex(v)
		if d.json || d.constants() != Numbers {
			d.meansPlainly(" (", v)
		}
	case syscalls.Enum:
		d.dec(d.result)
		d.meansPlainly(" (", v)
	case syscalls.FDFlags:
		d.hex(v)
		if v != 0 && d.form.RetFlags == &flags.Seals {
			d.meansFlags(" (seals ", v)
		} else if v != 0 {
			d.meansFlags(" (flags ", v)
		}
	case syscalls.OpenFlags:
		d.hex(v)
		d.meansPlainly(" (flags ", v)
	case syscalls.IOPrio:
		d.dec(d.result)
		if d.json || d.constants() != Numbers {
			d.means(" (", func() { d.priorityValue(uint32(v)) })
		}
	case syscalls.Signal:
		d.dec(d.result)
		if d.result > 0 {
			d.means(" (", func() { d.Signal(int(d.result)) })
		}
	case syscalls.Time:
		d.dec(d.result)
		if !d.json {
			d.both(" (")
			d.b = appendDate(d.b, d.result, 0)
			d.both(")")
		}
	default:
		d.dec(d.sign(v))
	}
}

// means writes what a number is called, behind it.
func (d *Decoder) means(before string, name func()) {
	d.either(before, `,"means":`)
	name()
	d.text(")")
}

// meansPlainly is meansFlags, without the number whatever the options say.
func (d *Decoder) meansPlainly(before string, v uint64) {
	d.bare = true
	d.meansFlags(before, v)
	d.bare = false
}

// meansFlags is means for constants, unless none of them has a name. A number in two parts is always shown so.
func (d *Decoder) meansFlags(before string, v uint64) {
	start := d.mark()
	d.b = d.form.RetFlags.Append(d.b, v)
	first := d.b[start.n]
	d.back(start)
	if first >= '0' && first <= '9' && !d.form.RetFlags.Apart {
		return
	}
	d.means(before, func() { d.flags(d.form.RetFlags, v) })
}

// failure writes an error. Numbers above the C library's are for the kernel alone: the call is started
// again, or fails with EINTR, which is not decided.
func (d *Decoder) failure(errno int) {
	name, text := syscalls.ErrnoName(errno), syscalls.ErrnoText(errno)
	undecided := errno == 512 || errno == 513 || errno == 514 || errno == 516
	if d.json {
		d.field("result")
		d.dec(-1)
		d.error(errno)
		return
	}
	switch {
	case undecided:
		d.both("? ")
	case name == "":
		d.both("-1 (errno ")
		d.udec(uint64(errno))
		d.both(")")
		return
	default:
		d.both("-1 ")
	}
	d.both(name)
	d.both(" (")
	d.both(text)
	d.both(")")
}

// error writes an error's members of JSON.
func (d *Decoder) error(errno int) {
	d.field("errno")
	d.udec(uint64(errno))
	if name := syscalls.ErrnoName(errno); name != "" {
		d.field("error")
		d.word(name)
		d.field("message")
		d.word(syscalls.ErrnoText(errno))
	}
}

// found writes, for calls that wait for descriptors, those that are ready and the time that was left:
// " ([{fd=5, revents=POLLIN}], left {...})".
func (d *Decoder) found() {
	waits, some := false, false
	for i := range d.form.Args {
		a := &d.form.Args[i]
		if a.Dir != syscalls.Beside || d.raw {
			continue
		}
		waits = true
		if d.result == 0 || d.arg(i) == 0 || d.flat && a.Kind == syscalls.Structs {
			continue
		}
		m := d.mark()
		switch {
		case d.json:
			d.field("after_" + a.Name)
		case some:
			d.both(", ")
		default:
			d.both(" (")
		}
		if d.ready(i, a) {
			some = true
		} else {
			d.back(m)
		}
	}
	switch {
	case d.json:
	case some:
		d.both(")")
	case waits && d.result == 0:
		d.both(" (Timeout)")
	}
}

// shortError writes the error that a number of 32 bits is: modify_ldt(2) returns an int where a long is expected, for
// what has always been (arch/x86/kernel/ldt.c).
func (d *Decoder) shortError() {
	errno := -int(int32(d.result))
	if d.result>>32 != 0 || errno <= 0 || errno > 4095 || syscalls.ErrnoName(errno) == "" {
		return
	}
	if d.json {
		d.error(errno)
		return
	}
	d.both(" ")
	d.both(syscalls.ErrnoName(errno))
	d.both(" (")
	d.both(syscalls.ErrnoText(errno))
	d.both(")")
}

// entryNumber writes which entry set_thread_area(2) has chosen.
func (d *Decoder) entryNumber() {
	var v [1]uint64
	if d.numbers(d.arg(0), 4, v[:]) {
		d.either(" (entry_number=", `,"entry_number":`)
		d.dec(int64(int32(v[0])))
		d.text(")")
	}
}

// ready writes what the kernel made of one argument of such a call.
func (d *Decoder) ready(i int, a *syscalls.Arg) bool {
	d.arena = d.arena[:0]
	addr, n := d.arg(i), d.length(i)
	switch a.Kind {
	case syscalls.Structs:
		d.polled(addr, n)
		return true
	case syscalls.FDSet:
		switch a.Name {
		case "inp":
			d.text("in ")
		case "outp":
			d.text("out ")
		default:
			d.text("except ")
		}
		return d.fdSet(addr, n)
	}
	d.text("left ")
	if d.flat {
		d.addr(addr)
		return true
	}
	return d.one(a, addr, n)
}
