package decode

import (
	"strings"
	"testing"

	"utrace/syscalls"
)

// The lines are strace's, with -X raw and -X verbose.
func TestConstantsAsNumbers(t *testing.T) {
	for _, test := range []struct {
		style  Constants
		want   string
		mem    *fakeMemory
		result int64
		args   []uint64
	}{
		{Numbers, `socket(0x1, 0x1|0x80800, 0) = 3`, mem(), 3, []uint64{1, 0x80801, 0}},
		{Verbose, `socket(0x1 /* AF_UNIX */, 0x1 /* SOCK_STREAM */|0x80800 /* SOCK_CLOEXEC|SOCK_NONBLOCK */, 0) = 3`, mem(), 3,
			[]uint64{1, 0x80801, 0}},
		{Numbers, `socket(0x1, 0x1, 0) = 3`, mem(), 3, []uint64{1, 1, 0}},
		{Numbers, `semget(0, 3, 0x200|0600) = 5`, mem(), 5, []uint64{0, 3, 0o1600}},
		{Verbose, `semget(0 /* IPC_PRIVATE */, 3, 0x200 /* IPC_CREAT */|0600) = 5`, mem(), 5, []uint64{0, 3, 0o1600}},
		{Numbers, `semget(0, 3, 0600) = 5`, mem(), 5, []uint64{0, 3, 0o600}},
		{Numbers, `prlimit64(0, 0x3, NULL, {rlim_cur=8388608, rlim_max=18446744073709551615}) = 0`, mem(8<<20, -1), 0,
			[]uint64{0, 3, 0, base}},
		{Verbose, `prlimit64(0, 0x3 /* RLIMIT_STACK */, NULL, {rlim_cur=8388608 /* 8192*1024 */, rlim_max=18446744073709551615 /* RLIM64_INFINITY */}) = 0`,
			mem(8<<20, -1), 0, []uint64{0, 3, 0, base}},
		{Numbers, `clone(child_stack=NULL, flags=17) = 9`, mem(), 9, []uint64{17, 0, 0, 0, 0}},
		{Numbers, `wait4(-1, [{WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL}], 0, NULL) = 77`, mem(int32(9)), 77, []uint64{minus1, base, 0, 0}},
		{Numbers, `fcntl(1, 0x3) = 0x8002 (flags O_RDWR|O_LARGEFILE)`, mem(), 0x8002, []uint64{1, 3, 9}},
		{Verbose, `fcntl(1, 0x1 /* F_GETFD */) = 0x1 (flags 0x1 /* FD_CLOEXEC */)`, mem(), 1, []uint64{1, 1, 9}},
		{Numbers, `sched_getscheduler(0) = 0 (SCHED_OTHER)`, mem(), 0, []uint64{0}},
		{Numbers, `shmctl(0, 0x100|0x2, NULL) = -1 EINVAL (Invalid argument)`, mem(), -22, []uint64{0, 0x102, 0}},
		{Verbose, `shmctl(0, 0x100 /* IPC_64 */|0x77 /* SHM_??? */, NULL) = -1 EINVAL (Invalid argument)`, mem(), -22, []uint64{0, 0x177, 0}},
		{Verbose, `mount(NULL, NULL, NULL, 0xc0ed0000 /* MS_MGC_VAL */|0x1 /* MS_RDONLY */, NULL) = 0`, mem(), 0, []uint64{0, 0, 0, 0xc0ed0001, 0}},
		{Names, `mount(NULL, NULL, NULL, MS_NOSEC|MS_ACTIVE, NULL) = 0`, mem(), 0, []uint64{0, 0, 0, 0x50000000, 0}},
		{Verbose, `socket(0x1 /* AF_UNIX */, 0x1f /* SOCK_??? */, 0) = 3`, mem(), 3, []uint64{1, 0x1f, 0}},
		{Names, `fanotify_init(FAN_CLASS_NOTIF|0x80000000 /* FAN_??? */, O_RDONLY) = 3`, mem(), 3, []uint64{0x80000000, 0}},
		{Numbers, `quotactl(2147485441, NULL, 0, NULL) = 0`, mem(), 0, []uint64{0x80000701, 0, 0, 0}},
		{Verbose, `quotactl(2147485441 /* QCMD(Q_GETQUOTA, GRPQUOTA) */, NULL, 0, NULL) = 0`, mem(), 0, []uint64{0x80000701, 0, 0, 0}},
		{Verbose, `keyctl(0xe /* KEYCTL_SET_REQKEY_KEYRING */, -1 /* KEY_REQKEY_DEFL_NO_CHANGE */) = 0`, mem(), 0, []uint64{14, minus1}},
		{Verbose, `move_pages(0, 1, NULL, NULL, [-2 /* -ENOENT */], 0) = 0`, mem(int32(-2)), 0, []uint64{0, 1, 0, 0, base, 0}},
		{Numbers, `ioctl(3, 0x5401, {c_iflag=0x500, c_oflag=0|0x400|0|0|0|0|0x5, c_cflag=0xf|0x30|0x80, c_lflag=, ...}) = 0`,
			mem(int32(0x500), int32(0x405), int32(0xbf)), 0, []uint64{3, 0x5401, base}},
		{Verbose, `ioctl(3, 0x5401 /* TCGETS */, {c_iflag=, c_oflag=0 /* NL0 */|0 /* CR0 */|0 /* TAB0 */|0 /* BS0 */|0 /* VT0 */|0 /* FF0 */|, c_cflag=0xf /* B38400 */|0 /* CS5 */|, c_lflag=, ...}) = 0`,
			mem(int32(0), int32(0), int32(0xf)), 0, []uint64{3, 0x5401, base}},
		{Numbers, `bind(3, {sa_family=0x1f, sco_bdaddr="\x01\x02\x03\x04\x05\x06"}, 8) = 0`, mem("\x1f\x00\x01\x02\x03\x04\x05\x06"), 0, []uint64{3, base, 8}},
		{Verbose, `bind(3, {sa_family=0x1f /* AF_BLUETOOTH */, sco_bdaddr="\x01\x02\x03\x04\x05\x06" /* 01:02:03:04:05:06 */}, 8) = 0`, mem("\x1f\x00\x01\x02\x03\x04\x05\x06"), 0,
			[]uint64{3, base, 8}},
		{Verbose, `bind(3, {sa_family=0x3 /* AF_AX25 */, sax25_call={ax25_call="\x82\x84\x86\x40\x40\x40\x0a"} /* ABC-5 */, sax25_ndigis=0}, 16) = 0`,
			mem("\x03\x00\x82\x84\x86\x40\x40\x40\x0a"), 0, []uint64{3, base, 16}},
		{Verbose, `futex(0x10000, 0x5 /* FUTEX_WAKE_OP */, 1, 1, NULL, 0x8 /* FUTEX_OP_OPARG_SHIFT */<<28|0x1 /* FUTEX_OP_ADD */<<28|0x1<<12|0x4 /* FUTEX_OP_CMP_GT */<<24|0x3) = 0`,
			mem(), 0, []uint64{base, 5, 1, 1, 0, 0x94001003}},
		{Numbers, `futex(0x10000, 0x5, 1, 1, NULL, 0x94001003) = 0`, mem(), 0, []uint64{base, 5, 1, 1, 0, 0x94001003}},
		{Verbose, `ioprio_set(0x1 /* IOPRIO_WHO_PROCESS */, 0, 16388 /* IOPRIO_PRIO_VALUE(0x2 /* IOPRIO_CLASS_BE */, 4) */) = 0`, mem(), 0, []uint64{1, 0, 0x4004}},
		{Verbose, `ioprio_get(0x1 /* IOPRIO_WHO_PROCESS */, 0) = 16388 (IOPRIO_PRIO_VALUE(0x2 /* IOPRIO_CLASS_BE */, 4))`, mem(), 0x4004, []uint64{1, 0}},
		{Numbers, `ioprio_get(0x1, 0) = 16388`, mem(), 0x4004, []uint64{1, 0}},
		{Verbose, `prctl(0x1b /* PR_GET_SECUREBITS */) = 0x3 (SECBIT_NOROOT|SECBIT_NOROOT_LOCKED)`, mem(), 3, []uint64{27}},
		{Numbers, `prctl(0x1b) = 0x3`, mem(), 3, []uint64{27}},
		{Verbose, `prctl(0x32 /* PR_SVE_SET_VL */, 0x20010 /* PR_SVE_VL_INHERIT|0x10 */) = 0`, mem(), 0, []uint64{50, 0x20010}},
		{Verbose, `prctl(0x59616d61 /* PR_SET_PTRACER */, -1 /* PR_SET_PTRACER_ANY */) = 0`, mem(), 0, []uint64{0x59616d61, minus1}},
		{Verbose, `mknod("x", 0170644) = -1 EINVAL (Invalid argument)`, mem("x\x00"), -22, []uint64{base, 0o170644}},
		{Verbose, `io_uring_register(3, 0x13 /* IORING_REGISTER_IOWQ_MAX_WORKERS */, [[0 /* IO_WQ_BOUND */]=1, [1 /* IO_WQ_UNBOUND */]=2], 2) = -1 EINVAL (Invalid argument)`,
			mem(int32(1), int32(2)), -22, []uint64{3, 19, base, 2}},
		{Numbers, `rseq(0x10000, 0x20, 0, 0x53053053) = 0`, mem(), 0, []uint64{base, 32, 0, 0x53053053}},
	} {
		name, _, _ := strings.Cut(test.want, "(")
		got := lineOf(t, syscalls.AMD64, &Options{Constants: test.style}, test.mem, name, test.result, test.args...)
		if got != test.want {
			t.Errorf("\n got %s\nwant %s", got, test.want)
		}
	}
}
