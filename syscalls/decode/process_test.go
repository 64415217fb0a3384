package decode

import (
	"strings"
	"testing"

	"utrace/syscalls"
)

// lineTest is a call, and strace's line of it.
type lineTest struct {
	want   string
	mem    *fakeMemory
	result int64
	args   []uint64
}

func checkLines(t *testing.T, id syscalls.Arch, opts *Options, tests []lineTest) {
	t.Helper()
	for _, test := range tests {
		name, _, _ := strings.Cut(test.want, "(")
		m := test.mem
		if m == nil {
			m = mem()
		}
		if got := lineOf(t, id, opts, m, name, test.result, test.args...); got != test.want {
			t.Errorf("\n got %s\nwant %s", got, test.want)
		}
	}
}

func full(t *testing.T) *Options {
	all, err := syscalls.ParseSet("all")
	if err != nil {
		t.Fatal(err)
	}
	return &Options{Full: all}
}

func TestProcesses(t *testing.T) {
	checkLines(t, syscalls.AMD64, &Options{}, []lineTest{
		{`sched_setscheduler(0, SCHED_BATCH, [0]) = 0`, mem(int32(0)), 0, []uint64{0, 3, base}},
		{`sched_setattr(0, {size=3}, 7) = -1 EINVAL (Invalid argument)`, mem(int32(3)), -22, []uint64{0, base, 7}},
		{`sched_setattr(0, {size=64, sched_policy=SCHED_OTHER, sched_flags=SCHED_FLAG_UTIL_CLAMP_MAX, sched_nice=10, sched_priority=0, sched_runtime=1, sched_deadline=0, sched_period=0, sched_util_min=1, sched_util_max=1024, ...}, 0) = 0`,
			mem(int32(64), int32(0), 0x40, int32(10), int32(0), 1, 0, 0, int32(1), int32(1024)), 0, []uint64{0, base, 0}},
		{`capset({version=_LINUX_CAPABILITY_VERSION_3, pid=0}, {effective=1<<CAP_CHOWN, permitted=1<<CAP_CHOWN|1<<CAP_BPF, inheritable=0}) = 0`,
			mem(int32(0x20080522), int32(0), int32(1), int32(1), int32(0), int32(0), int32(1<<7), int32(0)), 0, []uint64{base, base + 8}},
		{`capget({version=0 /* _LINUX_CAPABILITY_VERSION_??? */, pid=1}, 0x10008) = -1 EINVAL (Invalid argument)`,
			mem(int32(0), int32(1)), -22, []uint64{base, base + 8}},
		{`prctl(PR_SET_NAME, "a name that is "...) = 0`, mem("a name that is too long\x00"), 0, []uint64{15, base}},
		{`prctl(PR_GET_PDEATHSIG, [SIGTERM]) = 0`, mem(int32(15)), 0, []uint64{2, base}},
		{`prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_ADMIN, 0, 0) = -1 EPERM (Operation not permitted)`, nil, -1, []uint64{47, 2, 12}},
		{`prctl(PR_GET_SECUREBITS) = 0x3 (SECBIT_NOROOT|SECBIT_NOROOT_LOCKED)`, nil, 3, []uint64{27}},
		{`prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, {len=2, filter=0x20000}) = 0`, mem(2, 0x20000), 0, []uint64{22, 2, base}},
		{`prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, 0x20000, 4096, "name") = 0`, mem("name\x00"), 0, []uint64{0x53564d41, 0, 0x20000, 4096, base}},
		{`prctl(0x1234 /* PR_??? */, 0x1, 0x2, 0x3, 0x4) = -1 EINVAL (Invalid argument)`, nil, -22, []uint64{0x1234, 1, 2, 3, 4}},
		{`personality(0xffffffff) = 0x40000 (PER_LINUX|ADDR_NO_RANDOMIZE)`, nil, 0x40000, []uint64{0xffffffff}},
		{`ioprio_set(IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 4)) = 0`, nil, 0, []uint64{1, 0, 0x4004}},
		{`kcmp(5, 6, KCMP_VM) = 0`, nil, 0, []uint64{5, 6, 1}},
		{`prctl(PR_SVE_SET_VL, PR_SVE_SET_VL_ONEXEC|0x10000|0x20) = 0`, nil, 0, []uint64{50, 0x50020}},
		{`prctl(PR_SME_SET_VL, 0x20) = 0`, nil, 0, []uint64{63, 0x20}},
		{`prctl(PR_SET_SPECULATION_CTRL, PR_SPEC_L1D_FLUSH, 0x6 /* PR_SPEC_??? */) = -1 ERANGE (Numerical result out of range)`, nil, -34, []uint64{53, 2, 6}},
		{`personality(PER_LINUX|0x100) = 0x77 (0x77 /* PER_??? */)`, nil, 0x77, []uint64{0x100}},
		{`socket(AF_UNIX, SOCK_CLOEXEC|0xf, 0) = -1 EINVAL (Invalid argument)`, nil, -22, []uint64{1, 0x8000f, 0}},
		{`fanotify_init(0xc /* FAN_CLASS_??? */|0x8000 /* FAN_??? */, O_RDONLY) = -1 EINVAL (Invalid argument)`, nil, -22, []uint64{0x800c, 0}},
		{`kcmp(5, 6, KCMP_EPOLL_TFD, 0, {efd=1, tfd=2, toff=3}) = 0`, mem(int32(1), int32(2), int32(3)), 0, []uint64{5, 6, 7, 0, base}},
		{`clone3({flags=CLONE_PIDFD|CLONE_PARENT_SETTID, pidfd=0x10058, parent_tid=0x1005c, exit_signal=SIGCHLD, stack=NULL, stack_size=0} => {pidfd=[3], parent_tid=[77]}, 88) = 77`,
			mem(0x101000, base+88, 0, base+92, 17, 0, 0, 0, 0, 0, 0, int32(3), int32(77)), 77, []uint64{base, 88}},
		{`clone(child_stack=0x10, flags=CLONE_FS|127) = -1 EINVAL (Invalid argument)`, nil, -22, []uint64{0x200 | 127, 0x10}},
		{`restart_syscall(<... resuming interrupted system call ...>) = 0`, nil, 0, nil},
		{`seccomp(SECCOMP_GET_ACTION_AVAIL, 0, [SECCOMP_RET_ALLOW]) = 0`, mem(int32(0x7fff0000)), 0, []uint64{2, 0, base}},
		{`ioctl(3, SECCOMP_IOCTL_NOTIF_RECV, {id=0x5, pid=7, flags=0, data={nr=__NR_getppid, arch=AUDIT_ARCH_X86_64, instruction_pointer=0x1, args=[0x2, 0, 0, 0, 0, 0]}}) = 0`,
			mem(5, int32(7), int32(0), int32(110), int32(-0x3fffffc2), 1, 2), 0, []uint64{3, 0xc0502100, base}},
		{`arch_prctl(ARCH_GET_FS, [0x4ae380]) = 0`, mem(0x4ae380), 0, []uint64{0x1003, base}},
		{`getgroups(1, [5]) = 1`, mem(int32(5)), 1, []uint64{1, base}},
		{`setgroups(-1, 0x10000) = -1 EINVAL (Invalid argument)`, mem(), -22, []uint64{minus1, base}},
		{`times({tms_utime=5 /* 0.05 s */, tms_stime=0, tms_cutime=0, tms_cstime=0}) = 9`, mem(5, 0, 0, 0), 9, []uint64{base}},
	})
	checkLines(t, syscalls.AMD64, full(t), []lineTest{
		{`execve("/bin/ls", ["ls"], ["A=b"]) = 0`, mem("/bin/ls\x00ls\x00\x00A=b\x00", base+8, 0, base+12, 0), 0,
			[]uint64{base, base + 16, base + 32}},
		{`seccomp(SECCOMP_SET_MODE_FILTER, 0, {len=3, filter=[BPF_STMT(BPF_LD|BPF_W|BPF_ABS, 0x4), BPF_JUMP(BPF_JMP|BPF_K|BPF_JEQ, 0xc000003e, 0x1, 0), BPF_STMT(BPF_RET|BPF_K, SECCOMP_RET_ERRNO|0x1)]}) = 0`,
			mem(3, base+16, int16(0x20), int16(0), int32(4), int16(0x15), int16(1), int32(-0x3fffffc2), int16(6), int16(0), int32(0x50001)), 0,
			[]uint64{1, 0, base}},
	})
}

func TestPtrace(t *testing.T) {
	checkLines(t, syscalls.AMD64, &Options{}, []lineTest{
		{`ptrace(PTRACE_TRACEME) = 0`, nil, 0, []uint64{0, 1, 2, 3}},
		{`ptrace(0x100000007 /* PTRACE_??? */, 5, NULL, 0xa) = -1 EIO (Input/output error)`, nil, -5, []uint64{0x100000007, 5, 0, 10}},
		{`ptrace(PTRACE_CONT, 5, NULL, SIGUSR1) = 0`, nil, 0, []uint64{7, 5, 0, 10}},
		{`ptrace(PTRACE_PEEKUSER, 5, 8*R15+3, 0x10) = -1 ESRCH (No such process)`, nil, -3, []uint64{3, 5, 3, 0x10}},
		{`ptrace(PTRACE_PEEKUSER, 5, offsetof(struct user, u_debugreg)+56, [0x7]) = 0`, mem(7), 0, []uint64{3, 5, 0x388, base}},
		{`ptrace(PTRACE_GETREGSET, 5, NT_PRSTATUS, {iov_base={r15=0x1, r14=0}, iov_len=16}) = 0`, mem(base+16, 16, 1, 0), 0,
			[]uint64{0x4204, 5, 1, base}},
		{`ptrace(PTRACE_GETREGSET, 5, NT_X86_XSTATE, {iov_base=0x20000, iov_len=216}) = -1 ESRCH (No such process)`, mem(0x20000, 216), -3,
			[]uint64{0x4204, 5, 0x202, base}},
		{`ptrace(PTRACE_SEIZE, 5, NULL, PTRACE_O_TRACEEXIT|PTRACE_O_TRACESECCOMP) = 0`, nil, 0, []uint64{0x4206, 5, 0, 0xc0}},
		{`ptrace(PTRACE_GET_SYSCALL_INFO, 5, 88, {op=PTRACE_SYSCALL_INFO_EXIT, arch=AUDIT_ARCH_X86_64, instruction_pointer=0x1, stack_pointer=0x2, exit={rval=-EPERM, is_error=1}}) = 33`,
			mem(int32(2), int32(-0x3fffffc2), 1, 2, -1, 1), 33, []uint64{0x420e, 5, 88, base}},
		{`ptrace(PTRACE_PEEKSIGINFO, 5, {off=0, flags=PTRACE_PEEKSIGINFO_SHARED, nr=3}, [{si_signo=SIGUSR1, si_code=SI_USER, si_pid=7, si_uid=8}]) = 1`,
			mem(0, int32(1), int32(3), int32(10), int32(0), 0, int32(7), int32(8)), 1, []uint64{0x4209, 5, base, base + 16}},
		{`ptrace(PTRACE_SETSIGMASK, 5, 8, []) = 0`, mem(0), 0, []uint64{0x420b, 5, 8, base}},
	})
}

// Of an attribute that is longer than the kernel knows, it says how long its own is.
func TestPerfAttributeSize(t *testing.T) {
	m := mem(int32(1), int32(5000))
	d := New(m, nil)
	d.Begin(syscalls.AMD64, fakeCall{298, [6]uint64{base, minus1, 0, minus1, 0}})
	d.Enter()
	m.data[4], m.data[5] = 0x88, 0
	d.Leave(-7)
	const want = `{type=PERF_TYPE_SOFTWARE, size=0x1388 /* PERF_ATTR_SIZE_??? */ => 0x88 /* PERF_ATTR_SIZE_??? */, config=PERF_COUNT_SW_CPU_CLOCK, sample_period=0, sample_type=0, read_format=0, precise_ip=0 /* arbitrary skid */, ...}, -1, 0, -1, 0`
	if got := string(d.Bytes()); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func TestSegments(t *testing.T) {
	entry := mem(int32(1), int32(2), int32(3), int32(4))
	checkLines(t, syscalls.AMD64, &Options{}, []lineTest{
		{`modify_ldt(1, {entry_number=1, base_addr=0x000002, limit=0x000003, seg_32bit=0, contents=2, read_exec_only=0, limit_in_pages=0, seg_not_present=0, useable=0, lm=0}, 16) = 0`,
			entry, 0, []uint64{1, base, 16}},
		{`modify_ldt(1, 0x10000, 15) = 4294967274 EINVAL (Invalid argument)`, entry, 0xffffffea, []uint64{1, base, 15}},
		{`modify_ldt(0, 0x10000, 16) = 16`, entry, 16, []uint64{0, base, 16}},
	})
}

func TestFutex(t *testing.T) {
	checkLines(t, syscalls.AMD64, &Options{}, []lineTest{
		{`futex(0x20000, FUTEX_WAIT, 2, {tv_sec=1, tv_nsec=5}) = 0`, mem(1, 5), 0, []uint64{0x20000, 0, 2, base}},
		{`futex(0x20000, FUTEX_CMP_REQUEUE_PRIVATE, 1, 2147483647, 0x30000, 7) = 0`, nil, 0, []uint64{0x20000, 132, 1, 2147483647, 0x30000, 7}},
		{`futex(0x20000, FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME, 0, NULL, FUTEX_BITSET_MATCH_ANY) = 0`, nil, 0,
			[]uint64{0x20000, 0x189, 0, 0, 0, 0xffffffff}},
		{`futex(0x20000, FUTEX_WAKE_OP, 1, 1, 0x30000, FUTEX_OP_ADD<<28|0x1<<12|FUTEX_OP_CMP_GT<<24|0x3) = 0`, nil, 0,
			[]uint64{0x20000, 5, 1, 1, 0x30000, 0x14001003}},
		{`futex(0x20000, FUTEX_WAKE_OP, 1, 1, 0x30000, 0x7<<28 /* FUTEX_OP_??? */|0x777<<12|0x7<<24 /* FUTEX_OP_CMP_??? */|0x777) = 0`, nil, 0,
			[]uint64{0x20000, 5, 1, 1, 0x30000, 0x77777777}},
		{`futex(0x20000, 0x200 /* FUTEX_??? */, 2, {tv_sec=1, tv_nsec=5}) = -1 ENOSYS (Function not implemented)`, mem(1, 5), -38, []uint64{0x20000, 0x200, 2, base}},
		{`futex(0x20000, 0x181 /* FUTEX_??? */, 2) = -1 ENOSYS (Function not implemented)`, nil, -38, []uint64{0x20000, 0x181, 2}},
		{`futex(0x20000, FUTEX_LOCK_PI2_PRIVATE|FUTEX_CLOCK_REALTIME, NULL) = 0`, nil, 0, []uint64{0x20000, 0x18d, 1}},
		{`futex(0x20000, FUTEX_UNLOCK_PI_PRIVATE) = 0`, nil, 0, []uint64{0x20000, 135, 1, 2, 3}},
		{`futex_waitv([{val=0x5, uaddr=0x20000, flags=FUTEX_32|FUTEX_PRIVATE_FLAG}], 1, 0, NULL, CLOCK_MONOTONIC) = 0`,
			mem(5, 0x20000, int32(0x82), int32(0)), 0, []uint64{base, 1, 0, 0, 1}},
	})
}

func TestIPC(t *testing.T) {
	checkLines(t, syscalls.AMD64, &Options{}, []lineTest{
		{`semop(0, [{sem_num=0, sem_op=1, sem_flg=SEM_UNDO}, {sem_num=1, sem_op=-1, sem_flg=IPC_NOWAIT}], 2) = 0`,
			mem(int16(0), int16(1), int16(0x1000), int16(1), int16(-1), int16(0x800)), 0, []uint64{0, base, 2}},
		{`shmctl(0, IPC_64|IPC_STAT, 0x10000) = -1 EINVAL (Invalid argument)`, mem(), -22, []uint64{0, 0x102, base}},
		{`shmctl(7, IPC_STAT, {shm_perm={uid=1, gid=2, mode=0600, key=0, cuid=3, cgid=4}, shm_segsz=4096, shm_cpid=8, shm_lpid=9, shm_nattch=2, shm_atime=5, shm_dtime=6, shm_ctime=7}) = 0`,
			mem(int32(0), int32(1), int32(2), int32(3), int32(4), int32(0o600), 0, 0, 0, 4096, 5, 6, 7, int32(8), int32(9), 2), 0, []uint64{7, 2, base}},
		{`semctl(0, 1, SETVAL, 0x5) = 0`, nil, 0, []uint64{0, 1, 16, 5}},
		{`semctl(0, 1, GETVAL, NULL) = 5`, nil, 5, []uint64{0, 1, 12, 0}},
		{`msgsnd(0, {mtype=-1, mtext="message"}, 7, IPC_NOWAIT) = 0`, mem(-1, "message"), 0, []uint64{0, base, 7, 0o4000}},
		{`shmget(0x77, 2097152, IPC_CREAT|SHM_HUGETLB|SHM_NORESERVE|21<<SHM_HUGE_SHIFT|000) = 1`, nil, 1, []uint64{0x77, 2097152, 0x54001a00}},
		{`mq_open("q", O_RDONLY) = 4`, mem("q\x00"), 4, []uint64{base, 0, 0o600, 1}},
		{`mq_open("q", O_RDWR|O_CREAT, 0600, {mq_flags=0, mq_maxmsg=5, mq_msgsize=100, mq_curmsgs=0}) = 3`, mem("q\x00\x00\x00\x00\x00\x00\x00", 0, 5, 100, 0), 3,
			[]uint64{base, 0x42, 0o600, base + 8}},
		{`mq_notify(3, {sigev_signo=SIGUSR1, sigev_notify=SIGEV_SIGNAL}) = 0`, mem(0, int32(10), int32(0)), 0, []uint64{3, base}},
		{`timer_create(CLOCK_MONOTONIC, {sigev_value={sival_int=19088743, sival_ptr=0x1234567}, sigev_signo=SIGUSR1, sigev_notify=SIGEV_THREAD_ID, sigev_notify_thread_id=99}, 0x20000) = -1 EINVAL (Invalid argument)`,
			mem(0x1234567, int32(10), int32(4), int32(99)), -22, []uint64{1, base, 0x20000}},
	})
}
