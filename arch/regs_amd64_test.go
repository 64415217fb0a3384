package arch_test

import (
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"utrace/arch"
	"utrace/internal/sys"
	"utrace/internal/sys/systest"
)

// Every program makes the one call write(99, 0x1002, 3, 4, 5, 6) in its own way
// and then exit_group(result).
const (
	prog64 = `
.globl _start
_start:	mov $99, %edi
	mov $0x1002, %esi
	mov $3, %edx
	mov $4, %r10d
	mov $5, %r8d
	mov $6, %r9d
	mov $1, %eax
	syscall
	mov %rax, %rdi
	mov $231, %eax
	syscall
`
	progInt80 = `
.globl _start
_start:	movabs $0xdeadbeef00000063, %rbx
	movabs $0xdeadbeef00001002, %rcx
	mov $3, %edx
	mov $4, %esi
	mov $5, %edi
	movabs $0xdeadbeef00000006, %rbp
	mov $4, %eax
	int $0x80
	mov %rax, %rdi
	mov $231, %eax
	syscall
`
	args386 = `
	mov $99, %ebx
	mov $0x1002, %ecx
	mov $3, %edx
	mov $4, %esi
	mov $5, %edi
	mov $6, %ebp
	mov $4, %eax
`
	exit386 = `
	mov %eax, %ebx
	mov $252, %eax
	int $0x80
`
	prog386 = ".globl _start\n_start:" + args386 + "int $0x80" + exit386

	// By the vdso, whose address is AT_SYSINFO (32) in the auxiliary vector:
	// sysenter or syscall, as the machine likes it best.
	progVdso = `
.globl _start
_start:	lea 12(%esp), %eax	// behind argc, argv[0] and NULL
env:	add $4, %eax
	cmpl $0, -4(%eax)
	jne env
aux:	add $8, %eax
	cmpl $32, -8(%eax)
	jne aux
	push -4(%eax)
` + args386 + "call *(%esp)" + exit386
)

// mode is one way to make a system call.
type mode struct {
	name      string
	src       string
	flags     []string
	id        arch.ID
	exit      arch.ID // of its exit_group
	compat    bool
	nr        calls
	exitGroup int
}

type calls struct{ write, getpid, poll int }

var (
	calls64 = calls{write: 1, getpid: 39, poll: 7}
	calls32 = calls{write: 4, getpid: 20, poll: 168}
	m32     = append([]string{"-m32"}, systest.Bare...)
)

var modes = []mode{
	{"amd64", prog64, systest.Bare, arch.AMD64, arch.AMD64, false, calls64, 231},
	{"int80", progInt80, systest.Bare, arch.I386, arch.AMD64, false, calls32, 231},
	{"386", prog386, m32, arch.I386, arch.I386, true, calls32, 252},
	{"386vdso", progVdso, m32, arch.I386, arch.I386, true, calls32, 252},
}

var wantArgs = [6]uint64{99, 0x1002, 3, 4, 5, 6}

// prog is a tracee at the entry of its write, and the registers there.
type prog struct {
	*systest.Tracee
	mode
	r arch.Regs
}

func (p *prog) get() {
	p.Helper()
	p.Must(sys.GetRegs(p.Pid, (*unix.PtraceRegs)(&p.r)))
}

func (p *prog) set() {
	p.Helper()
	p.Must(sys.SetRegs(p.Pid, (*unix.PtraceRegs)(&p.r)))
}

// toExit goes to the next exit stop and reads the registers.
func (p *prog) toExit() {
	p.Helper()
	p.Exit()
	p.get()
}

// final lets the program go on to its exit_group, whose argument is the result
// it saw: rax in full in 64-bit code, eax else.
func (p *prog) final(want uint64) {
	p.Helper()
	_, args := ptr(p.Entry(p.exitGroup)).Entry()
	if p.compat {
		want = uint64(uint32(want))
	}
	if args[0] != want {
		p.Errorf("the program saw the result %#x, want %#x", args[0], want)
	}
}

func ptr[T any](v T) *T { return &v }

func eachMode(t *testing.T, test func(*prog)) {
	for _, m := range modes {
		t.Run(m.name, func(t *testing.T) {
			path := systest.Build(t, "p.S", m.src, m.flags...)
			p := &prog{Tracee: systest.Start(t, path, 0), mode: m}
			p.Entry(m.nr.write)
			p.get()
			test(p)
		})
	}
}

const ebadf = ^uint64(unix.EBADF) + 1

func TestReadsACallAtEntry(t *testing.T) {
	eachMode(t, func(p *prog) {
		var info sys.SyscallInfo
		p.Must(sys.GetSyscallInfo(p.Pid, &info))
		if arch.ID(info.Arch) != p.id {
			p.Errorf("the stop's arch is %v, want %v", arch.ID(info.Arch), p.id)
		}
		if _, args := info.Entry(); args != p.r.Args(p.id) {
			p.Errorf("Args %#x, the kernel says %#x", p.r.Args(p.id), args)
		}
		if info.IP != p.r.PC() || info.SP != p.r.SP() {
			p.Errorf("PC %#x SP %#x, the kernel says %#x %#x", p.r.PC(), p.r.SP(), info.IP, info.SP)
		}
		if p.r.Nr() != p.nr.write || p.r.Args(p.id) != wantArgs {
			p.Errorf("call %d %#x, want %d %#x", p.r.Nr(), p.r.Args(p.id), p.nr.write, wantArgs)
		}
		for i, want := range wantArgs {
			if got := p.r.Arg(p.id, i); got != want {
				p.Errorf("Arg(%d) = %#x, want %#x", i, got, want)
			}
		}
		if p.r.Compat() != p.compat {
			p.Errorf("Compat() = %v", p.r.Compat())
		}
		if errno, ok := p.r.Error(p.id); !ok || errno != unix.ENOSYS {
			p.Errorf("the preset result is %d", p.r.Result(p.id))
		}
		p.toExit()
		if errno, ok := p.r.Error(p.id); !ok || errno != unix.EBADF {
			p.Errorf("the result is %d, want -EBADF", p.r.Result(p.id))
		}
		p.final(ebadf)
	})
}

func TestChangesAnArgument(t *testing.T) {
	eachMode(t, func(p *prog) {
		p.r.SetArg(p.id, 0, 1) // /dev/null, which takes any buffer
		p.r.SetArg(p.id, 2, 7)
		p.set()
		p.toExit()
		if _, ok := p.r.Error(p.id); ok || p.r.Result(p.id) != 7 {
			p.Errorf("the result is %d, want 7", p.r.Result(p.id))
		}
		if p.name == "int80" && p.r.Rbx != 0xdeadbeef00000001 {
			p.Errorf("rbx = %#x: SetArg of a 32-bit call took the high half", p.r.Rbx)
		}
		p.final(7)
	})
}

func TestChangesTheNumber(t *testing.T) {
	eachMode(t, func(p *prog) {
		p.r.SetNr(p.nr.getpid)
		p.set()
		p.toExit()
		if p.r.Nr() != p.nr.getpid {
			p.Errorf("Nr() = %d at exit, want %d", p.r.Nr(), p.nr.getpid)
		}
		p.final(uint64(p.Pid))
	})
}

func TestSkips(t *testing.T) {
	const addr = 0xf7001000 // a result whose bit 31 is set, but no error
	for _, c := range []struct {
		name        string
		entry, exit func(p *prog)
		want        int64
		want386     int64 // where it differs
	}{
		{name: "alone", want: -int64(unix.ENOSYS)},
		{name: "result at entry", entry: func(p *prog) { p.r.SetResult(p.id, 42) }, want: 42},
		{name: "error at entry", entry: func(p *prog) { p.r.SetError(p.id, unix.EPERM) }, want: -1},
		{name: "result at exit", exit: func(p *prog) { p.r.SetResult(p.id, 43) }, want: 43},
		{name: "error at exit", exit: func(p *prog) { p.r.SetError(p.id, unix.EACCES) }, want: -13},
		{name: "address", exit: func(p *prog) { p.r.SetResult(p.id, addr) }, want: addr},
		{name: "address as Result gives it", exit: func(p *prog) { p.r.SetResult(p.id, -0x8fff000) },
			want: -0x8fff000, want386: addr},
		{name: "result above error wins", entry: func(p *prog) { p.r.SetError(p.id, unix.EPERM) },
			exit: func(p *prog) { p.r.SetResult(p.id, 0) }, want: 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachMode(t, func(p *prog) {
				p.r.Skip()
				if p.r.Nr() != arch.NoCall {
					p.Errorf("Nr() = %d after Skip", p.r.Nr())
				}
				if c.entry != nil {
					c.entry(p)
				}
				p.set()
				p.toExit()
				if c.exit != nil {
					c.exit(p)
					p.set()
				}
				want := c.want
				if p.id == arch.I386 && c.want386 != 0 {
					want = c.want386
				}
				p.final(uint64(want))
			})
		})
	}
}

func TestRollsBack(t *testing.T) {
	eachMode(t, func(p *prog) {
		p.r.Skip()
		p.set()
		p.toExit()
		p.r.Rollback(p.id, p.nr.write, wantArgs)
		p.set()
		p.final(uint64(p.nr.write))
	})
}

// again is what must be at the repeated entry stop.
func (p *prog) again(args [6]uint64) {
	p.Helper()
	p.Entry(p.nr.write)
	p.get()
	if got := p.r.Args(p.id); got != args {
		p.Errorf("the repeated call has %#x, want %#x", got, args)
	}
}

func TestRewindsAtExit(t *testing.T) {
	eachMode(t, func(p *prog) {
		args := [6]uint64{1, 0x2002, 9, 10, 11, 12}
		p.toExit()
		p.r.Rewind(p.id, p.nr.write, args)
		p.set()
		p.again(args)
		p.final(9)
	})
}

func TestRewindsAtEntry(t *testing.T) {
	if !arch.KeepsEntryResult {
		t.Skip("not on this architecture")
	}
	eachMode(t, func(p *prog) {
		p.r.Rewind(p.id, p.nr.write, wantArgs)
		p.set()
		p.toExit()
		if p.r.Nr() != arch.NoCall {
			p.Errorf("the call was made: Nr() = %d", p.r.Nr())
		}
		p.again(wantArgs)
		p.final(ebadf)
	})
}

func TestPreparesACall(t *testing.T) {
	eachMode(t, func(p *prog) {
		p.toExit()
		saved := p.r
		insn := arch.SyscallInsn(p.id)
		pc := p.r.PC() - uint64(len(insn)) // its own instruction serves
		word, e := sys.PeekData(p.Pid, uintptr(pc))
		p.Must(e)
		if got := []byte{byte(word), byte(word >> 8)}; !slices.Equal(got, insn) {
			p.Fatalf("before PC stands % x, want % x", got, insn)
		}
		args := [6]uint64{1, 0x3003, 8}
		p.r.PrepareCall(p.id, p.nr.write, args)
		p.r.SetPC(pc)
		p.set()
		p.again(args)
		p.toExit()
		if got := p.r.Result(p.id); got != 8 {
			p.Errorf("the injected call gave %d, want 8", got)
		}
		p.r = saved
		p.set()
		p.final(ebadf)
	})
}

func TestRestartCodes(t *testing.T) {
	eachMode(t, func(p *prog) {
		p.r.SetNr(p.nr.poll) // poll(NULL, 0, -1), until a signal comes
		p.r.SetArg(p.id, 0, 0)
		p.r.SetArg(p.id, 1, 0)
		p.r.SetArg(p.id, 2, 0xffffffff)
		p.set()
		p.Must(sys.Tgkill(p.Pid, p.Pid, unix.SIGWINCH))
		p.toExit()
		if errno, ok := p.r.Error(p.id); !ok || errno != arch.ERESTART_RESTARTBLOCK {
			p.Fatalf("the result is %d, want ERESTART_RESTARTBLOCK", p.r.Result(p.id))
		}
		if !arch.IsRestart(p.r.Result(p.id)) {
			p.Error("IsRestart is false")
		}
		// The signal is dropped; the kernel makes the program call restart_syscall.
		p.Entry(arch.RestartNr(p.id))
		p.get()
		p.r.Skip()
		p.r.SetResult(p.id, 5)
		p.set()
		p.final(5)
	})
}

func TestOutsideACallNrIsNoCall(t *testing.T) {
	eachMode(t, func(p *prog) {
		p.toExit()
		if ws := p.Go(unix.PTRACE_SINGLESTEP, 0); ws.StopSignal() != unix.SIGTRAP {
			p.Fatalf("status %#x", ws)
		}
		if ws := p.Go(unix.PTRACE_SINGLESTEP, 0); ws.StopSignal() != unix.SIGTRAP {
			p.Fatalf("status %#x", ws)
		}
		p.get()
		if p.r.Nr() != arch.NoCall {
			p.Errorf("Nr() = %d at a single-step stop", p.r.Nr())
		}
	})
}

// A block step ends behind the next branch taken; where a virtual machine's
// monitor keeps DEBUGCTL.BTF from it, behind the next instruction.
func TestBlockStepEndsAtABranchOrAnInstruction(t *testing.T) {
	const straight = `
.globl _start
_start:	.fill 8, 1, 0x90
	jmp to
	.fill 8, 1, 0xcc
to:	.fill 8, 1, 0x90
	hlt
`
	c := systest.Start(t, systest.Build(t, "p.S", straight, systest.Bare...), 0)
	var r arch.Regs
	step := func() uint64 {
		if e := sys.Resume(unix.PTRACE_SINGLEBLOCK, c.Pid, 0); e == unix.EIO {
			t.Skip("this machine refuses block steps")
		} else {
			c.Must(e)
		}
		if ws := c.Wait(); ws.StopSignal() != unix.SIGTRAP {
			c.Fatalf("status %#x", ws)
		}
		c.Must(sys.GetRegs(c.Pid, (*unix.PtraceRegs)(&r)))
		return r.PC()
	}
	c.Must(sys.GetRegs(c.Pid, (*unix.PtraceRegs)(&r)))
	start := r.PC()
	step() // the first one may end where it began, at the exit of execve
	for range 2 {
		switch pc := step(); pc - start {
		case 8 + 2 + 8:
			return
		case 1, 2, 3:
			t.Logf("a single step to start+%d", pc-start)
		default:
			t.Fatalf("a block step ended at start+%d", pc-start)
		}
	}
}
