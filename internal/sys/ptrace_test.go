package sys_test

import (
	"os"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"utrace/arch"
	"utrace/internal/sys"
	"utrace/internal/sys/systest"
)

// loop makes getppid for ever.
const loop = `
.globl _start
_start:	mov $110, %eax
	syscall
	jmp _start
`

const ntPrstatus = 1

func startLoop(t testing.TB) *systest.Tracee {
	return systest.Start(t, systest.Build(t, "loop.S", loop, systest.Bare...), 0)
}

func TestSizes(t *testing.T) {
	if arch.SiginfoSize != 128 || sys.SyscallInfoSize != 88 {
		t.Errorf("siginfo %d, want 128; syscall info %d, want 88", arch.SiginfoSize, sys.SyscallInfoSize)
	}
}

func TestRequestsDoNotAllocate(t *testing.T) {
	c := startLoop(t)
	c.Entry(unix.SYS_GETPPID)
	var (
		info sys.SyscallInfo
		si   sys.Siginfo
		regs unix.PtraceRegs
		ws   unix.WaitStatus
		ru   unix.Rusage
		fail unix.Errno
		buf  [512]byte
		que  [2]sys.Siginfo
	)
	c.Must(sys.GetRegs(c.Pid, &regs))
	check := func(e unix.Errno) {
		if e != 0 {
			fail = e
		}
	}
	for name, f := range map[string]func(){
		"GetSyscallInfo": func() { check(sys.GetSyscallInfo(c.Pid, &info)) },
		"local structs": func() {
			var info sys.SyscallInfo
			var regs unix.PtraceRegs
			check(sys.GetSyscallInfo(c.Pid, &info))
			check(sys.GetRegs(c.Pid, &regs))
		},
		"SetSyscallInfo": func() { sys.SetSyscallInfo(c.Pid, &info) },
		"Regs":           func() { check(sys.GetRegs(c.Pid, &regs)); check(sys.SetRegs(c.Pid, &regs)) },
		"Siginfo":        func() { check(sys.GetSiginfo(c.Pid, &si)); check(sys.SetSiginfo(c.Pid, &si)) },
		"Sigmask": func() {
			m, e := sys.GetSigmask(c.Pid)
			check(e)
			check(sys.SetSigmask(c.Pid, m))
		},
		"Regset": func() {
			n, e := sys.GetRegset(c.Pid, ntPrstatus, buf[:])
			check(e)
			_, e = sys.SetRegset(c.Pid, ntPrstatus, buf[:n])
			check(e)
		},
		"User": func() {
			w, e := sys.PeekUser(c.Pid, 0)
			check(e)
			check(sys.PokeUser(c.Pid, 0, w))
		},
		"Data": func() {
			w, e := sys.PeekData(c.Pid, uintptr(regs.Rsp))
			check(e)
			check(sys.PokeData(c.Pid, uintptr(regs.Rsp), w))
		},
		"GetEventMsg": func() { _, e := sys.GetEventMsg(c.Pid); check(e) },
		"PeekSiginfo": func() { _, e := sys.PeekSiginfo(c.Pid, 0, true, que[:]); check(e) },
		"Wait4NoHang": func() { _, e := sys.Wait4NoHang(c.Pid, &ws, unix.WALL); check(e) },
		"WaitidNoHang": func() {
			check(sys.WaitidNoHang(unix.P_PID, c.Pid, &si, unix.WEXITED|unix.WALL, &ru))
		},
		"stop": func() {
			check(sys.Resume(unix.PTRACE_SYSCALL, c.Pid, 0))
			_, e := sys.Wait4(c.Pid, &ws, unix.WALL)
			check(e)
		},
		"failure": func() { sys.Interrupt(os.Getpid()) },
	} {
		if n := testing.AllocsPerRun(50, f); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
		if fail != 0 {
			t.Errorf("%s: %v", name, fail)
			fail = 0
		}
	}
}

func TestSyscallInfoAtEntryAndExit(t *testing.T) {
	c := startLoop(t)
	c.Entry(unix.SYS_GETPPID)
	info := c.Exit()
	if rval, isError := info.Exit(); isError || rval != int64(os.Getpid()) {
		t.Errorf("getppid gave %d, %v", rval, isError)
	}
	info = c.Syscall()
	if nr, _ := info.Entry(); info.Op != sys.OpEntry || nr != unix.SYS_GETPPID {
		t.Errorf("op %d, number %d", info.Op, nr)
	}
}

func TestSetSyscallInfo(t *testing.T) {
	c := startLoop(t)
	info := c.Entry(unix.SYS_GETPPID)
	if !sys.HaveSetSyscallInfo(c.Pid) {
		t.Skip("needs PTRACE_SET_SYSCALL_INFO, Linux 6.16")
	}
	args := [6]uint64{99, 0x1002, 3, 4, 5, 6}
	info.SetEntry(unix.SYS_WRITE, args)
	c.Must(sys.SetSyscallInfo(c.Pid, &info))
	c.Must(sys.GetSyscallInfo(c.Pid, &info))
	if nr, got := info.Entry(); nr != unix.SYS_WRITE || got != args {
		t.Errorf("reads back as %d %#x", nr, got)
	}
	info = c.Exit()
	if rval, isError := info.Exit(); !isError || unix.Errno(-rval) != unix.EBADF {
		t.Errorf("the changed call gave %d, %v, want EBADF", rval, isError)
	}
	info.SetExit(77, false)
	c.Must(sys.SetSyscallInfo(c.Pid, &info))
	c.Must(sys.GetSyscallInfo(c.Pid, &info))
	if rval, isError := info.Exit(); isError || rval != 77 {
		t.Errorf("reads back as %d, %v", rval, isError)
	}
	info.Op = sys.OpEntry
	if e := sys.SetSyscallInfo(c.Pid, &info); e != unix.EINVAL {
		t.Errorf("an entry set at an exit: %v, want EINVAL", e)
	}
}

func TestHaveSetSyscallInfoIsNotKeptFromARunningThread(t *testing.T) {
	c := startLoop(t)
	want := sys.HaveSetSyscallInfo(c.Pid)
	sys.HaveSetSyscallInfo(os.Getpid())
	if got := sys.HaveSetSyscallInfo(c.Pid); got != want {
		t.Errorf("%v, then %v", want, got)
	}
}

func TestRegsAgree(t *testing.T) {
	c := startLoop(t)
	c.Entry(unix.SYS_GETPPID)
	var regs unix.PtraceRegs
	c.Must(sys.GetRegs(c.Pid, &regs))
	if regs.Orig_rax != unix.SYS_GETPPID {
		t.Errorf("orig_rax = %d", regs.Orig_rax)
	}
	var buf [512]byte
	n, e := sys.GetRegset(c.Pid, ntPrstatus, buf[:])
	c.Must(e)
	if n != int(unsafe.Sizeof(regs)) || *(*unix.PtraceRegs)(unsafe.Pointer(&buf)) != regs {
		t.Errorf("NT_PRSTATUS: %d bytes, or others than GETREGS gives", n)
	}
	w, e := sys.PeekUser(c.Pid, unsafe.Offsetof(regs.Orig_rax))
	c.Must(e)
	if w != regs.Orig_rax {
		t.Errorf("PEEKUSER gives %d", w)
	}
	c.Must(sys.PokeData(c.Pid, uintptr(regs.Rsp-64), 0x1122334455667788))
	if w, e = sys.PeekData(c.Pid, uintptr(regs.Rsp-64)); e != 0 || w != 0x1122334455667788 {
		t.Errorf("reads back %#x, %v", w, e)
	}
	if _, e := sys.PeekData(c.Pid, 8); e != unix.EIO {
		t.Errorf("an address not mapped: %v, want EIO", e)
	}
	if _, e := sys.GetRegset(c.Pid, 0x7777, buf[:]); e == 0 {
		t.Error("an unknown register set is accepted")
	}
}

func TestBlockedSignalsAreKeptAndPeeked(t *testing.T) {
	c := startLoop(t)
	c.Must(sys.SetSigmask(c.Pid, ^uint64(0)))
	if m, e := sys.GetSigmask(c.Pid); e != 0 || m != ^uint64(1<<(unix.SIGKILL-1)|1<<(unix.SIGSTOP-1)) {
		t.Errorf("mask %#x, %v", m, e)
	}
	var si sys.Siginfo
	si.SetSigno(unix.SIGUSR1)
	si.SetCode(-1) // SI_QUEUE
	si.SetPid(4711)
	si.SetUID(42)
	si.SetValue(0x1234567890)
	c.Must(sys.RtTgsigqueueinfo(c.Pid, c.Pid, unix.SIGUSR1, &si))
	var q [4]sys.Siginfo
	if n, e := sys.PeekSiginfo(c.Pid, 0, true, q[:]); n != 0 || e != 0 {
		t.Errorf("the process's queue: %d, %v", n, e)
	}
	n, e := sys.PeekSiginfo(c.Pid, 0, false, q[:])
	if c.Must(e); n != 1 || q[0] != si {
		t.Fatalf("the thread's queue: %d signals, first %+v", n, q[0])
	}
	c.Must(sys.SetSigmask(c.Pid, 0))
	if ws := c.Go(unix.PTRACE_CONT, 0); ws.StopSignal() != unix.SIGUSR1 {
		t.Fatalf("status %#x", ws)
	}
	var got sys.Siginfo
	c.Must(sys.GetSiginfo(c.Pid, &got))
	if got.Signo() != unix.SIGUSR1 || got.Code() != -1 || got.Pid() != 4711 || got.UID() != 42 || got.Value() != 0x1234567890 {
		t.Errorf("at the delivery stop: %+v", got)
	}
	got.SetValue(5)
	c.Must(sys.SetSiginfo(c.Pid, &got))
	c.Must(sys.GetSiginfo(c.Pid, &si))
	if si.ValueInt() != 5 {
		t.Errorf("value %d, want 5", si.ValueInt())
	}
}

func TestWaits(t *testing.T) {
	c := startLoop(t)
	var ws unix.WaitStatus
	if pid, e := sys.Wait4NoHang(c.Pid, &ws, unix.WALL); pid != 0 || e != 0 {
		t.Errorf("Wait4NoHang at a stop already taken: %d, %v", pid, e)
	}
	c.Must(sys.Resume(unix.PTRACE_SYSCALL, c.Pid, 0))
	for range 2 { // WNOWAIT leaves it
		var si sys.Siginfo
		c.Must(sys.Waitid(unix.P_PID, c.Pid, &si, unix.WEXITED|unix.WSTOPPED|unix.WNOWAIT|unix.WALL, nil))
		if si.Signo() != unix.SIGCHLD || int(si.Pid()) != c.Pid || si.Code() != 4 /* CLD_TRAPPED */ || si.Status() != int32(unix.SIGTRAP|0x80) {
			t.Errorf("waitid: %+v", si)
		}
	}
	c.Wait()
	var si sys.Siginfo
	c.Must(sys.WaitidNoHang(unix.P_PID, c.Pid, &si, unix.WEXITED|unix.WSTOPPED|unix.WALL, nil))
	if si.Pid() != 0 {
		t.Errorf("WaitidNoHang at a stop already taken: %+v", si)
	}
	if _, e := sys.Wait4(os.Getpid(), &ws, unix.WALL); e != unix.ECHILD {
		t.Errorf("not a child: %v, want ECHILD", e)
	}
}

func TestSeizeInterruptListenDetach(t *testing.T) {
	c := startLoop(t)
	// Let it go stopped, to be seized.
	c.Must(sys.Detach(c.Pid, unix.SIGSTOP))
	c.Must(sys.Waitid(unix.P_PID, c.Pid, nil, unix.WSTOPPED, nil))
	c.Must(sys.Seize(c.Pid, unix.PTRACE_O_EXITKILL|unix.PTRACE_O_TRACESYSGOOD))
	if e := sys.Seize(c.Pid, 0); e != unix.EPERM {
		t.Errorf("a second seize: %v, want EPERM", e)
	}
	isStop := func(ws unix.WaitStatus, sig unix.Signal) {
		t.Helper()
		if ws.StopSignal() != sig || ws>>16 != unix.PTRACE_EVENT_STOP {
			t.Fatalf("status %#x, want PTRACE_EVENT_STOP of %v", ws, sig)
		}
	}
	isStop(c.Wait(), unix.SIGSTOP)
	c.Must(sys.Listen(c.Pid))
	if e := sys.Resume(unix.PTRACE_CONT, c.Pid, 0); e != unix.ESRCH {
		t.Errorf("a request to a listening thread: %v, want ESRCH", e)
	}
	c.Must(sys.Interrupt(c.Pid))
	isStop(c.Wait(), unix.SIGSTOP)
	c.Must(sys.Listen(c.Pid))
	c.Must(sys.Kill(c.Pid, unix.SIGCONT))
	isStop(c.Wait(), unix.SIGTRAP)
	if ws := c.Go(unix.PTRACE_CONT, 0); ws.StopSignal() != unix.SIGCONT {
		t.Fatalf("status %#x, want SIGCONT", ws)
	}
	c.Must(sys.Resume(unix.PTRACE_CONT, c.Pid, 0))
	c.Must(sys.Interrupt(c.Pid))
	isStop(c.Wait(), unix.SIGTRAP)
}

func TestADeadTraceeIsESRCH(t *testing.T) {
	c := startLoop(t)
	c.Kill()
	var info sys.SyscallInfo
	for name, e := range map[string]unix.Errno{
		"Interrupt":      sys.Interrupt(c.Pid),
		"Resume":         sys.Resume(unix.PTRACE_CONT, c.Pid, 0),
		"GetSyscallInfo": sys.GetSyscallInfo(c.Pid, &info),
		"Tgkill":         sys.Tgkill(c.Pid, c.Pid, unix.SIGUSR1),
	} {
		if e != unix.ESRCH {
			t.Errorf("%s: %v, want ESRCH", name, e)
		}
	}
}

func BenchmarkStop(b *testing.B) {
	c := startLoop(b)
	if err := sys.NoCldStop(); err != nil {
		b.Fatal(err)
	}
	var ws unix.WaitStatus
	var info sys.SyscallInfo
	b.ReportAllocs()
	for b.Loop() {
		c.Must(sys.Resume(unix.PTRACE_SYSCALL, c.Pid, 0))
		sys.Wait4(c.Pid, &ws, unix.WALL)
		c.Must(sys.GetSyscallInfo(c.Pid, &info))
	}
}
