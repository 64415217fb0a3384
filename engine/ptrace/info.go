package ptrace

import (
	"golang.org/x/sys/unix"

	"utrace"
)

const infoSize = 88 // sizeof(struct ptrace_syscall_info)

// filled is how much of the structure the kernel fills, by op.
func filled(op uint8) int {
	switch op {
	case unix.PTRACE_SYSCALL_INFO_ENTRY:
		return 80
	case unix.PTRACE_SYSCALL_INFO_EXIT:
		return 33
	case unix.PTRACE_SYSCALL_INFO_SECCOMP:
		return 84
	}
	return 24
}

// op is what PTRACE_GET_SYSCALL_INFO says of the stop. Without
// PTRACE_O_TRACESYSGOOD the kernel tells by the message all the same.
func (s *stop) op() uint8 {
	switch s.kind {
	case atEntry, atSysemu:
		return unix.PTRACE_SYSCALL_INFO_ENTRY
	case atExit:
		return unix.PTRACE_SYSCALL_INFO_EXIT
	case atSeccomp:
		return unix.PTRACE_SYSCALL_INFO_SECCOMP
	}
	return unix.PTRACE_SYSCALL_INFO_NONE
}

// getSyscallInfo is PTRACE_GET_SYSCALL_INFO: addr is how much of the structure
// the caller wants; the result is how much there is.
func (r *req) getSyscallInfo(target *thread, s *utrace.Stopped) int64 {
	st := &target.stop
	op := st.op()
	if op != unix.PTRACE_SYSCALL_INFO_SECCOMP && target.options&optSysgood == 0 {
		op = unix.PTRACE_SYSCALL_INFO_NONE // by si_code (ptrace_get_syscall_info_op)
	}
	b := r.buf[:infoSize]
	if _, err := target.task.Inspect(unix.PTRACE_GET_SYSCALL_INFO, infoSize, b); err != nil {
		return errnoOf(0, err)
	}
	if op != unix.PTRACE_SYSCALL_INFO_NONE && (op != b[0] || target.entry.changed) {
		if !target.fillInfo(b, op, s) {
			return failed(unix.ESRCH)
		}
	}
	b[0] = op
	if op == unix.PTRACE_SYSCALL_INFO_SECCOMP {
		le.PutUint32(b[80:], uint32(st.msg))
	}
	n := filled(op)
	if !r.write(b[:min(uint64(n), r.addr)], r.data) {
		return failed(unix.EFAULT)
	}
	return int64(n)
}

// fillInfo fills in what depends on op, for a stop that is another one to the
// kernel, or whose call the tracer has changed.
func (t *thread) fillInfo(b []byte, op uint8, s *utrace.Stopped) bool {
	regs, err := t.regsOf(s)
	if err != nil {
		return false
	}
	id := t.stop.call.arch
	clear(b[24:])
	if op == unix.PTRACE_SYSCALL_INFO_EXIT {
		le.PutUint64(b[24:], uint64(regs.Result(id)))
		if _, isError := regs.Error(id); isError {
			b[32] = 1
		}
		return true
	}
	le.PutUint64(b[24:], uint64(int64(regs.Nr())))
	for i, v := range regs.Args(id) {
		le.PutUint64(b[32+8*i:], v)
	}
	return true
}

// setSyscallInfo is PTRACE_SET_SYSCALL_INFO.
func (r *req) setSyscallInfo(target *thread, s *utrace.Stopped) int64 {
	if r.addr < 24 || !r.arch.Is64() { // a 32-bit caller gets EINVAL
		return failed(unix.EINVAL)
	}
	var b [infoSize]byte
	if !r.read(b[:min(r.addr, infoSize)], r.data) {
		return failed(unix.EFAULT)
	}
	op := target.stop.op()
	if le.Uint16(b[2:]) != 0 || b[1] != 0 || b[0] != op {
		return failed(unix.EINVAL)
	}
	regs, err := target.regsOf(s)
	if err != nil {
		return failed(unix.ESRCH)
	}
	id := target.stop.call.arch
	switch op {
	case unix.PTRACE_SYSCALL_INFO_ENTRY, unix.PTRACE_SYSCALL_INFO_SECCOMP:
		nr := int64(le.Uint64(b[24:]))
		if nr != int64(int32(nr)) {
			return failed(unix.ERANGE)
		}
		regs.SetNr(int(nr))
		for i := 0; nr != -1 && i < 6; i++ {
			v := le.Uint64(b[32+8*i:])
			if !id.Is64() && v>>32 != 0 {
				return failed(unix.ERANGE)
			}
			regs.SetArg(id, i, v)
		}
	case unix.PTRACE_SYSCALL_INFO_EXIT:
		regs.SetResult(id, int64(le.Uint64(b[24:])))
	default:
		return failed(unix.EINVAL)
	}
	return target.setRegsOf(s, regs)
}
