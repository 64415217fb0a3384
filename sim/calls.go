package sim

import (
	"encoding/binary"
	"time"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
)

// Syscall makes a system call, as an instruction: traced, interrupted and
// restarted like one, and returns what the result register then holds.
func (th *Thread) Syscall(nr int, args ...uint64) int64 {
	id := arch.NativeID()
	pc := th.nextPC
	th.nextPC += 16
	var a [6]uint64
	copy(a[:], args)
	th.regs.PrepareCall(id, nr, a)
	th.regs.SetPC(pc)
	for th.regs.PC() == pc {
		th.trap()
	}
	return th.regs.Result(id)
}

// trap executes the call instruction at PC: the number is where the result
// will be.
func (th *Thread) trap() {
	id := arch.NativeID()
	nr, args := int(th.regs.Result(id)), th.regs.Args(id)
	th.regs.SetNr(nr)
	th.regs.SetError(id, unix.ENOSYS)
	th.regs.SetPC(th.regs.PC() + uint64(len(arch.SyscallInsn(id))))
	th.inCall = true
	var v utrace.Verdict
	if t := th.task.Load(); t != nil {
		var killed bool
		if v, killed = th.follow(th.k.hooks.SyscallEntry(t, id, nr, &args)); killed {
			th.die(0)
		}
		th.pass = th.pass || v.Pass
	}
	if !v.Skip {
		result := th.call(th.regs.Nr(), th.regs.Args(id))
		th.regs.SetResult(id, result)
	}
	th.leave(nr, args, v.ExitStop)
	if th.image != nil {
		panic(newImage{})
	}
	th.stepped()
}

// leave is the end of a call: its report, if somebody wants one, and the way
// to user mode.
func (th *Thread) leave(nr int, args [6]uint64, exitStop bool) {
	if t := th.task.Load(); t != nil && (exitStop || th.exitStop || t.Union()&utrace.EventSyscallExit != 0) {
		id := arch.NativeID()
		th.pass = false
		th.act(th.k.hooks.SyscallExit(t, id, nr, &args, th.regs.Result(id)))
	}
	th.exitStop = false
	th.border()
}

// call is the table of calls.
func (th *Thread) call(nr int, a [6]uint64) int64 {
	k, p := th.k, th.proc
	switch nr {
	case unix.SYS_GETPID:
		return int64(p.pid)
	case unix.SYS_GETTID:
		return th.tid.Load()
	case unix.SYS_GETPPID:
		k.mu.Lock()
		defer k.mu.Unlock()
		if p.parent == nil {
			return 1
		}
		return int64(p.parent.pid)
	case unix.SYS_MMAP:
		return int64(th.Memory().Alloc(int(a[1])))
	case unix.SYS_WRITE:
		return th.write(a)
	case unix.SYS_READ:
		return th.read(a)
	case unix.SYS_PIPE2:
		k.mu.Lock()
		p.pipe = &pipe{}
		k.mu.Unlock()
		th.putInt32(a[0], pipeRead)
		return th.putInt32(a[0]+4, pipeWrite)
	case unix.SYS_PAUSE:
		th.sleep(0, func() bool { return false })
		return -int64(arch.ERESTARTNOHAND)
	case unix.SYS_NANOSLEEP:
		var ts [16]byte
		if _, err := th.Memory().Read(ts[:], a[0]); err != nil {
			return -int64(unix.EFAULT)
		}
		d := time.Duration(binary.LittleEndian.Uint64(ts[:]))*time.Second +
			time.Duration(binary.LittleEndian.Uint64(ts[8:]))
		return th.nanosleep(time.Now().Add(d))
	case unix.SYS_RESTART_SYSCALL:
		if again := th.restart; again != nil {
			th.restart = nil
			return again()
		}
		return -int64(unix.EINTR)
	case unix.SYS_RT_SIGTIMEDWAIT:
		return th.sigwait(a)
	case unix.SYS_KILL:
		k.mu.Lock()
		defer k.mu.Unlock()
		return k.kill(int(a[0]), 0, int(int32(a[1])), p.pid)
	case unix.SYS_TGKILL:
		k.mu.Lock()
		defer k.mu.Unlock()
		return k.kill(int(a[0]), int(a[1]), int(int32(a[2])), p.pid)
	case unix.SYS_RT_SIGACTION:
		return th.sigaction(a)
	case unix.SYS_RT_SIGPROCMASK:
		return th.sigprocmask(a)
	case unix.SYS_RT_SIGRETURN:
		return th.sigreturn()
	case unix.SYS_CLONE:
		return th.clone(a[0])
	case unix.SYS_FORK:
		return th.clone(uint64(unix.SIGCHLD))
	case unix.SYS_VFORK:
		return th.clone(uint64(unix.SIGCHLD) | unix.CLONE_VFORK | unix.CLONE_VM)
	case unix.SYS_EXECVE:
		return th.execve(a)
	case unix.SYS_EXIT:
		th.exit(int(a[0]), false)
	case unix.SYS_EXIT_GROUP:
		th.exit(int(a[0]), true)
	case unix.SYS_WAIT4:
		return th.wait4(a)
	}
	return -int64(unix.ENOSYS)
}

// Descriptors that exist: the pipe's ends. Writes to others vanish.
const (
	pipeRead  = 10
	pipeWrite = 11
)

func (th *Thread) write(a [6]uint64) int64 {
	buf := make([]byte, min(a[2], 1<<20))
	if _, err := th.Memory().Read(buf, a[1]); err != nil {
		return -int64(unix.EFAULT)
	}
	th.k.mu.Lock()
	defer th.k.mu.Unlock()
	if pp := th.proc.pipe; a[0] == pipeWrite && pp != nil {
		pp.bytes += len(buf)
		for _, t := range th.k.threads {
			t.ring()
		}
	}
	return int64(len(buf))
}

func (th *Thread) read(a [6]uint64) int64 {
	if a[0] != pipeRead || th.proc.pipe == nil {
		return -int64(unix.EBADF)
	}
	n := 0
	if th.sleep(0, func() bool {
		n = min(th.proc.pipe.bytes, int(a[2]))
		th.proc.pipe.bytes -= n
		return n > 0
	}) {
		return -int64(arch.ERESTARTSYS)
	}
	if _, err := th.Memory().Write(make([]byte, n), a[1]); err != nil {
		return -int64(unix.EFAULT)
	}
	return int64(n)
}

func (th *Thread) nanosleep(until time.Time) int64 {
	left := time.Until(until)
	if left <= 0 || !th.sleep(left, func() bool { return false }) {
		return 0
	}
	th.restart = func() int64 { return th.nanosleep(until) }
	return -int64(arch.ERESTART_RESTARTBLOCK)
}

// sigwait is rt_sigtimedwait without a timeout: an EINTR-only call.
func (th *Thread) sigwait(a [6]uint64) int64 {
	set, ok := th.getUint64(a[0])
	if !ok {
		return -int64(unix.EFAULT)
	}
	sig := int64(0)
	if th.sleep(0, func() bool {
		for _, q := range []*[]utrace.Siginfo{&th.pending, &th.proc.pending} {
			for i, info := range *q {
				if set&bit(int(info.Signo())) != 0 {
					sig = int64(info.Signo())
					*q = append((*q)[:i:i], (*q)[i+1:]...)
					return true
				}
			}
		}
		return false
	}) {
		return -int64(unix.EINTR)
	}
	return sig
}

// kill sends to process pid, or to its thread tid if that is not 0. k.mu is
// held.
func (k *Kernel) kill(pid, tid, sig, from int) int64 {
	p := k.procs[pid]
	if p == nil || sig < 0 || sig > 64 {
		return -int64(unix.ESRCH)
	}
	var th *Thread
	if tid != 0 {
		if th = k.threads[tid]; th == nil || th.proc != p {
			return -int64(unix.ESRCH)
		}
	}
	k.send(p, th, siginfo(sig, from))
	return 0
}

func (th *Thread) sigaction(a [6]uint64) int64 {
	sig := int(a[0])
	if sig < 1 || sig > 64 || sig == int(unix.SIGKILL) || sig == int(unix.SIGSTOP) {
		return -int64(unix.EINVAL)
	}
	th.k.mu.Lock()
	defer th.k.mu.Unlock()
	if th.newAction.Handler == a[1] {
		th.proc.actions.of[sig] = th.newAction
	}
	return 0
}

func (th *Thread) sigprocmask(a [6]uint64) int64 {
	set, ok := th.getUint64(a[1])
	if !ok {
		return -int64(unix.EFAULT)
	}
	set &^= bit(int(unix.SIGKILL)) | bit(int(unix.SIGSTOP))
	th.k.mu.Lock()
	defer th.k.mu.Unlock()
	switch a[0] {
	case unix.SIG_BLOCK:
		th.mask |= set
	case unix.SIG_UNBLOCK:
		th.mask &^= set
	default:
		th.mask = set
	}
	return 0
}

func (th *Thread) sigreturn() int64 {
	if len(th.frames) == 0 {
		th.k.mu.Lock()
		th.k.send(th.proc, th, siginfo(int(unix.SIGSEGV), 0))
		th.k.mu.Unlock()
		return 0
	}
	f := th.frames[len(th.frames)-1]
	th.frames = th.frames[:len(th.frames)-1]
	th.k.mu.Lock()
	th.mask = f.mask
	th.k.mu.Unlock()
	th.regs = f.regs
	th.regs.SetNr(arch.NoCall)
	th.inCall = f.inCall
	return th.regs.Result(arch.NativeID())
}

func (th *Thread) getUint64(addr uint64) (uint64, bool) {
	var b [8]byte
	_, err := th.Memory().Read(b[:], addr)
	return binary.LittleEndian.Uint64(b[:]), err == nil
}

func (th *Thread) putInt32(addr uint64, v int32) int64 {
	var b [4]byte
	binary.LittleEndian.PutUint32(b[:], uint32(v))
	if _, err := th.Memory().Write(b[:], addr); err != nil {
		return -int64(unix.EFAULT)
	}
	return 0
}
