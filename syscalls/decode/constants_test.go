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
		{Numbers, `rseq(0x10000, 0x20, 0, 0x53053053) = 0`, mem(), 0, []uint64{base, 32, 0, 0x53053053}},
	} {
		name, _, _ := strings.Cut(test.want, "(")
		got := lineOf(t, syscalls.AMD64, &Options{Constants: test.style}, test.mem, name, test.result, test.args...)
		if got != test.want {
			t.Errorf("\n got %s\nwant %s", got, test.want)
		}
	}
}
