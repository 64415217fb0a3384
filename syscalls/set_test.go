package syscalls

import (
	"slices"
	"strings"
	"testing"
)

func mustSet(t *testing.T, spec string) *Set {
	t.Helper()
	s, err := ParseSet(spec)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// names are the set's calls of one architecture that have a name.
func names(s *Set, arch Arch) (names []string) {
	for c := range Table(arch) {
		if s.Has(arch, c.Nr) {
			names = append(names, c.Name)
		}
	}
	slices.Sort(names)
	return names
}

func TestParseSet(t *testing.T) {
	for _, tt := range []struct {
		spec        string
		amd64, i386 string // the calls, sorted
	}{
		{spec: "openat", amd64: "openat", i386: "openat"},
		{spec: "open,close", amd64: "close open", i386: "close open"},
		{spec: "openat@64", amd64: "openat"},
		{spec: "openat@32,close@64", amd64: "close", i386: "openat"},
		{spec: "openat@x32"},
		{spec: "socketcall", i386: "socketcall"},
		{spec: "?nosuchcall"},
		{spec: "?nosuchcall,read", amd64: "read", i386: "read"},
		{spec: "?nosuchcall@32"},
		{spec: "none"},
		{spec: "stat", amd64: "stat", i386: "stat"},
		{spec: "%lstat", amd64: "lstat", i386: "lstat lstat64 oldlstat"},
		{spec: "%statfs", amd64: "statfs", i386: "statfs statfs64"},
		{spec: "%%statfs", amd64: "fstatfs statfs ustat", i386: "fstatfs fstatfs64 statfs statfs64 ustat"},
		{spec: "%%stat@64", amd64: "fstat lstat newfstatat stat statx"},
		{spec: "/^clock_s", amd64: "clock_settime", i386: "clock_settime clock_settime64"},
		{spec: "/^(dup|pipe)$@64", amd64: "dup pipe"},
		{spec: "257@64,3@32", amd64: "openat", i386: "read"},
	} {
		s := mustSet(t, tt.spec)
		if got := strings.Join(names(s, AMD64), " "); got != tt.amd64 {
			t.Errorf("%q of amd64: %q, want %q", tt.spec, got, tt.amd64)
		}
		if got := strings.Join(names(s, I386), " "); got != tt.i386 {
			t.Errorf("%q of i386: %q, want %q", tt.spec, got, tt.i386)
		}
	}
}

func TestSpellingsOfAClassAreOne(t *testing.T) {
	for _, pair := range [][2]string{
		{"%network", "%net"}, {"%network", "network"}, {"%file", "file"}, {"%process", "process"},
		{"%signal", "signal"}, {"%ipc", "ipc"}, {"%desc", "desc"}, {"%memory", "memory"},
		{"%%stat", "%stat,%lstat,%fstat"}, {"all", "!none"}, {"none", "!all"},
		{"open,open", "open"}, {"all,open", "all"}, {"%statfs", "/^statfs"},
	} {
		if a, b := mustSet(t, pair[0]), mustSet(t, pair[1]); *a != *b {
			t.Errorf("%q is %v, %q is %v", pair[0], a, pair[1], b)
		}
	}
}

func TestNumbersWithoutAName(t *testing.T) {
	const hole, newer, x32, arm64 = 400, 470, 1<<30 | 257, Arch(0xc00000b7)
	for _, tt := range []struct {
		spec string
		want bool
	}{
		{"all", true}, {"!open", true}, {"!%file", true}, {"!none", true},
		{"open", false}, {"%file", false}, {"/.", false}, {"none", false}, {"!all", false},
	} {
		s := mustSet(t, tt.spec)
		for _, nr := range []int{hole, newer, x32, Limit, 1 << 20, -1} {
			if got := s.Has(AMD64, nr); got != tt.want {
				t.Errorf("%q has %d: %v", tt.spec, nr, got)
			}
		}
		if got := s.Has(arm64, 63); got != tt.want {
			t.Errorf("%q has arm64's 63: %v", tt.spec, got)
		}
	}
	if s := mustSet(t, "all@32"); s.Has(AMD64, newer) || !s.Has(I386, newer) {
		t.Error("all@32 is not i386's")
	}
}

func TestParseSetSaysWhatIsWrong(t *testing.T) {
	for _, tt := range []struct{ spec, want string }{
		{"opnat", `unknown system call "opnat": did you mean "openat"?`},
		{"read,claose", `unknown system call "claose": did you mean "close"?`},
		{"!raed", `unknown system call "raed": did you mean "read"?`},
		{"%fil", `unknown class of system calls "%fil": did you mean "%file"?`},
		{"%netwrok", `unknown class of system calls "%netwrok": did you mean "%network"?`},
		{"%zzzzzz", `unknown class of system calls "%zzzzzz"`},
		{"creds", `unknown system call "creds": did you mean "%creds"?`},
		{"xyzzyxyzzy", `unknown system call "xyzzyxyzzy"`},
		{"socketcall@64", `unknown system call of amd64 "socketcall": did you mean "socketpair"?`},
		{"9999", `unknown system call "9999"`},
		{"/nothing_is_so", `no system call matches "/nothing_is_so"`},
		{"/(", "system calls /(: error parsing regexp: missing closing ): `(`"},
		{"open@16", `"open@16": no such architecture: want @64 or @32`},
		{"", "an empty word among the system calls: want a name, a %class, a /regex, all or none"},
		{"open,,close", "an empty word among the system calls: want a name, a %class, a /regex, all or none"},
		{"open,!close", `unknown system call "!close": did you mean "close"?`},
	} {
		if s, err := ParseSet(tt.spec); err == nil || err.Error() != tt.want {
			t.Errorf("ParseSet(%q) = %v, %v\nwant %s", tt.spec, s, err, tt.want)
		}
	}
}

func TestSetString(t *testing.T) {
	for _, tt := range []struct{ spec, want string }{
		{"all", "all"},
		{"none", "none"},
		{"close,open", "open,close"},
		{"!open,close", "!open,close"},
		{"openat@64", "openat@64"},
		{"openat@64,socketcall", "openat@64,socketcall"},
		{"%lstat", "lstat,oldlstat,lstat64"},
		{"all@64,close@32", "all@64,close@32"},
		{"!all@32,close@64", "!all@32,close@64"},
	} {
		s := mustSet(t, tt.spec)
		if s.String() != tt.want {
			t.Errorf("%q as a string is %q, want %q", tt.spec, s, tt.want)
		}
		if again := mustSet(t, s.String()); *again != *s {
			t.Errorf("%q read again is %q", s, again)
		}
	}
}

func TestSetAlgebra(t *testing.T) {
	open, file, empty := mustSet(t, "open"), mustSet(t, "%file"), new(Set)
	for _, tt := range []struct {
		name      string
		got, want *Set
	}{
		{"open and the rest", open.Union(open.Invert()), All()},
		{"open, inverted twice", open.Invert().Invert(), open},
		{"open is a file call", open.Union(file), file},
		{"nothing inverted", empty.Invert(), All()},
		{"all inverted", All().Invert(), None()},
		{"no set inverted", (*Set)(nil).Invert(), None()},
	} {
		if *tt.got != *tt.want {
			t.Errorf("%s: %v, want %v", tt.name, tt.got, tt.want)
		}
	}
	if s, err := Of(); err != nil || !s.IsEmpty() {
		t.Errorf("Of() = %v, %v", s, err)
	}
	if _, err := Of("open", "nosuch"); err == nil {
		t.Error("Of takes an unknown name")
	}
	var absent *Set
	if !absent.IsAll() || absent.IsEmpty() || !absent.Has(AMD64, 1<<20) || absent.String() != "all" {
		t.Error("a nil set is not every call")
	}
	if !absent.Union(open).IsAll() || !open.Union(absent).IsAll() {
		t.Error("the union with a nil set is not every call")
	}
	if open.IsAll() || open.IsEmpty() || !empty.IsEmpty() || !All().IsAll() {
		t.Error("IsAll or IsEmpty is wrong")
	}
}

func TestClasses(t *testing.T) {
	for _, tt := range []struct {
		class   string
		in, out string
	}{
		{"%file", "open openat openat2 stat unlink execve getcwd chdir mount inotify_add_watch fchmodat2", "read close dup lookup_dcookie memfd_create fsync"},
		{"%desc", "open read close dup poll epoll_wait mmap signalfd4 cachestat pidfd_open close_range", "socket stat mprotect getpid"},
		{"%process", "fork vfork clone clone3 execve execveat exit exit_group wait4 waitid kill", "unshare setns getpid ptrace"},
		{"%network", "socket connect accept4 sendmsg recvmmsg sendfile getsockopt", "read splice"},
		{"%signal", "rt_sigaction kill tgkill pause signalfd pidfd_send_signal", "alarm wait4"},
		{"%ipc", "shmget shmat semtimedop msgrcv", "mq_open pipe"},
		{"%memory", "mmap munmap brk mprotect madvise shmat mseal map_shadow_stack", "read memfd_create"},
		{"%creds", "getuid setresgid capset setgroups prctl", "getpid"},
		{"%clock", "gettimeofday clock_settime adjtimex time", "nanosleep alarm"},
		{"%pure", "getpid gettid getuid getppid getpgrp", "getsid fork sched_yield"},
		{"%fstat", "fstat newfstatat statx", "stat"},
	} {
		s := mustSet(t, tt.class)
		for _, name := range strings.Fields(tt.in) {
			if c, ok := ByName(AMD64, name); !ok || !s.Has(AMD64, c.Nr) {
				t.Errorf("%s is not in %s", name, tt.class)
			}
		}
		for _, name := range strings.Fields(tt.out) {
			if c, ok := ByName(AMD64, name); !ok || s.Has(AMD64, c.Nr) {
				t.Errorf("%s is in %s", name, tt.class)
			}
		}
	}
}

// What a class is for must show in the arguments.
func TestClassesFitTheArguments(t *testing.T) {
	for _, arch := range Archs() {
		for c := range Table(arch) {
			has := func(kinds ...Kind) bool {
				return slices.ContainsFunc(c.Args, func(a Arg) bool { return slices.Contains(kinds, a.Kind) })
			}
			if has(Path) && c.Classes&ClassFile == 0 {
				t.Errorf("%v: %s takes a file name and is not in %%file", arch, c.Name)
			}
			if (has(FD, AtFD, FDPair) || c.Ret == FD) && c.Classes&(ClassDesc|ClassNetwork) == 0 {
				t.Errorf("%v: %s takes or returns a descriptor and is neither in %%desc nor in %%net", arch, c.Name)
			}
			if has(Sockaddr, Msghdr, Mmsghdr) && c.Classes&ClassNetwork == 0 {
				t.Errorf("%v: %s is not in %%net", arch, c.Name)
			}
			if c.Classes&ClassPure != 0 && len(c.Args) > 0 {
				t.Errorf("%v: %s is pure and has arguments", arch, c.Name)
			}
		}
	}
}
