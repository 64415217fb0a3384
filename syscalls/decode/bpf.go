package decode

import "utrace/syscalls/flags"

// Attributes of bpf(2) that are told of twice, and programs.

// bpfNextID writes the attributes of a command that looks for the next id, and the id that it found.
func (d *Decoder) bpfNextID(addr, n uint64) bool {
	const known, flagsAt = 12, 8
	b, ok := d.bpfAttribute(addr, n, known)
	if !ok {
		return false
	}
	d.open()
	d.field("start_id")
	d.udec(word(b, 4))
	d.field("next_id")
	d.became(word(b[4:], 4))
	if n > flagsAt {
		d.field("open_flags")
		d.flags(&flags.BpfFileFlags, word(b[flagsAt:], 4))
	}
	d.unknownBytes(addr, known, n)
	d.close()
	return true
}

// bpfObjectInfo writes the attributes of BPF_OBJ_GET_INFO_BY_FD.
func (d *Decoder) bpfObjectInfo(addr, n uint64) bool {
	const known = 16
	b, ok := d.bpfAttribute(addr, n, known)
	if !ok {
		return false
	}
	d.open()
	d.field("info")
	d.open()
	d.field("bpf_fd")
	d.fd(int32(word(b, 4)))
	d.field("info_len")
	d.became(word(b[4:], 4))
	d.field("info")
	d.addr(word(b[8:], 8))
	d.close()
	d.unknownBytes(addr, known, n)
	d.close()
	return true
}

// bpfAttribute reads the first bytes of an attribute of n, those that are missing as 0.
func (d *Decoder) bpfAttribute(addr, n uint64, known int) ([]byte, bool) {
	if n == 0 || n > pageSize {
		return nil, false
	}
	b, ok := d.fetch(addr, int(min(n, uint64(known))))
	return d.padded(b, known), ok
}

// became writes a number of an attribute, and what it was before the call if that is another.
func (d *Decoder) became(now uint64) {
	was := d.saved[1]
	if d.failed() || was == now {
		d.udec(now)
		return
	}
	d.was()
	d.udec(was)
	d.now()
	d.udec(now)
	d.endChange()
}

// bpfInsns writes a program of n instructions, or its address where structs are abbreviated.
func (d *Decoder) bpfInsns(addr, n uint64) bool {
	const size = 8
	if !d.full {
		d.addr(addr)
		return true
	}
	d.elements(addr, n, size, func(d *Decoder, at uint64) bool {
		b, ok := d.fetch(at, size)
		if !ok {
			return false
		}
		d.open()
		d.field("code")
		d.insnCode(uint64(b[0]))
		d.field("dst_reg")
		d.flags(&flags.BpfRegisters, uint64(b[1]&15))
		d.field("src_reg")
		d.flags(&flags.BpfRegisters, uint64(b[1]>>4))
		d.field("off")
		d.dec(extend(word(b[2:], 2), 2))
		d.field("imm")
		d.hex(word(b[4:], 4))
		d.close()
		return true
	})
	return true
}

// insnCode writes the code of an instruction: its class, and what the class says that the other bits are.
func (d *Decoder) insnCode(code uint64) {
	const (
		class, size, mode = 0x07, 0x18, 0xe0
		source, op        = 0x08, 0xf0
		alu, jump         = 4, 5
		jump32, alu64     = 6, 7
	)
	if !d.symbol(code, inHex) {
		return
	}
	d.beginWord()
	d.b = flags.EBPFClasses.Append(d.b, code&class)
	d.both("|")
	switch code & class {
	case alu, alu64, jump, jump32:
		if code&source != 0 {
			d.both("BPF_X|")
		} else {
			d.both("BPF_K|")
		}
		if c := code & class; c == alu || c == alu64 {
			d.b = flags.EBPFOps.Append(d.b, code&op)
		} else {
			d.b = flags.EBPFJumps.Append(d.b, code&op)
		}
	default:
		d.b = flags.EBPFSizes.Append(d.b, code&size)
		d.both("|")
		d.b = flags.EBPFModes.Append(d.b, code&mode)
	}
	d.endWord()
	d.endSymbol()
}

// kernelVersion writes the version of a kernel.
func (d *Decoder) kernelVersion(v uint64) {
	if !d.symbol(v, inHex) {
		return
	}
	d.fn("KERNEL_VERSION")
	d.fnArg("major")
	d.udec(v >> 16)
	d.fnArg("minor")
	d.udec(v >> 8 & 0xff)
	d.fnArg("patch")
	d.udec(v & 0xff)
	d.endFn()
	d.endSymbol()
}
