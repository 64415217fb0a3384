package flags

// Processes, threads, scheduling and credentials.

var (
	// Clone is for clone(2). The low byte is the signal the parent gets at the child's end.
	Clone = Table{Prefix: "CLONE_", Mask: 0xff, Last: true, Values: signals, Bits: []Flag{
		{0x100, "CLONE_VM"}, {0x200, "CLONE_FS"}, {0x400, "CLONE_FILES"}, {0x800, "CLONE_SIGHAND"},
		{0x1000, "CLONE_PIDFD"}, {0x2000, "CLONE_PTRACE"}, {0x4000, "CLONE_VFORK"}, {0x8000, "CLONE_PARENT"},
		{0x10000, "CLONE_THREAD"}, {0x20000, "CLONE_NEWNS"}, {0x40000, "CLONE_SYSVSEM"}, {0x80000, "CLONE_SETTLS"},
		{0x100000, "CLONE_PARENT_SETTID"}, {0x200000, "CLONE_CHILD_CLEARTID"}, {0x800000, "CLONE_UNTRACED"},
		{0x1000000, "CLONE_CHILD_SETTID"}, {0x2000000, "CLONE_NEWCGROUP"}, {0x4000000, "CLONE_NEWUTS"},
		{0x8000000, "CLONE_NEWIPC"}, {0x10000000, "CLONE_NEWUSER"}, {0x20000000, "CLONE_NEWPID"},
		{0x40000000, "CLONE_NEWNET"}, {0x80000000, "CLONE_IO"},
	}}

	// Clone3 has the flags of struct clone_args, where the low byte is not a signal.
	Clone3 = Table{Prefix: "CLONE_", Bits: []Flag{
		{0x100, "CLONE_VM"}, {0x200, "CLONE_FS"}, {0x400, "CLONE_FILES"}, {0x800, "CLONE_SIGHAND"},
		{0x1000, "CLONE_PIDFD"}, {0x2000, "CLONE_PTRACE"}, {0x4000, "CLONE_VFORK"}, {0x8000, "CLONE_PARENT"},
		{0x10000, "CLONE_THREAD"}, {0x20000, "CLONE_NEWNS"}, {0x40000, "CLONE_SYSVSEM"}, {0x80000, "CLONE_SETTLS"},
		{0x100000, "CLONE_PARENT_SETTID"}, {0x200000, "CLONE_CHILD_CLEARTID"}, {0x800000, "CLONE_UNTRACED"},
		{0x1000000, "CLONE_CHILD_SETTID"}, {0x2000000, "CLONE_NEWCGROUP"}, {0x4000000, "CLONE_NEWUTS"},
		{0x8000000, "CLONE_NEWIPC"}, {0x10000000, "CLONE_NEWUSER"}, {0x20000000, "CLONE_NEWPID"},
		{0x40000000, "CLONE_NEWNET"}, {0x80000000, "CLONE_IO"}, {0x100000000, "CLONE_CLEAR_SIGHAND"},
		{0x200000000, "CLONE_INTO_CGROUP"}, {0x80, "CLONE_NEWTIME"},
	}}

	// Unshare is for unshare(2).
	Unshare = Table{Prefix: "CLONE_", Bits: []Flag{
		{0x80, "CLONE_NEWTIME"}, {0x100, "CLONE_VM"}, {0x200, "CLONE_FS"}, {0x400, "CLONE_FILES"},
		{0x800, "CLONE_SIGHAND"}, {0x10000, "CLONE_THREAD"}, {0x20000, "CLONE_NEWNS"}, {0x40000, "CLONE_SYSVSEM"},
		{0x2000000, "CLONE_NEWCGROUP"}, {0x4000000, "CLONE_NEWUTS"}, {0x8000000, "CLONE_NEWIPC"},
		{0x10000000, "CLONE_NEWUSER"}, {0x20000000, "CLONE_NEWPID"}, {0x40000000, "CLONE_NEWNET"},
	}}

	// Setns is for setns(2).
	Setns = Table{Prefix: "CLONE_", Bits: []Flag{
		{0x80, "CLONE_NEWTIME"}, {0x20000, "CLONE_NEWNS"}, {0x2000000, "CLONE_NEWCGROUP"},
		{0x4000000, "CLONE_NEWUTS"}, {0x8000000, "CLONE_NEWIPC"}, {0x10000000, "CLONE_NEWUSER"},
		{0x20000000, "CLONE_NEWPID"}, {0x40000000, "CLONE_NEWNET"},
	}}

	// Wait is for wait4(2), waitid(2).
	Wait = Table{Prefix: "W", Bits: []Flag{
		{1, "WNOHANG"}, {4, "WEXITED"}, {2, "WSTOPPED"}, {8, "WCONTINUED"}, {0x1000000, "WNOWAIT"},
		{0x80000000, "__WCLONE"}, {0x40000000, "__WALL"}, {0x20000000, "__WNOTHREAD"},
	}}

	// WaitidType is for waitid(2).
	WaitidType = Table{Prefix: "P_", Mask: Whole, Values: []Flag{
		{0, "P_ALL"}, {1, "P_PID"}, {2, "P_PGID"}, {3, "P_PIDFD"},
	}}

	// PidfdOpen is for pidfd_open(2).
	PidfdOpen = Table{Prefix: "PIDFD_", Bits: []Flag{
		{0x800, "PIDFD_NONBLOCK"}, {0x80, "PIDFD_THREAD"},
	}}

	// PidfdSignal is for pidfd_send_signal(2).
	PidfdSignal = Table{Prefix: "PIDFD_SIGNAL_", Bits: []Flag{
		{1, "PIDFD_SIGNAL_THREAD"}, {2, "PIDFD_SIGNAL_THREAD_GROUP"}, {4, "PIDFD_SIGNAL_PROCESS_GROUP"},
	}}

	// FutexOp is for futex(2). The private flag is part of the name, as the manual page has it.
	FutexOp = Table{Prefix: "FUTEX_", Mask: 0xff, Values: []Flag{
		{0, "FUTEX_WAIT"}, {1, "FUTEX_WAKE"}, {2, "FUTEX_FD"}, {3, "FUTEX_REQUEUE"}, {4, "FUTEX_CMP_REQUEUE"},
		{5, "FUTEX_WAKE_OP"}, {6, "FUTEX_LOCK_PI"}, {7, "FUTEX_UNLOCK_PI"}, {8, "FUTEX_TRYLOCK_PI"},
		{9, "FUTEX_WAIT_BITSET"}, {0xa, "FUTEX_WAKE_BITSET"}, {0xb, "FUTEX_WAIT_REQUEUE_PI"},
		{0xc, "FUTEX_CMP_REQUEUE_PI"}, {0xd, "FUTEX_LOCK_PI2"}, {0x80, "FUTEX_WAIT_PRIVATE"},
		{0x81, "FUTEX_WAKE_PRIVATE"}, {0x83, "FUTEX_REQUEUE_PRIVATE"}, {0x84, "FUTEX_CMP_REQUEUE_PRIVATE"},
		{0x85, "FUTEX_WAKE_OP_PRIVATE"}, {0x86, "FUTEX_LOCK_PI_PRIVATE"}, {0x87, "FUTEX_UNLOCK_PI_PRIVATE"},
		{0x88, "FUTEX_TRYLOCK_PI_PRIVATE"}, {0x89, "FUTEX_WAIT_BITSET_PRIVATE"}, {0x8a, "FUTEX_WAKE_BITSET_PRIVATE"},
		{0x8b, "FUTEX_WAIT_REQUEUE_PI_PRIVATE"}, {0x8c, "FUTEX_CMP_REQUEUE_PI_PRIVATE"},
		{0x8d, "FUTEX_LOCK_PI2_PRIVATE"},
	}, Bits: []Flag{
		{0x100, "FUTEX_CLOCK_REALTIME"},
	}}

	// Futex2 is for futex_wait(2), futex_wake(2) and struct futex_waitv.
	Futex2 = Table{Prefix: "FUTEX2_", Mask: 0x3, Values: []Flag{
		{0, "FUTEX2_SIZE_U8"}, {1, "FUTEX2_SIZE_U16"}, {2, "FUTEX2_SIZE_U32"}, {3, "FUTEX2_SIZE_U64"},
	}, Bits: []Flag{
		{4, "FUTEX2_NUMA"}, {8, "FUTEX2_MPOL"}, {0x80, "FUTEX2_PRIVATE"},
	}}

	// Rlimit is for getrlimit(2).
	Rlimit = Table{Prefix: "RLIMIT_", Mask: Whole, Values: []Flag{
		{0, "RLIMIT_CPU"}, {1, "RLIMIT_FSIZE"}, {2, "RLIMIT_DATA"}, {3, "RLIMIT_STACK"}, {4, "RLIMIT_CORE"},
		{5, "RLIMIT_RSS"}, {6, "RLIMIT_NPROC"}, {7, "RLIMIT_NOFILE"}, {8, "RLIMIT_MEMLOCK"}, {9, "RLIMIT_AS"},
		{0xa, "RLIMIT_LOCKS"}, {0xb, "RLIMIT_SIGPENDING"}, {0xc, "RLIMIT_MSGQUEUE"}, {0xd, "RLIMIT_NICE"},
		{0xe, "RLIMIT_RTPRIO"}, {0xf, "RLIMIT_RTTIME"},
	}}

	// RusageWho is for getrusage(2).
	RusageWho = Table{Prefix: "RUSAGE_", Mask: Whole, Values: []Flag{
		{0, "RUSAGE_SELF"}, {0xffffffff, "RUSAGE_CHILDREN"}, {1, "RUSAGE_THREAD"},
	}}

	// PriorityWhich is for getpriority(2).
	PriorityWhich = Table{Prefix: "PRIO_", Mask: Whole, Values: []Flag{
		{0, "PRIO_PROCESS"}, {1, "PRIO_PGRP"}, {2, "PRIO_USER"},
	}}

	// SchedPolicy is for sched_setscheduler(2).
	SchedPolicy = Table{Prefix: "SCHED_", Mask: 0xff, Values: []Flag{
		{0, "SCHED_OTHER"}, {1, "SCHED_FIFO"}, {2, "SCHED_RR"}, {3, "SCHED_BATCH"}, {5, "SCHED_IDLE"},
		{6, "SCHED_DEADLINE"}, {7, "SCHED_EXT"},
	}, Bits: []Flag{
		{0x40000000, "SCHED_RESET_ON_FORK"},
	}}

	// IoprioWho is for ioprio_set(2).
	IoprioWho = Table{Prefix: "IOPRIO_WHO_", Mask: Whole, Values: []Flag{
		{1, "IOPRIO_WHO_PROCESS"}, {2, "IOPRIO_WHO_PGRP"}, {3, "IOPRIO_WHO_USER"},
	}}

	// IOPriorityClasses has the values of the upper three bits of an I/O priority: v >> 13.
	IOPriorityClasses = Table{Prefix: "IOPRIO_CLASS_", Mask: Whole, Values: []Flag{
		{0, "IOPRIO_CLASS_NONE"}, {1, "IOPRIO_CLASS_RT"}, {2, "IOPRIO_CLASS_BE"}, {3, "IOPRIO_CLASS_IDLE"},
	}}

	// Personality is for personality(2).
	Personality = Table{Prefix: "PER_", Mask: 0xff, Values: []Flag{
		{0, "PER_LINUX"}, {0x4100001, "PER_SVR4"}, {0x5000002, "PER_SVR3"}, {0x6000003, "PER_OSR5"},
		{0x5000004, "PER_WYSEV386"}, {6, "PER_BSD"}, {8, "PER_LINUX32"}, {0x400000d, "PER_SOLARIS"},
		{0x410000e, "PER_UW7"}, {0x10, "PER_HPUX"},
	}, Bits: []Flag{
		{0x20000, "UNAME26"}, {0x40000, "ADDR_NO_RANDOMIZE"}, {0x80000, "FDPIC_FUNCPTRS"},
		{0x100000, "MMAP_PAGE_ZERO"}, {0x200000, "ADDR_COMPAT_LAYOUT"}, {0x400000, "READ_IMPLIES_EXEC"},
		{0x800000, "ADDR_LIMIT_32BIT"}, {0x1000000, "SHORT_INODE"}, {0x2000000, "WHOLE_SECONDS"},
		{0x4000000, "STICKY_TIMEOUTS"}, {0x8000000, "ADDR_LIMIT_3GB"},
	}}

	// Prctl is for prctl(2).
	Prctl = Table{Prefix: "PR_", Mask: Whole, Values: []Flag{
		{1, "PR_SET_PDEATHSIG"}, {2, "PR_GET_PDEATHSIG"}, {3, "PR_GET_DUMPABLE"}, {4, "PR_SET_DUMPABLE"},
		{5, "PR_GET_UNALIGN"}, {6, "PR_SET_UNALIGN"}, {7, "PR_GET_KEEPCAPS"}, {8, "PR_SET_KEEPCAPS"},
		{9, "PR_GET_FPEMU"}, {0xa, "PR_SET_FPEMU"}, {0xb, "PR_GET_FPEXC"}, {0xc, "PR_SET_FPEXC"},
		{0xd, "PR_GET_TIMING"}, {0xe, "PR_SET_TIMING"}, {0xf, "PR_SET_NAME"}, {0x10, "PR_GET_NAME"},
		{0x13, "PR_GET_ENDIAN"}, {0x14, "PR_SET_ENDIAN"}, {0x15, "PR_GET_SECCOMP"}, {0x16, "PR_SET_SECCOMP"},
		{0x17, "PR_CAPBSET_READ"}, {0x18, "PR_CAPBSET_DROP"}, {0x19, "PR_GET_TSC"}, {0x1a, "PR_SET_TSC"},
		{0x1b, "PR_GET_SECUREBITS"}, {0x1c, "PR_SET_SECUREBITS"}, {0x1d, "PR_SET_TIMERSLACK"},
		{0x1e, "PR_GET_TIMERSLACK"}, {0x1f, "PR_TASK_PERF_EVENTS_DISABLE"}, {0x20, "PR_TASK_PERF_EVENTS_ENABLE"},
		{0x21, "PR_MCE_KILL"}, {0x22, "PR_MCE_KILL_GET"}, {0x23, "PR_SET_MM"}, {0x59616d61, "PR_SET_PTRACER"},
		{0x24, "PR_SET_CHILD_SUBREAPER"}, {0x25, "PR_GET_CHILD_SUBREAPER"}, {0x26, "PR_SET_NO_NEW_PRIVS"},
		{0x27, "PR_GET_NO_NEW_PRIVS"}, {0x28, "PR_GET_TID_ADDRESS"}, {0x29, "PR_SET_THP_DISABLE"},
		{0x2a, "PR_GET_THP_DISABLE"}, {0x2b, "PR_MPX_ENABLE_MANAGEMENT"}, {0x2c, "PR_MPX_DISABLE_MANAGEMENT"},
		{0x2d, "PR_SET_FP_MODE"}, {0x2e, "PR_GET_FP_MODE"}, {0x2f, "PR_CAP_AMBIENT"}, {0x32, "PR_SVE_SET_VL"},
		{0x33, "PR_SVE_GET_VL"}, {0x34, "PR_GET_SPECULATION_CTRL"}, {0x35, "PR_SET_SPECULATION_CTRL"},
		{0x36, "PR_PAC_RESET_KEYS"}, {0x37, "PR_SET_TAGGED_ADDR_CTRL"}, {0x38, "PR_GET_TAGGED_ADDR_CTRL"},
		{0x39, "PR_SET_IO_FLUSHER"}, {0x3a, "PR_GET_IO_FLUSHER"}, {0x3b, "PR_SET_SYSCALL_USER_DISPATCH"},
		{0x3c, "PR_PAC_SET_ENABLED_KEYS"}, {0x3d, "PR_PAC_GET_ENABLED_KEYS"}, {0x3e, "PR_SCHED_CORE"},
		{0x3f, "PR_SME_SET_VL"}, {0x40, "PR_SME_GET_VL"}, {0x41, "PR_SET_MDWE"}, {0x42, "PR_GET_MDWE"},
		{0x43, "PR_SET_MEMORY_MERGE"}, {0x44, "PR_GET_MEMORY_MERGE"}, {0x45, "PR_RISCV_V_SET_CONTROL"},
		{0x46, "PR_RISCV_V_GET_CONTROL"}, {0x47, "PR_RISCV_SET_ICACHE_FLUSH_CTX"}, {0x48, "PR_PPC_GET_DEXCR"},
		{0x49, "PR_PPC_SET_DEXCR"}, {0x4a, "PR_GET_SHADOW_STACK_STATUS"}, {0x4b, "PR_SET_SHADOW_STACK_STATUS"},
		{0x4c, "PR_LOCK_SHADOW_STACK_STATUS"}, {0x4d, "PR_TIMER_CREATE_RESTORE_IDS"}, {0x4e, "PR_FUTEX_HASH"},
		{0x53564d41, "PR_SET_VMA"},
	}}

	// ArchPrctl is for arch_prctl(2).
	ArchPrctl = Table{Prefix: "ARCH_", Mask: Whole, Values: []Flag{
		{0x1001, "ARCH_SET_GS"}, {0x1002, "ARCH_SET_FS"}, {0x1003, "ARCH_GET_FS"}, {0x1004, "ARCH_GET_GS"},
		{0x1011, "ARCH_GET_CPUID"}, {0x1012, "ARCH_SET_CPUID"}, {0x1021, "ARCH_GET_XCOMP_SUPP"},
		{0x1022, "ARCH_GET_XCOMP_PERM"}, {0x1023, "ARCH_REQ_XCOMP_PERM"}, {0x1024, "ARCH_GET_XCOMP_GUEST_PERM"},
		{0x1025, "ARCH_REQ_XCOMP_GUEST_PERM"}, {0x11, "ARCH_XCOMP_TILECFG"}, {0x12, "ARCH_XCOMP_TILEDATA"},
		{0x2001, "ARCH_MAP_VDSO_X32"}, {0x2002, "ARCH_MAP_VDSO_32"}, {0x2003, "ARCH_MAP_VDSO_64"},
		{0x4001, "ARCH_GET_UNTAG_MASK"}, {0x4002, "ARCH_ENABLE_TAGGED_ADDR"}, {0x4003, "ARCH_GET_MAX_TAG_BITS"},
		{0x4004, "ARCH_FORCE_TAGGED_SVA"}, {0x5001, "ARCH_SHSTK_ENABLE"}, {0x5002, "ARCH_SHSTK_DISABLE"},
		{0x5003, "ARCH_SHSTK_LOCK"}, {0x5004, "ARCH_SHSTK_UNLOCK"}, {0x5005, "ARCH_SHSTK_STATUS"},
	}}

	// Ptrace is for ptrace(2).
	Ptrace = Table{Prefix: "PTRACE_", Mask: Whole, Values: []Flag{
		{0, "PTRACE_TRACEME"}, {1, "PTRACE_PEEKTEXT"}, {2, "PTRACE_PEEKDATA"}, {3, "PTRACE_PEEKUSR"},
		{4, "PTRACE_POKETEXT"}, {5, "PTRACE_POKEDATA"}, {6, "PTRACE_POKEUSR"}, {7, "PTRACE_CONT"}, {8, "PTRACE_KILL"},
		{9, "PTRACE_SINGLESTEP"}, {0xc, "PTRACE_GETREGS"}, {0xd, "PTRACE_SETREGS"}, {0xe, "PTRACE_GETFPREGS"},
		{0xf, "PTRACE_SETFPREGS"}, {0x10, "PTRACE_ATTACH"}, {0x11, "PTRACE_DETACH"}, {0x12, "PTRACE_GETFPXREGS"},
		{0x13, "PTRACE_SETFPXREGS"}, {0x15, "PTRACE_OLDSETOPTIONS"}, {0x18, "PTRACE_SYSCALL"},
		{0x19, "PTRACE_GET_THREAD_AREA"}, {0x1a, "PTRACE_SET_THREAD_AREA"}, {0x1e, "PTRACE_ARCH_PRCTL"},
		{0x1f, "PTRACE_SYSEMU"}, {0x20, "PTRACE_SYSEMU_SINGLESTEP"}, {0x21, "PTRACE_SINGLEBLOCK"},
		{0x4200, "PTRACE_SETOPTIONS"}, {0x4201, "PTRACE_GETEVENTMSG"}, {0x4202, "PTRACE_GETSIGINFO"},
		{0x4203, "PTRACE_SETSIGINFO"}, {0x4204, "PTRACE_GETREGSET"}, {0x4205, "PTRACE_SETREGSET"},
		{0x4206, "PTRACE_SEIZE"}, {0x4207, "PTRACE_INTERRUPT"}, {0x4208, "PTRACE_LISTEN"},
		{0x4209, "PTRACE_PEEKSIGINFO"}, {0x420a, "PTRACE_GETSIGMASK"}, {0x420b, "PTRACE_SETSIGMASK"},
		{0x420c, "PTRACE_SECCOMP_GET_FILTER"}, {0x420d, "PTRACE_SECCOMP_GET_METADATA"},
		{0x420e, "PTRACE_GET_SYSCALL_INFO"}, {0x420f, "PTRACE_GET_RSEQ_CONFIGURATION"},
		{0x4210, "PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG"}, {0x4211, "PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG"},
		{0x4212, "PTRACE_SET_SYSCALL_INFO"},
	}}

	// PtraceOptions is what PTRACE_SETOPTIONS and PTRACE_SEIZE set.
	PtraceOptions = Table{Prefix: "PTRACE_O_", Bits: []Flag{
		{1, "PTRACE_O_TRACESYSGOOD"}, {2, "PTRACE_O_TRACEFORK"}, {4, "PTRACE_O_TRACEVFORK"},
		{8, "PTRACE_O_TRACECLONE"}, {0x10, "PTRACE_O_TRACEEXEC"}, {0x20, "PTRACE_O_TRACEVFORKDONE"},
		{0x40, "PTRACE_O_TRACEEXIT"}, {0x80, "PTRACE_O_TRACESECCOMP"}, {0x100000, "PTRACE_O_EXITKILL"},
		{0x200000, "PTRACE_O_SUSPEND_SECCOMP"},
	}}

	// SeccompOp is for seccomp(2).
	SeccompOp = Table{Prefix: "SECCOMP_", Mask: Whole, Values: []Flag{
		{0, "SECCOMP_SET_MODE_STRICT"}, {1, "SECCOMP_SET_MODE_FILTER"}, {2, "SECCOMP_GET_ACTION_AVAIL"},
		{3, "SECCOMP_GET_NOTIF_SIZES"},
	}}

	// SeccompFilter is for seccomp(2).
	SeccompFilter = Table{Prefix: "SECCOMP_FILTER_FLAG_", Bits: []Flag{
		{1, "SECCOMP_FILTER_FLAG_TSYNC"}, {2, "SECCOMP_FILTER_FLAG_LOG"}, {4, "SECCOMP_FILTER_FLAG_SPEC_ALLOW"},
		{8, "SECCOMP_FILTER_FLAG_NEW_LISTENER"}, {0x10, "SECCOMP_FILTER_FLAG_TSYNC_ESRCH"},
		{0x20, "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"},
	}}

	// LandlockCreate is for landlock_create_ruleset(2).
	LandlockCreate = Table{Prefix: "LANDLOCK_CREATE_RULESET_", Bits: []Flag{
		{1, "LANDLOCK_CREATE_RULESET_VERSION"}, {2, "LANDLOCK_CREATE_RULESET_ERRATA"},
	}}

	// LandlockRule is for landlock_add_rule(2).
	LandlockRule = Table{Prefix: "LANDLOCK_RULE_", Mask: Whole, Values: []Flag{
		{1, "LANDLOCK_RULE_PATH_BENEATH"}, {2, "LANDLOCK_RULE_NET_PORT"},
	}}

	// LandlockRestrict is for landlock_restrict_self(2).
	LandlockRestrict = Table{Prefix: "LANDLOCK_RESTRICT_SELF_", Bits: []Flag{
		{1, "LANDLOCK_RESTRICT_SELF_LOG_SAME_EXEC_OFF"}, {2, "LANDLOCK_RESTRICT_SELF_LOG_NEW_EXEC_ON"},
		{4, "LANDLOCK_RESTRICT_SELF_LOG_SUBDOMAINS_OFF"},
	}}

	// Rseq is for rseq(2).
	Rseq = Table{Prefix: "RSEQ_FLAG_", Bits: []Flag{
		{1, "RSEQ_FLAG_UNREGISTER"},
	}}

	// Kcmp is for kcmp(2).
	Kcmp = Table{Prefix: "KCMP_", Mask: Whole, Values: []Flag{
		{0, "KCMP_FILE"}, {1, "KCMP_VM"}, {2, "KCMP_FILES"}, {3, "KCMP_FS"}, {4, "KCMP_SIGHAND"}, {5, "KCMP_IO"},
		{6, "KCMP_SYSVSEM"}, {7, "KCMP_EPOLL_TFD"},
	}}

	// KeySerial is for keyctl(2): the keyrings that need no serial number. Any other value is one.
	KeySerial = Table{Mask: Whole, Values: []Flag{
		{0xffffffff, "KEY_SPEC_THREAD_KEYRING"}, {0xfffffffe, "KEY_SPEC_PROCESS_KEYRING"},
		{0xfffffffd, "KEY_SPEC_SESSION_KEYRING"}, {0xfffffffc, "KEY_SPEC_USER_KEYRING"},
		{0xfffffffb, "KEY_SPEC_USER_SESSION_KEYRING"}, {0xfffffffa, "KEY_SPEC_GROUP_KEYRING"},
		{0xfffffff9, "KEY_SPEC_REQKEY_AUTH_KEY"}, {0xfffffff8, "KEY_SPEC_REQUESTOR_KEYRING"},
	}}

	// Keyctl is for keyctl(2).
	Keyctl = Table{Prefix: "KEYCTL_", Mask: Whole, Values: []Flag{
		{0, "KEYCTL_GET_KEYRING_ID"}, {1, "KEYCTL_JOIN_SESSION_KEYRING"}, {2, "KEYCTL_UPDATE"}, {3, "KEYCTL_REVOKE"},
		{4, "KEYCTL_CHOWN"}, {5, "KEYCTL_SETPERM"}, {6, "KEYCTL_DESCRIBE"}, {7, "KEYCTL_CLEAR"}, {8, "KEYCTL_LINK"},
		{9, "KEYCTL_UNLINK"}, {0xa, "KEYCTL_SEARCH"}, {0xb, "KEYCTL_READ"}, {0xc, "KEYCTL_INSTANTIATE"},
		{0xd, "KEYCTL_NEGATE"}, {0xe, "KEYCTL_SET_REQKEY_KEYRING"}, {0xf, "KEYCTL_SET_TIMEOUT"},
		{0x10, "KEYCTL_ASSUME_AUTHORITY"}, {0x11, "KEYCTL_GET_SECURITY"}, {0x12, "KEYCTL_SESSION_TO_PARENT"},
		{0x13, "KEYCTL_REJECT"}, {0x14, "KEYCTL_INSTANTIATE_IOV"}, {0x15, "KEYCTL_INVALIDATE"},
		{0x16, "KEYCTL_GET_PERSISTENT"}, {0x17, "KEYCTL_DH_COMPUTE"}, {0x18, "KEYCTL_PKEY_QUERY"},
		{0x19, "KEYCTL_PKEY_ENCRYPT"}, {0x1a, "KEYCTL_PKEY_DECRYPT"}, {0x1b, "KEYCTL_PKEY_SIGN"},
		{0x1c, "KEYCTL_PKEY_VERIFY"}, {0x1d, "KEYCTL_RESTRICT_KEYRING"}, {0x1e, "KEYCTL_MOVE"},
		{0x1f, "KEYCTL_CAPABILITIES"}, {0x20, "KEYCTL_WATCH_KEY"},
	}}
)
