package decode

import (
	"encoding/json"
	"testing"

	"utrace/syscalls"
)

// object is a call as the members of an object, its result among them.
func object(t *testing.T, opts Options, m Memory, name string, result int64, args ...uint64) string {
	t.Helper()
	c, ok := syscalls.ByName(syscalls.AMD64, name)
	if !ok {
		t.Fatal("no call", name)
	}
	f := fakeCall{nr: c.Nr}
	copy(f.args[:], args)
	opts.JSON = true
	d := New(m, &opts)
	d.Begin(syscalls.AMD64, f)
	d.Text("{")
	d.Enter()
	d.Leave(result)
	d.Text("}{")
	d.Result()
	d.Text("}")
	return string(d.Bytes())
}

func TestJSON(t *testing.T) {
	path := func(dst []byte, fd int32) []byte {
		if fd == 3 || fd == atFDCWD {
			return append(dst, "/etc"...)
		}
		return dst
	}
	for _, test := range []struct {
		name   string
		opts   Options
		mem    *fakeMemory
		result int64
		args   []uint64
		want   string
	}{
		{"read", Options{}, mem("h\xc3\xa9\n\"\x01"), 6, []uint64{3, base, 100},
			`{"fd":{"raw":"0x3","value":3},"buf":{"raw":"0x10000","value":"hé\n\"\u0001"},"count":{"raw":"0x64","value":100}}{"result":6}`},
		{"read", Options{}, mem("\xff\x00"), 2, []uint64{3, base, 100},
			`{"fd":{"raw":"0x3","value":3},"buf":{"raw":"0x10000","value":{"base64":"/wA="}},"count":{"raw":"0x64","value":100}}{"result":2}`},
		{"read", Options{StringLimit: 2}, mem("h\xc3\xa9"), 3, []uint64{3, base, 100}, // cut within a character
			`{"fd":{"raw":"0x3","value":3},"buf":{"raw":"0x10000","value":{"string":"h","truncated":true}},"count":{"raw":"0x64","value":100}}{"result":3}`},
		{"openat", Options{FD: path}, mem("passwd\x00"), -2, []uint64{minus1 - 99, base, 0x80002},
			`{"dfd":{"raw":"0xffffffffffffff9c","value":{"fd":"AT_FDCWD","is":"/etc"}},"filename":{"raw":"0x10000","value":"passwd"},"flags":{"raw":"0x80002","value":"O_RDWR|O_CLOEXEC"}}` +
				`{"result":-1,"errno":2,"error":"ENOENT","message":"No such file or directory"}`},
		{"prctl", Options{}, nil, 0, []uint64{50, 0x20010},
			`{"option":{"raw":"0x32","value":"PR_SVE_SET_VL"},"arg2":{"raw":"0x20010","value":"PR_SVE_VL_INHERIT|0x10"}}{"result":0}`},
		{"close", Options{FD: path}, nil, 0, []uint64{3}, `{"fd":{"raw":"0x3","value":{"fd":3,"is":"/etc"}}}{"result":0}`},
		{"close", Options{FD: path}, nil, 0, []uint64{4}, `{"fd":{"raw":"0x4","value":4}}{"result":0}`},
		{"fstat", Options{}, statOf(0o20666), 0, []uint64{1, base},
			`{"fd":{"raw":"0x1","value":1},"statbuf":{"raw":"0x10000","value":{"st_mode":"S_IFCHR|0666","st_rdev":{"major":1,"minor":3},"truncated":true}}}{"result":0}`},
		{"mmap", Options{}, nil, 0x20000, []uint64{0, 4096, 1, 0x22, minus1},
			`{"addr":{"raw":"0x0","value":null},"len":{"raw":"0x1000","value":4096},"prot":{"raw":"0x1","value":"PROT_READ"},"flags":{"raw":"0x22","value":"MAP_PRIVATE|MAP_ANONYMOUS"},"fd":{"raw":"0xffffffffffffffff","value":-1},"off":{"raw":"0x0","value":0}}{"result":"0x20000"}`},
		{"rt_sigprocmask", Options{}, mem(^(1 << 8)), 0, []uint64{2, base, 0, 8},
			`{"how":{"raw":"0x2","value":"SIG_SETMASK"},"nset":{"raw":"0x10000","value":{"not":["KILL"]}},"oset":{"raw":"0x0","value":null},"sigsetsize":{"raw":"0x8","value":8}}{"result":0}`},
		{"wait4", Options{}, mem(int32(11 | 0x80)), 77, []uint64{minus1, base},
			`{"upid":{"raw":"0xffffffffffffffff","value":-1},"stat_addr":{"raw":"0x10000","value":{"killed":"SIGSEGV","core":true}},"options":{"raw":"0x0","value":"0"},"ru":{"raw":"0x0","value":null}}{"result":77}`},
		{"poll", Options{}, mem(int32(5), int16(1), int16(1)), 1, []uint64{base, 1, 0},
			`{"ufds":{"raw":"0x10000","value":[{"fd":5,"events":"POLLIN"}]},"nfds":{"raw":"0x1","value":1},"timeout_msecs":{"raw":"0x0","value":0}}{"result":1,"after_ufds":[{"fd":5,"revents":"POLLIN"}]}`},
		{"connect", Options{}, mem("\x02\x00\x00\x50\x7f\x00\x00\x01", 0), 0, []uint64{3, base, 16},
			`{"fd":{"raw":"0x3","value":3},"uservaddr":{"raw":"0x10000","value":{"sa_family":"AF_INET","sin_port":80,"sin_addr":"127.0.0.1"}},"addrlen":{"raw":"0x10","value":16}}{"result":0}`},
		{"clone3", Options{}, mem(0x100000, 0, 0, base+88, 17, 0, 0, 0, 0, 0, 0, int32(77)), 77, []uint64{base, 88},
			`{"uargs":{"raw":"0x10000","value":{"flags":"CLONE_PARENT_SETTID","parent_tid":"0x10058","exit_signal":"SIGCHLD","stack":null,"stack_size":0},"after":{"parent_tid":77}},"size":{"raw":"0x58","value":88}}{"result":77}`},
		{"fcntl", Options{}, nil, 0x8002, []uint64{1, 3},
			`{"fd":{"raw":"0x1","value":1},"cmd":{"raw":"0x3","value":"F_GETFL"}}{"result":32770,"means":"O_RDWR|O_LARGEFILE"}`},
		{"mprotect", Options{}, nil, -12, []uint64{0, 0, 0x40},
			`{"start":{"raw":"0x0","value":null},"len":{"raw":"0x0","value":0},"prot":{"raw":"0x40","value":"0x40"}}{"result":-1,"errno":12,"error":"ENOMEM","message":"Cannot allocate memory"}`},
		{"nanosleep", Options{}, mem(1, 0), -516, []uint64{base, base},
			`{"rqtp":{"raw":"0x10000","value":{"tv_sec":1,"tv_nsec":0}},"rmtp":{"raw":"0x10000","value":{"tv_sec":1,"tv_nsec":0}}}{"result":-1,"errno":516,"error":"ERESTART_RESTARTBLOCK","message":"Interrupted by signal"}`},
	} {
		m := test.mem
		if m == nil {
			m = mem()
		}
		if got := object(t, test.opts, m, test.name, test.result, test.args...); got != test.want {
			t.Errorf("\n got %s\nwant %s", got, test.want)
		}
	}
}

func TestSiginfoAsJSON(t *testing.T) {
	d := New(nil, &Options{JSON: true})
	d.Siginfo(info(17, 2, 12, 0, 9, 0, 0, 0, 105))
	const want = `{"si_signo":"SIGCHLD","si_code":"CLD_KILLED","si_pid":12,"si_uid":0,"si_status":"SIGKILL","si_utime":0,"si_stime":105}`
	if got := string(d.Bytes()); got != want || !json.Valid(d.Bytes()) {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}
