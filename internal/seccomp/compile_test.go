package seccomp

import (
	"math/rand/v2"
	"testing"

	"golang.org/x/sys/unix"

	"utrace/arch"
	"utrace/syscalls"
)

// run executes a program as the kernel does, and tells how many instructions
// that took and whether an argument was looked at, which keeps the kernel from
// answering by itself.
func run(t *testing.T, p Program, id arch.ID, nr int, args [6]uint64) (ret uint32, steps int, looked bool) {
	t.Helper()
	var acc uint32
	for pc := 0; ; pc++ {
		if pc >= len(p) {
			t.Fatalf("%v %d: runs off the end", id, nr)
		}
		in := p[pc]
		steps++
		cond := func(yes bool) {
			if yes {
				pc += int(in.Jt)
			} else {
				pc += int(in.Jf)
			}
		}
		switch in.Code {
		case unix.BPF_LD | unix.BPF_W | unix.BPF_ABS:
			switch in.K {
			case offNr:
				acc = uint32(nr)
			case offArch:
				acc = uint32(id)
			default:
				acc, looked = uint32(args[(in.K-offArgs)/8]), true
			}
		case unix.BPF_JMP | unix.BPF_JA:
			pc += int(in.K)
		case unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K:
			cond(acc == in.K)
		case unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K:
			cond(acc >= in.K)
		case unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K:
			cond(acc&in.K != 0)
		case unix.BPF_RET | unix.BPF_K:
			return in.K, steps, looked
		default:
			t.Fatalf("instruction %+v", in)
		}
	}
}

// numbers are some that the tables have and all that are special.
var numbers = []int{0, 1, 2, 56, 57, 59, 157, 231, 257, 317, 435, 450, 510, 511, 512, 513, 1000, X32 - 1,
	X32, X32 + 1, X32 + 257, 1<<31 - 1, -1, -2, -1 << 31}

func TestProgramsAnswerAsTheirRules(t *testing.T) {
	sparse, err := syscalls.Of("openat", "exit_group", "read")
	if err != nil {
		t.Fatal(err)
	}
	var odd [2][syscalls.Limit + 1]bool
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range odd {
		for nr := range odd[i] {
			odd[i][nr] = rnd.IntN(2) == 0
		}
	}
	index := func(id arch.ID) int {
		if id == arch.AMD64 {
			return 0
		}
		return 1
	}
	for name, has := range map[string]func(id arch.ID, nr int) bool{
		"none":   func(arch.ID, int) bool { return false },
		"all":    func(arch.ID, int) bool { return true },
		"sparse": sparse.Has,
		"!":      sparse.Invert().Has,
		"every other": func(id arch.ID, nr int) bool {
			return uint(nr) < syscalls.Limit && nr%2 == index(id)
		},
		"chance": func(id arch.ID, nr int) bool { return uint(nr) <= syscalls.Limit && odd[index(id)][nr] },
		"x32":    func(id arch.ID, nr int) bool { return id == arch.AMD64 && nr >= X32 },
	} {
		p, err := Compile(func(id arch.ID, nr int) Rule {
			if has(id, nr) {
				return Rule{Answer: Trace | 7}
			}
			return Rule{Answer: Allow}
		}, Trace|9)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		check := func(id arch.ID, nr int) {
			t.Helper()
			asked := nr // what the rule was asked for
			switch {
			case nr < 0:
				asked = -1
			case nr >= X32:
				asked = X32
			case nr > syscalls.Limit:
				asked = syscalls.Limit
			}
			want := Allow
			if has(id, asked) {
				want = Trace | 7
			}
			got, steps, looked := run(t, p, id, nr, [6]uint64{})
			if got != want || looked {
				t.Errorf("%s: %v call %d: %#x, want %#x; looked at arguments: %v", name, id, nr, got, want, looked)
			}
			if steps > 30 {
				t.Errorf("%s: %v call %d: %d instructions", name, id, nr, steps)
			}
		}
		for _, id := range []arch.ID{arch.AMD64, arch.I386} {
			for _, nr := range numbers {
				check(id, nr)
			}
			for nr := range syscalls.Limit {
				check(id, nr)
			}
		}
		if got, _, _ := run(t, p, arch.ARM64, 1, [6]uint64{}); got != Trace|9 {
			t.Errorf("%s: a call of arm64: %#x", name, got)
		}
	}
}

func TestConditions(t *testing.T) {
	bits := &Cond{Arg: 0, Bits: 0x00800000}
	values := &Cond{Arg: 2, Values: []uint32{21, 22, 39}}
	both := &Cond{Arg: 1, Bits: 4, Values: []uint32{1, 2}}
	p, err := Compile(func(id arch.ID, nr int) Rule {
		r := Rule{Answer: Allow, Then: Trace | 7}
		switch nr {
		case 56:
			r.When = bits
		case 157:
			r.When = values
		case 200:
			r.When = both
		}
		return r
	}, Allow)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		nr   int
		args [6]uint64
		want bool
	}{
		{56, [6]uint64{0x00800011}, true},
		{56, [6]uint64{0x11, 0x00800000}, false},
		{56, [6]uint64{0x0080000000000011}, false},
		{157, [6]uint64{21}, false},
		{157, [6]uint64{0, 0, 21}, true},
		{157, [6]uint64{0, 0, 22}, true},
		{157, [6]uint64{0, 0, 39 | 5<<32}, true},
		{157, [6]uint64{0, 0, 38}, false},
		{200, [6]uint64{0, 4}, true},
		{200, [6]uint64{0, 6}, true},
		{200, [6]uint64{0, 1}, true},
		{200, [6]uint64{0, 2}, true},
		{200, [6]uint64{0, 3}, false},
		{201, [6]uint64{0, 4}, false},
	} {
		want := Allow
		if c.want {
			want = Trace | 7
		}
		if got, _, _ := run(t, p, arch.AMD64, c.nr, c.args); got != want {
			t.Errorf("call %d%#x: %#x, want %#x", c.nr, c.args, got, want)
		}
	}
}
