package ptrace

import (
	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
)

// infoSizes are how much of struct ptrace_syscall_info the kernel fills, by op.
var infoSizes = map[uint8]int{
	unix.PTRACE_SYSCALL_INFO_NONE:    24,
	unix.PTRACE_SYSCALL_INFO_ENTRY:   80,
	unix.PTRACE_SYSCALL_INFO_EXIT:    33,
	unix.PTRACE_SYSCALL_INFO_SECCOMP: 84,
}

const infoSize = 88 // sizeof(struct ptrace_syscall_info)

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
	regs, err := target.regsOf(s)
	if err != nil {
		return failed(unix.ESRCH)
	}
	st := &target.stop
	var b [infoSize]byte
	op := st.op()
	if op != unix.PTRACE_SYSCALL_INFO_SECCOMP && target.options&optSysgood == 0 {
		op = unix.PTRACE_SYSCALL_INFO_NONE // by si_code (ptrace_get_syscall_info_op)
	}
	id := st.call.arch
	if id == 0 {
		// Only the kernel knows what the last call was.
		if _, err := target.task.Inspect(unix.PTRACE_GET_SYSCALL_INFO, infoSize, b[:]); err != nil {
			return errnoOf(0, err)
		}
		id = arch.ID(le.Uint32(b[4:]))
		b = [infoSize]byte{}
	}
	b[0] = op
	le.PutUint32(b[4:], uint32(id))
	le.PutUint64(b[8:], regs.PC())
	le.PutUint64(b[16:], regs.SP())
	switch op {
	case unix.PTRACE_SYSCALL_INFO_ENTRY, unix.PTRACE_SYSCALL_INFO_SECCOMP:
		le.PutUint64(b[24:], uint64(int64(regs.Nr())))
		for i, v := range regs.Args(id) {
			le.PutUint64(b[32+8*i:], v)
		}
		if op == unix.PTRACE_SYSCALL_INFO_SECCOMP {
			le.PutUint32(b[80:], uint32(st.msg))
		}
	case unix.PTRACE_SYSCALL_INFO_EXIT:
		le.PutUint64(b[24:], uint64(regs.Result(id)))
		if _, isError := regs.Error(id); isError {
			b[32] = 1
		}
	}
	n := infoSizes[op]
	if !r.write(b[:min(uint64(n), r.addr)], r.data) {
		return failed(unix.EFAULT)
	}
	return int64(n)
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
