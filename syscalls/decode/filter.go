package decode

import "utrace/syscalls/flags"

// filter writes a program of the classic BPF: BPF_STMT and BPF_JUMP as C has them.
func (d *Decoder) filter(addr, n uint64) {
	const size = 8
	d.elements(addr, n, size, (*Decoder).filterInsn)
}

func (d *Decoder) filterInsn(addr uint64) bool {
	b, ok := d.fetch(addr, 8)
	if !ok {
		return false
	}
	code, jt, jf, k := word(b, 2), uint64(b[2]), uint64(b[3]), word(b[4:], 4)
	if jt|jf != 0 {
		d.fn("BPF_JUMP")
	} else {
		d.fn("BPF_STMT")
	}
	d.fnArg("code")
	d.bpfCode(code)
	d.fnArg("k")
	if d.call != nil && code == bpfRet|bpfK && d.call.Name != "setsockopt" {
		d.seccompReturn(k)
	} else {
		d.hex(k)
	}
	if jt|jf != 0 {
		d.fnArg("jt")
		d.hex(jt)
		d.fnArg("jf")
		d.hex(jf)
	}
	d.endFn()
	return true
}

const (
	bpfRet = 6
	bpfK   = 0
)

// seccompReturn writes what a filter of system calls decides.
func (d *Decoder) seccompReturn(v uint64) {
	action, data := v&0xffff0000, v&0xffff
	name, ok := flags.SeccompReturns.Name(action)
	if !ok {
		d.hex(v)
		return
	}
	if !d.symbol(v, inHex) {
		return
	}
	d.beginWord()
	d.both(name)
	if data != 0 {
		d.both("|")
		d.hexText(data)
	}
	d.endWord()
	d.endSymbol()
}

// bpfCode writes the code of an instruction: BPF_LD|BPF_W|BPF_ABS.
func (d *Decoder) bpfCode(code uint64) {
	if !d.symbol(code, inHex) {
		return
	}
	class := code & 7
	d.beginWord()
	d.both(bpfClasses[class])
	rest := code >> 3
	switch class {
	case 0, 1: // BPF_LD, BPF_LDX
		d.or(bpfSizes[rest&3], rest&3 == 3, rest&3<<3)
		d.or(bpfModes[rest>>2&7], rest>>2&7 > 5, code&0xe0)
	case 2, 3: // BPF_ST, BPF_STX
		d.orHex(rest << 3)
	case 4: // BPF_ALU
		d.or(bpfSources[rest&1], false, 0)
		d.or(bpfALU[rest>>1&15], rest>>1&15 > 10, code&0xf0)
	case 5: // BPF_JMP
		d.or(bpfSources[rest&1], false, 0)
		d.or(bpfJumps[rest>>1&15], rest>>1&15 > 4, code&0xf0)
	case 6: // BPF_RET
		d.or(bpfRets[rest&3], rest&3 == 3, rest&3<<3)
		d.orHex(code & 0xe0)
	case 7: // BPF_MISC
		switch code & 0xf8 {
		case 0:
			d.or("BPF_TAX", false, 0)
		case 0x80:
			d.or("BPF_TXA", false, 0)
		default:
			d.orHex(code & 0xf8)
		}
	}
	if code>>8 != 0 {
		d.orHex(code &^ 0xff)
	}
	d.endWord()
	d.endSymbol()
}

var (
	bpfClasses = [8]string{"BPF_LD", "BPF_LDX", "BPF_ST", "BPF_STX", "BPF_ALU", "BPF_JMP", "BPF_RET", "BPF_MISC"}
	bpfSizes   = [4]string{"BPF_W", "BPF_H", "BPF_B"}
	bpfModes   = [8]string{"BPF_IMM", "BPF_ABS", "BPF_IND", "BPF_MEM", "BPF_LEN", "BPF_MSH"}
	bpfSources = [2]string{"BPF_K", "BPF_X"}
	bpfRets    = [4]string{"BPF_K", "BPF_X", "BPF_A"}
	bpfALU     = [16]string{"BPF_ADD", "BPF_SUB", "BPF_MUL", "BPF_DIV", "BPF_OR", "BPF_AND", "BPF_LSH", "BPF_RSH", "BPF_NEG",
		"BPF_MOD", "BPF_XOR"}
	bpfJumps = [16]string{"BPF_JA", "BPF_JEQ", "BPF_JGT", "BPF_JGE", "BPF_JSET"}
)

// or writes the next part of a code: its name, or its number if it has none.
func (d *Decoder) or(name string, unknown bool, v uint64) {
	d.both("|")
	if unknown {
		d.hexText(v)
		return
	}
	d.both(name)
}

func (d *Decoder) orHex(v uint64) {
	if v != 0 {
		d.or("", true, v)
	}
}
