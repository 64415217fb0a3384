package ptrace

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"utrace"
)

var le = binary.LittleEndian

// inspect carries out a request that leaves the tracee stopped.
func (r *req) inspect(target *thread, s *utrace.Stopped) int64 {
	switch r.nr {
	case unix.PTRACE_PEEKTEXT, unix.PTRACE_PEEKDATA:
		return r.peekMemory(s)
	case unix.PTRACE_POKETEXT, unix.PTRACE_POKEDATA:
		return r.pokeMemory(s)
	case unix.PTRACE_PEEKUSR:
		return r.peekUser(target, s)
	case unix.PTRACE_POKEUSR:
		return r.pokeUser(target, s)
	case unix.PTRACE_GETREGS:
		return r.getRegs(target, s)
	case unix.PTRACE_SETREGS:
		return r.setRegs(target, s)
	case unix.PTRACE_GETREGSET, unix.PTRACE_SETREGSET:
		return r.regset(target, s)
	case unix.PTRACE_GETEVENTMSG:
		return r.put(target.stop.msg)
	case unix.PTRACE_GETSIGINFO:
		return r.getSiginfo(target)
	case unix.PTRACE_SETSIGINFO:
		return r.setSiginfo(target)
	case unix.PTRACE_GET_SYSCALL_INFO:
		return r.getSyscallInfo(target, s)
	case reqArchPrctl:
		return r.archPrctl(target, s)
	case reqSetSyscallInfo:
		return r.setSyscallInfo(target, s)
	}
	return r.forward(target)
}

// put stores a word where data points.
func (r *req) put(v uint64) int64 {
	var b [8]byte
	le.PutUint64(b[:], v)
	if !r.write(b[:r.word()], r.data) {
		return failed(unix.EFAULT)
	}
	return 0
}

// peekMemory is PTRACE_PEEKTEXT and PTRACE_PEEKDATA, which are one.
func (r *req) peekMemory(s *utrace.Stopped) int64 {
	var b [8]byte
	if _, err := s.Memory().ReadAt(b[:r.word()], int64(r.addr)); err != nil {
		return failed(unix.EIO)
	}
	return r.put(le.Uint64(b[:]))
}

// pokeMemory is PTRACE_POKETEXT and PTRACE_POKEDATA.
func (r *req) pokeMemory(s *utrace.Stopped) int64 {
	var b [8]byte
	le.PutUint64(b[:], r.data)
	if _, err := s.Memory().WriteAt(b[:r.word()], int64(r.addr)); err != nil {
		return failed(unix.EIO)
	}
	return 0
}

// getSiginfo is PTRACE_GETSIGINFO.
func (r *req) getSiginfo(target *thread) int64 {
	if target.stop.none {
		return failed(unix.EINVAL)
	}
	info := target.siginfo()
	b := info.Bytes()
	if !r.arch.Is64() {
		b = compatAnySiginfo(info)
	}
	if !r.write(b, r.data) {
		return failed(unix.EFAULT)
	}
	return 0
}

// setSiginfo is PTRACE_SETSIGINFO.
func (r *req) setSiginfo(target *thread) int64 {
	var info utrace.Siginfo
	if !r.read(info.Bytes(), r.data) {
		return failed(unix.EFAULT)
	}
	if !r.arch.Is64() {
		info = fromCompat(info.Bytes())
	}
	if target.stop.none {
		return failed(unix.EINVAL)
	}
	target.siginfo()
	target.stop.info = info
	return 0
}

// forward gives the request to the host, which makes it of the kernel: registers
// and states that mean nothing to this engine.
func (r *req) forward(target *thread) int64 {
	task := target.task
	switch r.nr {
	case unix.PTRACE_GETSIGMASK, unix.PTRACE_SETSIGMASK:
		if r.addr != 8 {
			return failed(unix.EINVAL)
		}
		target.masked = target.masked || r.nr == unix.PTRACE_SETSIGMASK
		return r.transfer(target, 8, r.nr == unix.PTRACE_SETSIGMASK)
	case unix.PTRACE_GETFPREGS, unix.PTRACE_SETFPREGS, reqGetFPXRegs, reqSetFPXRegs:
		return r.floats(target)
	case reqGetRseq, reqGetMetadata:
		return r.sized(target, make([]byte, min(r.addr, 64)))
	case reqGetSUD:
		return r.transfer(target, sudSize, false)
	case reqSetSUD:
		b := make([]byte, min(r.addr, 64))
		if r.addr == sudSize && !r.read(b, r.data) {
			return failed(unix.EFAULT)
		}
		return errnoOf(task.Inspect(r.nr, r.addr, b))
	case unix.PTRACE_PEEKSIGINFO:
		return r.peekSiginfo(target)
	case reqGetFilter:
		return r.getFilter(target)
	}
	return failed(unix.EIO)
}

const (
	fpregsSize       = 512 // struct user_fpregs_struct, and i386's user_fpxregs_struct
	fpregsSizeCompat = 108 // i386's user_fpregs_struct
	sudSize          = 32  // struct ptrace_sud_config
	ntPrfpreg        = 2   // NT_PRFPREG
)

// floats is PTRACE_GETFPREGS and its like. What i386 calls FPX is what amd64
// calls FP; its own FP is the regset of a 32-bit program.
func (r *req) floats(target *thread) int64 {
	set := r.nr == unix.PTRACE_SETFPREGS || r.nr == reqSetFPXRegs
	wide := *r
	switch extended := r.nr == reqGetFPXRegs || r.nr == reqSetFPXRegs; {
	case r.arch.Is64() && extended:
		return failed(unix.EIO)
	case !r.arch.Is64() && !extended:
		wide.nr, wide.addr = unix.PTRACE_GETREGSET, ntPrfpreg
		if set {
			wide.nr = unix.PTRACE_SETREGSET
		}
		return min(wide.transfer(target, fpregsSizeCompat, set), 0)
	case set:
		wide.nr = unix.PTRACE_SETFPREGS
	default:
		wide.nr = unix.PTRACE_GETFPREGS
	}
	return wide.transfer(target, fpregsSize, set)
}

// errnoOf is the raw result that a request of the host's is.
func errnoOf(n int64, err error) int64 {
	if err == nil {
		return n
	}
	if e, ok := errnoIn(err); ok {
		return failed(e)
	}
	return failed(unix.ESRCH)
}

// transfer is a request that reads or writes n bytes.
func (r *req) transfer(target *thread, n int, set bool) int64 {
	b := make([]byte, n)
	if set {
		if !r.read(b, r.data) {
			return failed(unix.EFAULT)
		}
		return errnoOf(target.task.Inspect(r.nr, r.addr, b))
	}
	if result := errnoOf(target.task.Inspect(r.nr, r.addr, b)); result < 0 {
		return result
	}
	if !r.write(b, r.data) {
		return failed(unix.EFAULT)
	}
	return 0
}

// sized is a request with the size in addr, whose result is a size.
func (r *req) sized(target *thread, b []byte) int64 {
	if r.nr == reqGetMetadata && len(b) >= 8 && !r.read(b[:8], r.data) {
		return failed(unix.EFAULT) // which filter is asked for
	}
	result := errnoOf(target.task.Inspect(r.nr, r.addr, b))
	if result >= 0 && !r.write(b[:min(int(result), len(b))], r.data) {
		return failed(unix.EFAULT)
	}
	return result
}

// peekSiginfo is PTRACE_PEEKSIGINFO.
func (r *req) peekSiginfo(target *thread) int64 {
	var args [16]byte // struct ptrace_peeksiginfo_args: off, flags, nr
	if !r.read(args[:], r.addr) {
		return failed(unix.EFAULT)
	}
	off, flags, nr := le.Uint64(args[:]), le.Uint32(args[8:]), int32(le.Uint32(args[12:]))
	if flags&^unix.PTRACE_PEEKSIGINFO_SHARED != 0 || nr < 0 {
		return failed(unix.EINVAL)
	}
	const size = 128
	b := make([]byte, size)
	for done := int32(0); ; done++ {
		if done == nr {
			return int64(done)
		}
		le.PutUint32(b, flags)
		n, err := target.task.Inspect(r.nr, off+uint64(done), b)
		if result := errnoOf(n, err); result < 0 {
			return result
		}
		if n == 0 {
			return int64(done)
		}
		out := b
		if !r.arch.Is64() {
			var info utrace.Siginfo
			copy(info.Bytes(), b)
			out = compatAnySiginfo(&info)
		}
		if !r.write(out, r.data+uint64(done)*size) {
			if done > 0 {
				return int64(done)
			}
			return failed(unix.EFAULT)
		}
	}
}

// getFilter is PTRACE_SECCOMP_GET_FILTER: addr is the filter's index, data where
// its instructions go, or null to ask how many there are.
func (r *req) getFilter(target *thread) int64 {
	n, err := target.task.Inspect(r.nr, r.addr, nil)
	if result := errnoOf(n, err); result <= 0 || r.data == 0 {
		return result
	}
	b := make([]byte, 8*n)
	if result := errnoOf(target.task.Inspect(r.nr, r.addr, b)); result < 0 {
		return result
	}
	if !r.write(b, r.data) {
		return failed(unix.EFAULT)
	}
	return n
}
