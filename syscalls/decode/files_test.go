package decode

import (
	"testing"

	"utrace/syscalls"
)

// statOf is a struct stat of amd64: a file or a device of that mode.
func statOf(mode int32) *fakeMemory {
	return mem(0xfe00, 737, 1, mode, int32(1), int32(2), int32(0), 0x103, 1221, 4096, 8, 1700000000, 5, 0, 0, 3, 0)
}

func TestFiles(t *testing.T) {
	checkLines(t, syscalls.AMD64, &Options{}, []lineTest{
		{`fstat(1, {st_mode=S_IFREG|0644, st_size=1221, ...}) = 0`, statOf(0o100644), 0, []uint64{1, base}},
		{`fstat(1, {st_mode=S_IFCHR|S_ISVTX|0666, st_rdev=makedev(0x1, 0x3), ...}) = 0`, statOf(0o21666), 0, []uint64{1, base}},
		{`fstat(-1, 0x10000) = -1 EBADF (Bad file descriptor)`, statOf(0), -9, []uint64{minus1, base}},
		{`mknod("x", S_IFCHR|0644, makedev(0x1, 0x3)) = 0`, mem("x\x00"), 0, []uint64{base, 0o20644, 0x103}},
		{`mknod("x", S_IFIFO|0600) = 0`, mem("x\x00"), 0, []uint64{base, 0o10600, 7}},
		{`mknod("x", 0170644) = -1 EINVAL (Invalid argument)`, mem("x\x00"), -22, []uint64{base, 0o170644, 7}},
		{`statfs("p", {f_type=PROC_SUPER_MAGIC, f_bsize=4096, f_blocks=0, f_bfree=0, f_bavail=0, f_files=0, f_ffree=0, f_fsid={val=[0x15, 0]}, f_namelen=255, f_frsize=4096, f_flags=ST_VALID|ST_RELATIME}) = 0`,
			mem(0x9fa0, 4096, 0, 0, 0, 0, 0, int32(0x15), int32(0), 255, 4096, 0x1020, "p\x00"), 0, []uint64{base + 88, base}},
		{`openat2(-1, "f", 0x10000, 5) = -1 EINVAL (Invalid argument)`, mem(0, 0, 0, "f\x00"), -22, []uint64{minus1, base + 24, base, 5}},
		{`openat2(AT_FDCWD, "f", {flags=O_RDONLY|O_CREAT, mode=0640, resolve=RESOLVE_BENEATH}, 24) = 3`, mem(0x40, 0o640, 8, "f\x00"), 3,
			[]uint64{minus1 - 99, base + 24, base, 24}},
		{`openat2(AT_FDCWD, "f", {flags=O_RDONLY, resolve=0, /* bytes 24..31 */ "\x07\x00\x00\x00\x00\x00\x00\x00"}, 32) = -1 E2BIG (Argument list too long)`,
			mem(0, 0, 0, 7, "f\x00"), -7, []uint64{minus1 - 99, base + 32, base, 32}},
		{`openat2(AT_FDCWD, "f", {flags=O_RDONLY, resolve=0}, 32) = 3`, mem(0, 0, 0, 0, "f\x00"), 3, []uint64{minus1 - 99, base + 32, base, 32}},
		{`fcntl(3, F_GETLK, {l_type=F_UNLCK, l_whence=SEEK_SET, l_start=1, l_len=2, l_pid=7}) = 0`,
			mem(int16(2), int16(0), int32(0), 1, 2, int32(7)), 0, []uint64{3, 5, base}},
		{`fcntl(3, F_SETLK, {l_type=F_RDLCK, l_whence=SEEK_END, l_start=-1, l_len=2}) = 0`,
			mem(int16(0), int16(2), int32(0), -1, 2, int32(7)), 0, []uint64{3, 6, base}},
		{`statx(-1, "", AT_STATX_SYNC_AS_STAT|0x80000000, 0, NULL) = -1 EINVAL (Invalid argument)`, nil, -22, []uint64{minus1, base, 0x80000000, 0, 0}},
		{`keyctl(KEYCTL_DESCRIBE, 5, "use", 3) = 25`, mem("user;0;0;0;text\x00"), 25, []uint64{6, 5, base, 3}},
		{`keyctl(KEYCTL_DESCRIBE, 5, "user", 60) = 5`, mem("user\x00"), 5, []uint64{6, 5, base, 60}},
		{`fcntl(3, F_GETLEASE) = 0x1 (F_WRLCK)`, nil, 1, []uint64{3, 0x401, 9}},
		{`fcntl(3, F_GET_SEALS) = 0x6 (seals F_SEAL_SHRINK|F_SEAL_GROW)`, nil, 6, []uint64{3, 0x40a}},
		{`fcntl(3, F_GETSIG) = 10 (SIGUSR1)`, nil, 10, []uint64{3, 11}},
		{`fcntl(3, F_SETOWN_EX, {type=F_OWNER_PGRP, pid=5}) = 0`, mem(int32(2), int32(5)), 0, []uint64{3, 15, base}},
		{`name_to_handle_at(AT_FDCWD, "", {handle_bytes=8, handle_type=1, f_handle="\x01\x02\x03\x04\x05\x06\x07\x08"}, [21], AT_EMPTY_PATH) = 0`,
			mem(int32(8), int32(1), "\x01\x02\x03\x04\x05\x06\x07\x08", int32(21)), 0, []uint64{minus1 - 99, base + 20, base, base + 16, 0x1000}},
		{`splice(3, [2], 5, NULL, 5, SPLICE_F_MOVE) = 5`, mem(2), 5, []uint64{3, base, 5, 0, 5, 1}},
		{`readv(3, [{iov_base=0x20000, iov_len=4}], 1) = -1 EFAULT (Bad address)`, mem(0x20000, 4), -14, []uint64{3, base, 1}},
		{`writev(3, 0x10000, 18446744073709551615) = -1 EINVAL (Invalid argument)`, mem(), -22, []uint64{3, base, minus1}},
		{`getdents64(3, 0x10000 /* 1 entry */, 100) = 24`, mem(7, 9, int16(24), "\x08x\x00"), 24, []uint64{3, base, 100}},
		{`epoll_ctl(7, EPOLL_CTL_DEL, 5, 0x10000) = 0`, mem(int32(1), 7), 0, []uint64{7, 2, 5, base}},
		{`pselect6(0, 0x10000, NULL, NULL, NULL, NULL) = 0 (Timeout)`, mem(), 0, []uint64{0, base}},
		{`uname({sysname="Linux", nodename="vm", ...}) = 0`, utsname(), 0, []uint64{base}},
	})
	checkLines(t, syscalls.AMD64, full(t), []lineTest{
		{`fstat(1, {st_dev=makedev(0xfe, 0), st_ino=737, st_mode=S_IFREG|0644, st_nlink=1, st_uid=1, st_gid=2, st_blksize=4096, st_blocks=8, st_size=1221, st_atime=1700000000 /* ` +
			date(1700000000, 5) + ` */, st_atime_nsec=5, st_mtime=0, st_mtime_nsec=0, st_ctime=3 /* ` + date(3, 0) + ` */, st_ctime_nsec=0}) = 0`,
			statOf(0o100644), 0, []uint64{1, base}},
		{`getdents64(3, [{d_ino=7, d_off=9, d_reclen=24, d_type=DT_REG, d_name="x"}], 100) = 24`, mem(7, 9, int16(24), "\x08x\x00"), 24,
			[]uint64{3, base, 100}},
		{`getdents(3, [{d_ino=7, d_off=9, d_reclen=24, d_name="x", d_type=DT_DIR}], 100) = 24`, mem(7, 9, int16(24), "x\x00\x00\x00\x00\x04"), 24,
			[]uint64{3, base, 100}},
		{`uname({sysname="Linux", nodename="vm", release="6", version="#1", machine="x", domainname="(none)"}) = 0`, utsname(), 0, []uint64{base}},
	})
}

func date(sec int64, nsec uint64) string { return string(appendDate(nil, sec, nsec)) }

func utsname() *fakeMemory {
	m := mem()
	for i, s := range []string{"Linux", "vm", "6", "#1", "x", "(none)"} {
		copy(m.data[65*i:], s)
	}
	return m
}

func TestI386(t *testing.T) {
	checkLines(t, syscalls.I386, &Options{}, []lineTest{
		{`fstat64(1, {st_mode=S_IFREG|0644, st_size=4294967301, ...}) = 0`,
			mem(0, int32(0), int32(0), int32(0o100644), int32(0), int32(0), int32(0), int32(0), int32(0), int32(0), int32(5), int32(1)), 0,
			[]uint64{1, base}},
		{`pread64(3, "ell", 3, 4294967297) = 3`, mem("ell"), 3, []uint64{3, base, 3, 1, 1}},
		{`_llseek(3, 4294967298, [5], SEEK_SET) = 0`, mem(5), 0, []uint64{3, 1, 2, base, 0}},
		{`fanotify_mark(-1, FAN_MARK_ADD, FAN_MODIFY|0x300000000, 4, "x") = -1 EINVAL (Invalid argument)`, mem("x\x00"), -22,
			[]uint64{minus1, 1, 2, 3, 4, base}},
		{`signal(SIGUSR2, SIG_DFL) = 0x1 (SIG_IGN)`, nil, 1, []uint64{12, 0}},
		{`sgetmask() = 0x200 (mask [USR1])`, nil, 0x200, nil},
		{`clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x20000) = 9`, nil, 9, []uint64{0x01000011, 0, 0, 0, 0x20000}},
		{`clock_gettime64(CLOCK_REALTIME, {tv_sec=1, tv_nsec=5}) = 0`, mem(1, 5), 0, []uint64{0, base}},
		{`clock_gettime(CLOCK_REALTIME, {tv_sec=1, tv_nsec=5}) = 0`, mem(int32(1), int32(5)), 0, []uint64{0, base}},
		{`get_thread_area({entry_number=13, base_addr=0x001000, limit=0x0fffff, seg_32bit=1, contents=0, read_exec_only=0, limit_in_pages=1, seg_not_present=0, useable=1}) = 0`,
			mem(int32(13), int32(0x1000), int32(0xfffff), int32(0x51)), 0, []uint64{base}},
	})
}

// The calls that are several are shown as the one that they make.
func TestI386CallsWithinCalls(t *testing.T) {
	for _, test := range []struct {
		outer string
		lineTest
	}{
		{"socketcall", lineTest{`socket(AF_INET, SOCK_DGRAM, IPPROTO_IP) = 6`, mem(int32(2), int32(2), int32(0)), 6, []uint64{1, base}}},
		{"socketcall", lineTest{`recv(6, "hello", 10, 0) = 5`, mem(int32(6), int32(base+16), int32(10), int32(0), "hello"), 5, []uint64{10, base}}},
		{"socketcall", lineTest{`socketcall(99, 0x10000) = -1 EINVAL (Invalid argument)`, mem(), -22, []uint64{99, base}}},
		{"socketcall", lineTest{`socketcall(SYS_SOCKET, 0x8) = -1 EFAULT (Bad address)`, mem(), -14, []uint64{1, 8}}},
		{"ipc", lineTest{`semget(IPC_PRIVATE, 2, IPC_CREAT|0600) = 0`, nil, 0, []uint64{2, 0, 2, 0x380}}},
		{"ipc", lineTest{`semctl(0, 0, SETVAL, [0x7]) = 0`, mem(int32(7)), 0, []uint64{3, 0, 0, 16, base}}},
		{"ipc", lineTest{`shmat(5, NULL, 0) = 0x20000`, mem(int32(0x20000)), 0, []uint64{21, 5, 0, base, 0}}},
		{"ipc", lineTest{`msgrcv(0, {mtype=1, mtext="hello"}, 5, 3, IPC_NOWAIT) = 5`, mem(int32(base+8), int32(3), int32(1), "hello"), 5,
			[]uint64{12, 0, 5, 0x800, base}}},
		{"mmap", lineTest{`mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x20000`,
			mem(int32(0), int32(4096), int32(1), int32(0x22), int32(-1), int32(0)), 0x20000, []uint64{base}}},
		{"select", lineTest{`select(2, [1], NULL, NULL, NULL) = 1 (in [1])`, mem(int32(2), int32(base+20), int32(0), int32(0), int32(0), int32(2)), 1,
			[]uint64{base}}},
	} {
		if got := lineOf(t, syscalls.I386, &Options{}, orEmpty(test.mem), test.outer, test.result, test.args...); got != test.want {
			t.Errorf("\n got %s\nwant %s", got, test.want)
		}
	}
}

func orEmpty(m *fakeMemory) *fakeMemory {
	if m == nil {
		return mem()
	}
	return m
}
