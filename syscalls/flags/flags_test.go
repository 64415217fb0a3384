package flags

import (
	"cmp"
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestFormat(t *testing.T) {
	for _, tt := range []struct {
		table *Table
		v     uint64
		want  string
	}{
		{&Open, 0, "O_RDONLY"},
		{&Open, 0x80000, "O_RDONLY|O_CLOEXEC"},
		{&Open, 0x241, "O_WRONLY|O_CREAT|O_TRUNC"},
		{&Open, 0x1001, "O_WRONLY|O_DSYNC"},
		{&Open, 0x101002, "O_RDWR|O_SYNC"},
		{&Open, 0x410002, "O_RDWR|O_TMPFILE"},
		{&Open, 0x10000, "O_RDONLY|O_DIRECTORY"},
		{&Open, 3, "O_ACCMODE"},
		{&Open, 0x40000000, "O_RDONLY|0x40000000"},
		{&OpenBits, 0, "0"},
		{&OpenBits, 0x80000, "O_CLOEXEC"},
		{&Access, 0, "F_OK"},
		{&Access, 7, "R_OK|W_OK|X_OK"},
		{&Access, 0x14, "R_OK|0x10"},
		{&Prot, 0, "PROT_NONE"},
		{&Prot, 5, "PROT_READ|PROT_EXEC"},
		{&Prot, 0x40, "0x40 /* PROT_??? */"},
		{&Mmap, 0, "MAP_FILE"},
		{&Mmap, 0x812, "MAP_PRIVATE|MAP_FIXED|MAP_DENYWRITE"},
		{&Mmap, 0x20022, "MAP_PRIVATE|MAP_ANONYMOUS|MAP_STACK"},
		{&Mmap, 0x54040022, "MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|21<<MAP_HUGE_SHIFT"},
		{&Mmap, 0x2f, "0xf /* MAP_??? */|MAP_ANONYMOUS"},
		{&Whence, 2, "SEEK_END"},
		{&Whence, 77, "0x4d /* SEEK_??? */"},
		{&SocketType, 0x80801, "SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK"},
		{&Mempolicy, 0x8001, "MPOL_PREFERRED|MPOL_F_STATIC_NODES"},
		{&Mempolicy, 0x1234, "0x1234 /* MPOL_??? */"},
		{&Mempolicy, 0x804d, "MPOL_F_STATIC_NODES|0x4d"},
		{&SocketType, 0xf, "0xf /* SOCK_??? */"},
		{&SocketType, 0x80007, "SOCK_CLOEXEC|0x7"},
		{&SocketLevel, 2, "0x2 /* SOL_?? */"},
		{&IPOptions, 0, "0 /* IP_??? */"},
		{&AddressFamily, 0, "AF_UNSPEC"},
		{&Clone, 0x1200011, "CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD"},
		{&Clone, 0x4111, "CLONE_VM|CLONE_VFORK|SIGCHLD"},
		{&Clone, 0x3d0f00, "CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM|" +
			"CLONE_SETTLS|CLONE_PARENT_SETTID|CLONE_CHILD_CLEARTID"},
		{&FutexOp, 0x80, "FUTEX_WAIT_PRIVATE"},
		{&FutexOp, 0x189, "FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME"},
		{&IPCGet, 0o1600, "IPC_CREAT|0600"},
		{&IPCGet, 0, "000"},
		{&StatxAt, 0x900, "AT_STATX_SYNC_AS_STAT|AT_SYMLINK_NOFOLLOW|AT_NO_AUTOMOUNT"},
		{&StatxMask, 0xfff, "STATX_ALL"},
		{&StatxMask, 0x7ff, "STATX_BASIC_STATS"},
		{&Personality, 0x40008, "PER_LINUX32|ADDR_NO_RANDOMIZE"},
		{&IoctlCmd, 0x5413, "TIOCGWINSZ"},
		{&RouteTypes, 0x12, "RTM_GETLINK"},
		{&InodeFlags, 0x80010, "FS_IMMUTABLE_FL|FS_EXTENT_FL"},
		{&SocketLevel, 1, "SOL_SOCKET"},
		{&KeySerial, 0xfffffffd, "KEY_SPEC_SESSION_KEYRING"},
		{&Table{}, 5, "0x5"},
		{&Table{}, 0, "0"},
	} {
		if got := tt.table.Format(tt.v); got != tt.want {
			t.Errorf("%s: %#x is %q, want %q", tt.table.Prefix, tt.v, got, tt.want)
		}
		if got := string(tt.table.Append([]byte("x="), tt.v)); got != "x="+tt.want {
			t.Errorf("%s: appended: %q", tt.table.Prefix, got)
		}
	}
}

func TestAppendIoctl(t *testing.T) {
	for _, tt := range []struct {
		v    uint32
		i386 bool
		want string
	}{
		{0x5401, false, "TCGETS"},
		{0x5402, false, "SNDCTL_TMR_START or TCSETS"},
		{0x80086601, false, "FS_IOC_GETFLAGS"},
		{0x80046601, true, "FS_IOC32_GETFLAGS"},
		{0x80046601, false, "FS_IOC32_GETFLAGS"},
		{0x80184506, false, "EVIOCGNAME(24)"},
		{0x80404520, false, "EVIOCGBIT(0, 64)"},
		{0x80404521, false, "EVIOCGBIT(EV_KEY, 64)"},
		{0x8040453f, false, "EVIOCGBIT(0x1f /* EV_??? */, 64)"},
		{0x80184541, false, "EVIOCGABS(ABS_Y)"},
		{0x80044d03, false, "MIXER_READ(3) or MCE_GETCLEAR_FLAGS"},
		{0x40204d99, false, "MIXER_WRITE(153)"},
		{0xc0105402, false, "_IOC(_IOC_READ|_IOC_WRITE, 0x54, 0x2, 0x10)"},
		{3, false, "_IOC(_IOC_NONE, 0, 0x3, 0)"},
	} {
		if got := string(AppendIoctl([]byte("x="), tt.v, tt.i386)); got != "x="+tt.want {
			t.Errorf("%#x is %q, want %q", tt.v, got, tt.want)
		}
	}
}

func TestValue(t *testing.T) {
	for _, tt := range []struct {
		table *Table
		name  string
		want  uint64
		ok    bool
	}{
		{&Open, "O_RDWR", 2, true},
		{&Open, "O_CLOEXEC", 0x80000, true},
		{&Prot, "PROT_NONE", 0, true},
		{&Prot, "PROT_MAYBE", 0, false},
		{&Prot, "", 0, false},
		{&Open, "", 0, false},
	} {
		if v, ok := tt.table.Value(tt.name); v != tt.want || ok != tt.ok {
			t.Errorf("%q is %#x, %v, want %#x, %v", tt.name, v, ok, tt.want, tt.ok)
		}
	}
}

// Name finds a value by halves.
func TestValuesAscend(t *testing.T) {
	for _, table := range []*Table{&Open, &Fcntl, &RusageWho, &Signals, &KeySerial, &IoctlCmd, &IoctlCmdI386, &RouteTypes, &FilesystemTypes} {
		if !slices.IsSortedFunc(table.Values, func(a, b Flag) int { return cmp.Compare(a.Value, b.Value) }) {
			t.Errorf("the values of %s do not ascend", table.Prefix)
		}
	}
}

func TestAppendDoesNotAllocate(t *testing.T) {
	buf := make([]byte, 0, 256)
	if n := testing.AllocsPerRun(100, func() { Open.Append(buf, 0x80241); Whence.Append(buf, 99) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// written are the constants in this package's sources, as they are written there, without those that are
// i386's alone.
func written(t *testing.T) (list []Flag) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && spec.Names[0].Name == "IoctlCmdI386" {
				return false
			}
			lit, ok := n.(*ast.CompositeLit)
			if !ok || len(lit.Elts) != 2 || lit.Type != nil {
				return true
			}
			value, name := lit.Elts[0].(*ast.BasicLit), lit.Elts[1].(*ast.BasicLit)
			v, err1 := strconv.ParseUint(value.Value, 0, 64)
			s, err2 := strconv.Unquote(name.Value)
			if err1 != nil || err2 != nil {
				t.Fatalf("%s: a constant that is none: %v %v", file, err1, err2)
			}
			list = append(list, Flag{v, s})
			return true
		})
	}
	return list
}

// The values were written down once. golang.org/x/sys/unix has most of them, from the kernel by itself.
func TestValuesAreThoseOfUnix(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("the values are those of amd64 and i386")
	}
	unix, err := importer.ForCompiler(token.NewFileSet(), "source", nil).Import("golang.org/x/sys/unix")
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, f := range written(t) {
		c, ok := unix.Scope().Lookup(f.Name).(*types.Const)
		if !ok || f.Name == "O_LARGEFILE" || strings.HasPrefix(f.Name, "SYS_") || strings.HasSuffix(f.Name, "LK64") || strings.HasSuffix(f.Name, "LKW64") {
			continue // a 64-bit program's O_LARGEFILE is 0, its F_GETLK64 is F_GETLK, and SYS_SOCKET here is socketcall's
		}
		compared++
		v := constant.ToInt(c.Val())
		want, exact := constant.Uint64Val(v)
		if !exact {
			negative, _ := constant.Int64Val(v)
			want = uint64(uint32(negative))
		}
		if f.Value != want {
			t.Errorf("%s is %#x here, %#x in unix", f.Name, f.Value, want)
		}
	}
	if compared < 2500 {
		t.Errorf("only %d constants compared", compared)
	}
}
