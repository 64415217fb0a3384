package trace

import (
	"utrace/syscalls"
	"utrace/syscalls/flags"
)

// varying returns what an argument that depends on a command before it is.
func (p *printer) varying(i int, a syscalls.Arg) (syscalls.Arg, bool) {
	a.Kind = syscalls.Hex
	switch p.call.Name {
	case "fcntl", "fcntl64":
		return fcntlArg(a, p.arg(1))
	case "futex", "futex_time64":
		return futexArg(a, i, p.arg(1))
	case "arch_prctl":
		a.Kind = syscalls.Ptr
	case "ioctl":
		return ioctlArg(a, p.arg(1))
	case "prctl":
		return prctlArg(a, i, p.arg(0))
	}
	return a, true
}

// fcntlArg is what fcntl(2)'s third argument is to a command.
func fcntlArg(a syscalls.Arg, cmd uint64) (syscalls.Arg, bool) {
	switch uint32(cmd) {
	case 0, 0x406: // F_DUPFD, F_DUPFD_CLOEXEC
		a.Kind = syscalls.FD
	case 1, 3, 9, 11, 0x401, 0x408, 0x40a: // F_GETFD, F_GETFL, F_GETOWN, F_GETSIG, F_GETLEASE, F_GETPIPE_SZ, F_GET_SEALS
		return a, false
	case 2: // F_SETFD
		a.Kind, a.Flags = syscalls.Flags, &flags.FDFlags
	case 4: // F_SETFL
		a.Kind, a.Flags = syscalls.OpenFlags, &flags.Open
	case 5, 36: // F_GETLK, F_OFD_GETLK
		a.Kind, a.Type, a.Dir = syscalls.Struct, "flock", syscalls.Out
	case 6, 7, 37, 38: // F_SETLK, F_SETLKW and their F_OFD_
		a.Kind, a.Type = syscalls.Struct, "flock"
	case 8: // F_SETOWN
		a.Kind = syscalls.Pid
	case 10: // F_SETSIG
		a.Kind = syscalls.Signal
	case 0x400: // F_SETLEASE
		a.Kind, a.Flags = syscalls.Enum, &flags.LeaseType
	case 0x407: // F_SETPIPE_SZ
		a.Kind = syscalls.Ulong
	case 0x409: // F_ADD_SEALS
		a.Kind, a.Flags = syscalls.Flags, &flags.Seals
	}
	return a, true
}

// The operations of futex(2), without their flags.
const (
	futexWait        = 0
	futexWake        = 1
	futexRequeue     = 3
	futexCmpRequeue  = 4
	futexWakeOp      = 5
	futexLockPI      = 6
	futexUnlockPI    = 7
	futexTrylockPI   = 8
	futexWaitBits    = 9
	futexWakeBits    = 10
	futexWaitRequeue = 11
	futexLockPI2     = 13
)

// futexBits says that any waiter is meant.
var futexBits = flags.Table{Mask: flags.Whole, Values: []flags.Flag{{Value: 0xffffffff, Name: "FUTEX_BITSET_MATCH_ANY"}}}

// futexArg is what the last three arguments of futex(2) are to an operation.
func futexArg(a syscalls.Arg, i int, op uint64) (syscalls.Arg, bool) {
	const utime, uaddr2, val3 = 3, 4, 5
	op &= 0x7f
	switch i {
	case utime:
		switch op {
		case futexWait, futexLockPI, futexWaitBits, futexWaitRequeue, futexLockPI2:
			a.Kind = syscalls.Timespec
		case futexRequeue, futexCmpRequeue, futexWakeOp:
			a.Kind = syscalls.Uint
		default:
			return a, op > futexLockPI2 || op == 2
		}
	case uaddr2:
		switch op {
		case futexRequeue, futexCmpRequeue, futexWakeOp, futexWaitRequeue:
			a.Kind = syscalls.Ptr
		case futexWaitBits, futexWakeBits:
			return a, false
		default:
			return a, op > futexLockPI2
		}
	case val3:
		switch op {
		case futexCmpRequeue:
			a.Kind = syscalls.Uint
		case futexWakeOp:
		case futexWaitBits, futexWakeBits:
			a.Kind, a.Flags = syscalls.Flags, &futexBits
		default:
			return a, op > futexLockPI2
		}
	}
	return a, true
}

// ioctlArg is what ioctl(2)'s third argument is to a few requests.
func ioctlArg(a syscalls.Arg, cmd uint64) (syscalls.Arg, bool) {
	switch uint32(cmd) {
	case 0x541b, 0x540f, 0x5429: // FIONREAD, TIOCGPGRP, TIOCGSID
		a.Kind, a.Dir = syscalls.IntPtr, syscalls.Out
	case 0x5421, 0x5410: // FIONBIO, TIOCSPGRP
		a.Kind = syscalls.IntPtr
	case 0x5450, 0x5451: // FIONCLEX, FIOCLEX
		return a, false
	default:
		a.Kind = syscalls.Ptr
	}
	return a, true
}

// prctlArg is what an argument of prctl(2) is to a few options.
func prctlArg(a syscalls.Arg, i int, option uint64) (syscalls.Arg, bool) {
	switch uint32(option) {
	case 1: // PR_SET_PDEATHSIG
		a.Kind = syscalls.Signal
		return a, i == 1
	case 15: // PR_SET_NAME
		a.Kind = syscalls.Str
		return a, i == 1
	case 3, 7, 14, 27, 30: // PR_GET_DUMPABLE, _KEEPCAPS, _TIMING, _SECUREBITS, _TIMERSLACK
		return a, false
	case 4, 8, 24, 23: // PR_SET_DUMPABLE, _KEEPCAPS, PR_CAPBSET_DROP, _READ
		a.Kind = syscalls.Ulong
		return a, i == 1
	}
	return a, true
}
