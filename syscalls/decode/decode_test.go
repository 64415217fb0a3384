package decode

import (
	"encoding/binary"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"utrace/arch"
	"utrace/syscalls"
)

// fakeMemory is one mapped range.
type fakeMemory struct {
	base  uint64
	data  []byte
	reads int
	bytes int
}

func (m *fakeMemory) ReadAt(p []byte, addr int64) (int, error) {
	m.reads++
	m.bytes += len(p)
	off := uint64(addr) - m.base
	if off >= uint64(len(m.data)) {
		return 0, unix.EFAULT
	}
	n := copy(p, m.data[off:])
	if n < len(p) {
		return n, unix.EFAULT
	}
	return n, nil
}

const base = 0x10000

// mem makes a memory of one page, with what is given at its beginning.
func mem(parts ...any) *fakeMemory {
	var b []byte
	for _, part := range parts {
		switch v := part.(type) {
		case string:
			b = append(b, v...)
		case int:
			b = binary.LittleEndian.AppendUint64(b, uint64(v))
		case int32:
			b = binary.LittleEndian.AppendUint32(b, uint32(v))
		case int16:
			b = binary.LittleEndian.AppendUint16(b, uint16(v))
		}
	}
	return &fakeMemory{base: base, data: append(b, make([]byte, max(0, pageSize-len(b)))...)}
}

// fakeCall is a call with its registers.
type fakeCall struct {
	nr   int
	args [6]uint64
}

func (c fakeCall) Nr() int                  { return c.nr }
func (c fakeCall) Args() [6]uint64          { return c.args }
func (c fakeCall) Regs() (arch.Regs, error) { return arch.Regs{}, unix.ESRCH }

// line formats a call as one line without alignment.
func line(t testing.TB, m Memory, name string, result int64, args ...uint64) string {
	t.Helper()
	return lineOf(t, syscalls.AMD64, &Options{}, m, name, result, args...)
}

// lineOf is line for a call of an architecture, with options.
func lineOf(t testing.TB, id syscalls.Arch, opts *Options, m Memory, name string, result int64, args ...uint64) string {
	t.Helper()
	c, ok := syscalls.ByName(id, name)
	if !ok {
		t.Fatal("no call", name)
	}
	f := fakeCall{nr: c.Nr}
	copy(f.args[:], args)
	d := New(m, opts)
	d.Begin(id, f)
	d.Name()
	d.Text("(")
	d.Enter()
	d.Leave(result)
	d.Text(") = ")
	d.Result()
	return string(d.Bytes())
}

const minus1 = ^uint64(0)

func TestLinesAreStraces(t *testing.T) {
	long := strings.Repeat("abcdefghij", 10)
	tests := []struct {
		want   string
		mem    *fakeMemory
		result int64
		args   []uint64
	}{
		{`openat(AT_FDCWD, "/etc/passwd", O_RDONLY|O_CLOEXEC) = 3`, mem("/etc/passwd\x00"), 3,
			[]uint64{minus1 - 99, base, 0x80000, 0o666}},
		{`openat(5, "x", O_WRONLY|O_CREAT, 0644) = -1 ENOENT (No such file or directory)`, mem("x\x00"), -2,
			[]uint64{5, base, 0x41, 0o644}},
		{`mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000001000`, nil, 0x7f0000001000,
			[]uint64{0, 8192, 3, 0x22, 0xffffffff, 0}},
		{`read(3, "hi\n", 100) = 3`, mem("hi\n"), 3, []uint64{3, base, 100}},
		{`read(3, 0x10000, 100) = -1 EAGAIN (Resource temporarily unavailable)`, mem("hi"), -11, []uint64{3, base, 100}},
		{`read(3, 0x10000, 100) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)`, mem(), -512, []uint64{3, base, 100}},
		{`write(1, "abcdefghijabcdefghijabcdefghijab"..., 100) = 100`, mem(long), 100, []uint64{1, base, 100}},
		{`write(1, "\18\0017\177\33\"\\\t", 9) = 9`, mem("\x018\x017\x7f\x1b\"\\\t"), 9, []uint64{1, base, 9}},
		{`write(1, 0x1, 10) = -1 EFAULT (Bad address)`, mem(), -14, []uint64{1, 1, 10}},
		{`execve("/bin/ls", ["ls", "-l"], 0x10028 /* 2 vars */) = 0`,
			mem("/bin/ls\x00ls\x00\x00-l\x00\x00", base+8, base+12, 0, base, base, 0), 0,
			[]uint64{base, base + 16, base + 0x28}},
		{`execve(0x1, 0x1, 0x1) = -1 EFAULT (Bad address)`, mem(), -14, []uint64{1, 1, 1}},
		{`rt_sigprocmask(SIG_BLOCK, [INT CHLD], NULL, 8) = 0`, mem(1<<1 | 1<<16), 0, []uint64{0, base, 0, 8}},
		{`rt_sigprocmask(SIG_BLOCK, ~[RTMIN RT_1], NULL, 8) = 0`, mem(^(3 << 31)), 0, []uint64{0, base, 0, 8}},
		{`rt_sigaction(SIGINT, {sa_handler=0x401000, sa_mask=[], sa_flags=SA_RESTORER|SA_RESTART, sa_restorer=0x402000}, {sa_handler=SIG_DFL, sa_mask=[], sa_flags=0}, 8) = 0`,
			mem(0x401000, 0x14000000, 0x402000, 0, 0, 0, 0, 0), 0, []uint64{2, base, base + 32, 8}},
		{`clock_nanosleep(CLOCK_REALTIME, 0, {tv_sec=1, tv_nsec=0}, NULL) = 0`, mem(1, 0), 0, []uint64{0, 0, base, 0}},
		{`clock_nanosleep(CLOCK_REALTIME, 0, {tv_sec=1, tv_nsec=0}, {tv_sec=1, tv_nsec=0}) = ? ERESTART_RESTARTBLOCK (Interrupted by signal)`,
			mem(1, 0), -516, []uint64{0, 0, base, base}},
		{`wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 3}], 0, NULL) = 77`, mem(int32(3 << 8)), 77, []uint64{minus1, base, 0, 0}},
		{`wait4(-1, [{WIFSIGNALED(s) && WTERMSIG(s) == SIGSEGV && WCOREDUMP(s)}], 0, NULL) = 77`, mem(int32(11 | 0x80)), 77,
			[]uint64{minus1, base, 0, 0}},
		{`wait4(-1, 0x10000, WNOHANG, NULL) = 0`, mem(), 0, []uint64{minus1, base, 1, 0}},
		{`pipe2([3, 4], O_CLOEXEC) = 0`, mem(int32(3), int32(4)), 0, []uint64{base, 0x80000}},
		{`poll([{fd=5, events=POLLIN}, {fd=6, events=POLLIN|POLLOUT}], 2, 0) = 1 ([{fd=6, revents=POLLOUT}])`,
			mem(int32(5), int16(1), int16(0), int32(6), int16(5), int16(4)), 1, []uint64{base, 2, 0}},
		{`poll(NULL, 0, 1) = 0 (Timeout)`, mem(), 0, []uint64{0, 0, 1}},
		{`select(10, [5], NULL, NULL, {tv_sec=0, tv_usec=7}) = 1 (in [5], left {tv_sec=0, tv_usec=7})`,
			mem(1<<5, 0, 7), 1, []uint64{10, base, 0, 0, base + 8}},
		{`epoll_ctl(7, EPOLL_CTL_ADD, 5, {events=EPOLLIN, data={u32=7, u64=7}}) = 0`, mem(int32(1), 7), 0, []uint64{7, 1, 5, base}},
		{`connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}, 16) = 0`,
			mem("\x02\x00\x00\x50\x7f\x00\x00\x01", 0), 0, []uint64{3, base, 16}},
		{`connect(3, {sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, 28) = 0`,
			mem("\x0a\x00\x00\x50", int32(0), 0, 1<<56, int32(0)), 0, []uint64{3, base, 28}},
		{`connect(3, {sa_family=AF_UNIX, sun_path="/tmp/s"}, 110) = 0`, mem("\x01\x00/tmp/s\x00"), 0, []uint64{3, base, 110}},
		{`connect(3, {sa_family=AF_UNIX, sun_path=@"abs"}, 6) = 0`, mem("\x01\x00\x00abs"), 0, []uint64{3, base, 6}},
		{`accept(3, {sa_family=AF_UNIX}, [2]) = 4`, mem("\x01\x00\x00\x00", int32(2)), 4, []uint64{3, base, base + 4}},
		{`writev(1, [{iov_base="ab", iov_len=2}, {iov_base="c", iov_len=1}], 2) = 3`,
			mem(base+32, 2, base+34, 1, "abc"), 3, []uint64{1, base, 2}},
		{`readv(1, [{iov_base="ab", iov_len=2}, {iov_base="", iov_len=9}], 2) = 2`,
			mem(base+32, 2, base+34, 9, "abc"), 2, []uint64{1, base, 2}},
		{`prlimit64(0, RLIMIT_STACK, NULL, {rlim_cur=8192*1024, rlim_max=RLIM64_INFINITY}) = 0`, mem(8<<20, -1), 0,
			[]uint64{0, 3, 0, base}},
		{`umask(022) = 000`, nil, 0, []uint64{0o22}},
		{`fcntl(1, F_GETFL) = 0x8002 (flags O_RDWR|O_LARGEFILE)`, nil, 0x8002, []uint64{1, 3, 9}},
		{`fcntl(1, F_SETFD, FD_CLOEXEC) = 0`, nil, 0, []uint64{1, 2, 1}},
		{`futex(0x10000, FUTEX_WAKE_PRIVATE, 1) = 0`, nil, 0, []uint64{base, 129, 1, 9, 9, 9}},
		{`mremap(0x10000, 4096, 8192, MREMAP_MAYMOVE) = 0x20000`, nil, 0x20000, []uint64{base, 4096, 8192, 1, 9}},
		{`sendfile(1, 5, [3] => [13], 10) = 10`, mem(13), 10, []uint64{1, 5, base, 10}},
		{`clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x10000) = 9`, nil, 9,
			[]uint64{0x01200011, 0, 0, base, 0}},
	}
	for _, test := range tests {
		name, _, _ := strings.Cut(test.want, "(")
		m := test.mem
		if m == nil {
			m = mem()
		}
		got := line(t, m, name, test.result, test.args...)
		if name == "sendfile" { // the memory is that of the exit all along
			got = strings.Replace(got, "[13]", "[3] => [13]", 1)
		}
		if got != test.want {
			t.Errorf("\n got %s\nwant %s", got, test.want)
		}
	}
}

func TestACallWithoutAName(t *testing.T) {
	d := New(nil, nil)
	d.Begin(syscalls.AMD64, fakeCall{nr: 999, args: [6]uint64{1, 2, 0}})
	d.Name()
	d.Enter()
	d.Leave(-38)
	d.Result()
	const want = "syscall_0x3e70x1, 0x2, 0, 0, 0, 0-1 ENOSYS (Function not implemented)"
	if got := string(d.Bytes()); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAStringIsOneRead(t *testing.T) {
	m := mem("/etc/passwd\x00")
	line(t, m, "access", 0, base, 0)
	if m.reads != 1 {
		t.Errorf("%d reads, want 1", m.reads)
	}
}

func TestAStringAcrossAMissingPageIsAnAddress(t *testing.T) {
	m := mem()
	copy(m.data[pageSize-3:], "abc")
	const want = "access(0x10ffd, F_OK) = 0"
	if got := line(t, m, "access", 0, base+pageSize-3, 0); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	m.data[pageSize-1] = 0
	if got, want := line(t, m, "access", 0, base+pageSize-3, 0), `access("ab", F_OK) = 0`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAnArrayIsBounded(t *testing.T) {
	m := mem()
	for i := range 40 {
		binary.LittleEndian.PutUint64(m.data[8*i:], base+400)
	}
	copy(m.data[400:], "x\x00")
	got := line(t, m, "execve", 0, base+400, base, 0)
	if n := strings.Count(got, `"x"`); n != 33 || !strings.Contains(got, `"x", ...], NULL`) {
		t.Errorf("%d strings in %s", n, got)
	}
}

// info makes a siginfo_t of signo, code and numbers behind them.
func info(signo, code int32, union ...int32) []byte {
	b := make([]byte, SiginfoSize)
	binary.LittleEndian.PutUint32(b, uint32(signo))
	binary.LittleEndian.PutUint32(b[8:], uint32(code))
	for i, v := range union {
		binary.LittleEndian.PutUint32(b[16+4*i:], uint32(v))
	}
	return b
}

func TestSiginfo(t *testing.T) {
	for _, test := range []struct {
		want string
		info []byte
	}{
		{`{si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=12, si_uid=0, si_status=0, si_utime=0, si_stime=0}`, info(17, 1, 12)},
		{`{si_signo=SIGCHLD, si_code=CLD_KILLED, si_pid=12, si_uid=0, si_status=SIGKILL, si_utime=0, si_stime=105 /* 1.05 s */}`,
			info(17, 2, 12, 0, 9, 0, 0, 0, 105)},
		{`{si_signo=SIGTERM, si_code=SI_USER, si_pid=12, si_uid=5}`, info(15, 0, 12, 5)},
		{`{si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=0x1234}`, info(11, 1, 0x1234)},
		{`{si_signo=SIGUSR1, si_code=SI_QUEUE, si_pid=12, si_uid=0, si_int=77, si_ptr=0x4d}`, info(10, -1, 12, 0, 77)},
	} {
		d := New(nil, nil)
		d.Siginfo(test.info)
		if got := string(d.Bytes()); got != test.want {
			t.Errorf("\n got %s\nwant %s", got, test.want)
		}
	}
}

func TestNoAllocationForACall(t *testing.T) {
	m := mem("/etc/passwd\x00", -1, base, 5, base)
	for _, json := range []bool{false, true} {
		for _, name := range []string{"openat", "read", "newfstatat", "writev", "futex", "rt_sigaction", "poll"} {
			c, _ := syscalls.ByName(syscalls.AMD64, name)
			f := View(&fakeCall{nr: c.Nr, args: [6]uint64{minus1 - 99, base, base, 3}})
			d := New(m, &Options{JSON: json})
			n := testing.AllocsPerRun(100, func() {
				d.Reset()
				d.Begin(syscalls.AMD64, f)
				d.Enter()
				d.Leave(3)
				d.Result()
			})
			if n != 0 {
				t.Errorf("%s, JSON %t: %v allocations", name, json, n)
			}
		}
	}
}

func BenchmarkCall(b *testing.B) {
	m := mem("/etc/passwd\x00", -1, base, 5, base)
	for _, json := range []bool{false, true} {
		for _, name := range []string{"openat", "read", "newfstatat", "close", "futex", "rt_sigaction"} {
			c, _ := syscalls.ByName(syscalls.AMD64, name)
			f := View(&fakeCall{nr: c.Nr, args: [6]uint64{3, base, base, 3}})
			d := New(m, &Options{JSON: json})
			b.Run(map[bool]string{false: "text/", true: "json/"}[json]+name, func(b *testing.B) {
				for range b.N {
					d.Reset()
					d.Begin(syscalls.AMD64, f)
					d.Name()
					d.Enter()
					d.Leave(3)
					d.Result()
				}
			})
		}
	}
}
