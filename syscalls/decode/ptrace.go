package decode

import (
	"utrace/syscalls"
	"utrace/syscalls/flags"
)

// userRegs writes struct user_regs_struct of the caller's machine.
func (d *Decoder) userRegs(addr, _ uint64) bool {
	s := d.regsShape()
	b, ok := d.fetch(addr, d.sizeOf(s))
	if ok {
		d.fields(s, b)
	}
	return ok
}

func (d *Decoder) regsShape() *syscalls.StructType {
	if d.arch == syscalls.I386 {
		return shape("user_regs32")
	}
	return shape("user_regs64")
}

// regset writes the iovec of PTRACE_GETREGSET and PTRACE_SETREGSET, with the registers where they are known.
func (d *Decoder) regset(addr, _ uint64) bool {
	const prstatus = 1
	var v [2]uint64
	if !d.words(addr, v[:]) {
		return false
	}
	d.open()
	d.field("iov_base")
	d.regsetBase(v[0], v[1], d.arg(2) == prstatus && !d.failed())
	d.field("iov_len")
	d.udec(v[1])
	d.close()
	return true
}

func (d *Decoder) regsetBase(base, size uint64, known bool) {
	s := d.regsShape()
	b, ok := d.fetch(base, int(min(size, uint64(d.sizeOf(s)))))
	if !known || !ok || len(b) == 0 {
		d.addr(base)
		return
	}
	d.fields(s, b)
}

func (d *Decoder) siginfoElem(addr, _ uint64) bool { return d.siginfoAt(addr) }

// syscallInfo writes struct ptrace_syscall_info, of which there is as much as the result says.
func (d *Decoder) syscallInfo(addr, n uint64) bool {
	b, ok := d.fetch(addr, int(min(d.returned(n), 88)))
	if !ok || len(b) < 24 {
		return false
	}
	const entry, exit, seccomp = 1, 2, 3
	op := b[0]
	d.open()
	d.field("op")
	d.flags(&syscallInfoOps, uint64(op))
	d.field("arch")
	d.auditArch(uint32(word(b[4:], 4)))
	d.field("instruction_pointer")
	d.addr(word(b[8:], 8))
	d.field("stack_pointer")
	d.addr(word(b[16:], 8))
	switch {
	case (op == entry || op == seccomp) && len(b) >= 80:
		d.syscallInfoEntry(b, op == entry)
	case op == exit && len(b) >= 33:
		d.field("exit")
		d.open()
		d.field("rval")
		v := int64(word(b[24:], 8))
		if v < 0 && v >= -4095 {
			d.status(int32(v))
		} else {
			d.dec(v)
		}
		d.field("is_error")
		d.udec(uint64(b[32]))
		d.close()
	}
	d.close()
	return true
}

func (d *Decoder) syscallInfoEntry(b []byte, entry bool) {
	name := "seccomp"
	if entry {
		name = "entry"
	}
	d.field(name)
	d.open()
	d.field("nr")
	d.callNumber(syscalls.Arch(uint32(word(b[4:], 4))), int(word(b[24:], 8)))
	d.field("args")
	d.list()
	for i := range 6 {
		d.elem()
		d.hex(word(b[32+8*i:], 8))
	}
	d.endList()
	if !entry && len(b) >= 84 {
		d.field("ret_data")
		d.hex(word(b[80:], 4))
	}
	d.close()
}

var syscallInfoOps = flags.Table{Prefix: "PTRACE_SYSCALL_INFO_", Mask: flags.Whole, Values: []flags.Flag{
	{Value: 0, Name: "PTRACE_SYSCALL_INFO_NONE"}, {Value: 1, Name: "PTRACE_SYSCALL_INFO_ENTRY"},
	{Value: 2, Name: "PTRACE_SYSCALL_INFO_EXIT"}, {Value: 3, Name: "PTRACE_SYSCALL_INFO_SECCOMP"},
}}

// userPart is a field of struct user: where it begins, and how strace calls it.
type userPart struct {
	offset uint64
	name   string
}

// userOffset writes what PTRACE_PEEKUSER reads: 8*RIP, or offsetof(struct user, u_debugreg)+8.
func (d *Decoder) userOffset(v uint64) {
	parts, size := user64[:], uint64(912)
	if d.arch == syscalls.I386 {
		parts, size = user32[:], 284
	}
	if v == 0 && !d.json && d.opts.Constants != Names { // NULL, as an address has it
		d.addr(v)
		if d.opts.Constants == Verbose {
			d.comment(parts[0].name)
		}
		return
	}
	if v >= size {
		d.hex(v)
		return
	}
	if !d.symbol(v, inHex) {
		return
	}
	last := parts[0]
	for _, p := range parts {
		if p.offset <= v {
			last = p
		}
	}
	d.beginWord()
	d.both(last.name)
	if v != last.offset {
		d.both("+")
		d.udec(v - last.offset)
	}
	d.endWord()
	d.endSymbol()
}

var user64 = [...]userPart{
	{0, "8*R15"}, {8, "8*R14"}, {16, "8*R13"}, {24, "8*R12"}, {32, "8*RBP"}, {40, "8*RBX"}, {48, "8*R11"}, {56, "8*R10"},
	{64, "8*R9"}, {72, "8*R8"}, {80, "8*RAX"}, {88, "8*RCX"}, {96, "8*RDX"}, {104, "8*RSI"}, {112, "8*RDI"},
	{120, "8*ORIG_RAX"}, {128, "8*RIP"}, {136, "8*CS"}, {144, "8*EFLAGS"}, {152, "8*RSP"}, {160, "8*SS"},
	{168, "8*FS_BASE"}, {176, "8*GS_BASE"}, {184, "8*DS"}, {192, "8*ES"}, {200, "8*FS"}, {208, "8*GS"},
	{216, "offsetof(struct user, u_fpvalid)"}, {224, "offsetof(struct user, i387)"}, {736, "offsetof(struct user, u_tsize)"},
	{744, "offsetof(struct user, u_dsize)"}, {752, "offsetof(struct user, u_ssize)"},
	{760, "offsetof(struct user, start_code)"}, {768, "offsetof(struct user, start_stack)"},
	{776, "offsetof(struct user, signal)"}, {784, "offsetof(struct user, reserved)"}, {792, "offsetof(struct user, u_ar0)"},
	{800, "offsetof(struct user, u_fpstate)"}, {808, "offsetof(struct user, magic)"}, {816, "offsetof(struct user, u_comm)"},
	{848, "offsetof(struct user, u_debugreg)"},
}

var user32 = [...]userPart{
	{0, "4*EBX"}, {4, "4*ECX"}, {8, "4*EDX"}, {12, "4*ESI"}, {16, "4*EDI"}, {20, "4*EBP"}, {24, "4*EAX"}, {28, "4*DS"},
	{32, "4*ES"}, {36, "4*FS"}, {40, "4*GS"}, {44, "4*ORIG_EAX"}, {48, "4*EIP"}, {52, "4*CS"}, {56, "4*EFL"}, {60, "4*UESP"},
	{64, "4*SS"}, {68, "offsetof(struct user, u_fpvalid)"}, {72, "offsetof(struct user, i387)"},
	{180, "offsetof(struct user, u_tsize)"}, {184, "offsetof(struct user, u_dsize)"}, {188, "offsetof(struct user, u_ssize)"},
	{192, "offsetof(struct user, start_code)"}, {196, "offsetof(struct user, start_stack)"},
	{200, "offsetof(struct user, signal)"}, {204, "offsetof(struct user, reserved)"}, {208, "offsetof(struct user, u_ar0)"},
	{212, "offsetof(struct user, u_fpstate)"}, {216, "offsetof(struct user, magic)"}, {220, "offsetof(struct user, u_comm)"},
	{252, "offsetof(struct user, u_debugreg)"},
}
