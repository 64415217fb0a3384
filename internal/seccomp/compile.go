package seccomp

import (
	"fmt"

	"golang.org/x/sys/unix"

	"utrace/arch"
	"utrace/syscalls"
)

// What a filter can answer: SECCOMP_RET_*, seccomp(2). Trace takes 16 bits of
// data.
const (
	Allow uint32 = unix.SECCOMP_RET_ALLOW
	Trace uint32 = unix.SECCOMP_RET_TRACE
)

// Rule is what a filter answers to a call: Then if When holds, else Answer. A
// When of nil never holds.
type Rule struct {
	Answer uint32
	When   *Cond
	Then   uint32
}

// Cond is a test of the low 32 bits of an argument: one of Bits is set, or the
// value is one of Values.
type Cond struct {
	Arg    int
	Bits   uint32
	Values []uint32
}

// X32 is the bit of a number by which an amd64 call is one of x32.
const X32 = 0x40000000

// Program is a filter for the kernel.
type Program []unix.SockFilter

// Compile makes the program that answers as rule says for the calls of amd64
// and i386, and with other for those of any other architecture. Rule is asked
// for each number below syscalls.Limit; once, with that, for the numbers from
// there to X32; with X32 for those of x32; and with -1 for the negative ones.
func Compile(rule func(id arch.ID, nr int) Rule, other uint32) (Program, error) {
	p := Program{load(offArch)}
	for _, id := range []arch.ID{arch.AMD64, arch.I386} {
		body := append(Program{load(offNr)}, tree(spans(id, rule))...)
		p = append(p, jump(unix.BPF_JEQ, uint32(id), 1, 0), always(len(body)))
		p = append(p, body...)
	}
	p = append(p, answer(other))
	if len(p) > unix.BPF_MAXINSNS {
		return nil, fmt.Errorf("seccomp filter of %d instructions: the kernel takes %d", len(p), unix.BPF_MAXINSNS)
	}
	return p, nil
}

// span is the numbers from first to the next span's with the same rule.
type span struct {
	first uint32
	rule  Rule
}

func spans(id arch.ID, rule func(arch.ID, int) Rule) []span {
	var list []span
	add := func(first uint32, nr int) {
		if r := rule(id, nr); len(list) == 0 || list[len(list)-1].rule != r {
			list = append(list, span{first, r})
		}
	}
	for nr := range syscalls.Limit + 1 {
		add(uint32(nr), nr)
	}
	add(X32, X32)
	add(1<<31, -1)
	return list
}

// tree compares the number, in the accumulator, with the middle of the list and
// goes on in one half.
func tree(list []span) Program {
	if len(list) == 1 {
		return leaf(list[0].rule)
	}
	mid := len(list) / 2
	below, above := tree(list[:mid]), tree(list[mid:])
	// A conditional jump reaches 255 instructions; a longer way goes by a
	// jump of its own.
	var p Program
	if len(below) <= 255 {
		p = Program{jump(unix.BPF_JGE, list[mid].first, len(below), 0)}
	} else {
		p = Program{jump(unix.BPF_JGE, list[mid].first, 0, 1), always(len(below))}
	}
	return append(append(p, below...), above...)
}

func leaf(r Rule) Program {
	if r.When == nil {
		return Program{answer(r.Answer)}
	}
	p := Program{load(offArgs + 8*uint32(r.When.Arg))} // little-endian: the low half comes first
	if r.When.Bits != 0 {
		p = append(p, jump(unix.BPF_JSET, r.When.Bits, len(r.When.Values)+1, 0))
	}
	for i, v := range r.When.Values {
		p = append(p, jump(unix.BPF_JEQ, v, len(r.When.Values)-i, 0))
	}
	return append(p, answer(r.Answer), answer(r.Then))
}

// Offsets in struct seccomp_data.
const (
	offNr   = 0
	offArch = 4
	offArgs = 16
)

func load(offset uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset}
}

func jump(cond uint16, k uint32, yes, no int) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_JMP | cond | unix.BPF_K, Jt: uint8(yes), Jf: uint8(no), K: k}
}

func always(n int) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JA, K: uint32(n)}
}

func answer(v uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: v}
}
