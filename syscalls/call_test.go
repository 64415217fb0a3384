package syscalls

import (
	"bufio"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"utrace/syscalls/flags"
)

// newest is the highest number of Linux 6.18, file_setattr's, which both architectures share.
const newest = 469

func TestEveryCallIsSound(t *testing.T) {
	for _, arch := range Archs() {
		names := make(map[string]int)
		last := -1
		for c := range Table(arch) {
			if c.Nr <= last || c.Nr >= Limit {
				t.Errorf("%v: %s has number %d after %d", arch, c.Name, c.Nr, last)
			}
			last = c.Nr
			if nr, twice := names[c.Name]; twice {
				t.Errorf("%v: %s is both %d and %d", arch, c.Name, nr, c.Nr)
			}
			names[c.Name] = c.Nr
			if len(c.Args) > 6 {
				t.Errorf("%v: %s has %d arguments", arch, c.Name, len(c.Args))
			}
			if (c.Ret == Flags || c.Ret == Enum) != (c.RetFlags != nil) {
				t.Errorf("%v: the result of %s is %v, with a table: %v", arch, c.Name, c.Ret, c.RetFlags != nil)
			}
			for i, a := range c.Args {
				checkArg(t, arch, c, i, a)
			}
		}
		if last != newest {
			t.Errorf("%v: the last call is %d, want %d", arch, last, newest)
		}
	}
}

func checkArg(t *testing.T, arch Arch, c *Call, i int, a Arg) {
	t.Helper()
	n := c.LenArg(i)
	if n >= len(c.Args) || n < -1 || n == i {
		t.Fatalf("%v: %s: the length of %s is in argument %d of %d", arch, c.Name, a.Name, n, len(c.Args))
	}
	if a.Kind.NeedsLen() && n < 0 {
		t.Errorf("%v: %s: %s is %v and has no length", arch, c.Name, a.Name, a.Kind)
	}
	if n >= 0 && !slices.Contains([]Kind{Int, Uint, Long, Ulong, Size, IntPtr, UintPtr}, c.Args[n].Kind) {
		t.Errorf("%v: %s: %s, the length of %s, is %v", arch, c.Name, c.Args[n].Name, a.Name, c.Args[n].Kind)
	}
	if a.Dir != In && !a.Kind.IsPointer() {
		t.Errorf("%v: %s: %s is %v, yet the kernel is said to write there", arch, c.Name, a.Name, a.Kind)
	}
	switch a.Kind {
	case Flags, Flags64, Enum, OpenFlags, Ioctl, QuotaCmd:
		if a.Flags == nil {
			t.Errorf("%v: %s: %s is %v and has no table", arch, c.Name, a.Name, a.Kind)
		}
	case Struct:
		if a.Type == "" {
			t.Errorf("%v: %s: %s is a struct of no type", arch, c.Name, a.Name)
		}
	case Low:
		if (i+1 >= len(c.Args) || c.Args[i+1].Kind != High) && (i == 0 || c.Args[i-1].Kind != High) {
			t.Errorf("%v: %s: %s has no upper half after it", arch, c.Name, a.Name)
		}
	case CreateMode:
		if i == 0 || c.Args[i-1].Kind != OpenFlags {
			t.Errorf("%v: %s: %s has no open flags before it", arch, c.Name, a.Name)
		}
	case 0, NoReturn:
		t.Errorf("%v: %s: %s is %v", arch, c.Name, a.Name, a.Kind)
	}
}

// prototypes reads prototypes.txt: the argument names of each call.
func prototypes(t *testing.T) map[string][]string {
	f, err := os.Open("prototypes.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lastWord := regexp.MustCompile(`\w+$`)
	calls := make(map[string][]string)
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		name, rest, ok := strings.Cut(strings.TrimSuffix(lines.Text(), ")"), "(")
		if !ok {
			t.Fatalf("prototypes.txt: not a prototype: %q", lines.Text())
		}
		calls[name] = nil
		for _, arg := range strings.FieldsFunc(rest, func(r rune) bool { return r == ',' }) {
			calls[name] = append(calls[name], lastWord.FindString(arg))
		}
	}
	return calls
}

func argNames(c *Call) (names []string) {
	for _, a := range c.Args {
		names = append(names, a.Name)
	}
	return names
}

func TestAMD64HasTheKernelsPrototypes(t *testing.T) {
	calls := prototypes(t)
	if len(calls) < 350 {
		t.Fatalf("only %d prototypes", len(calls))
	}
	for name, args := range calls {
		if c, ok := ByName(AMD64, name); !ok {
			t.Errorf("no %s", name)
		} else if got := argNames(c); !slices.Equal(got, args) {
			t.Errorf("%s has the arguments %q, the kernel has %q", name, got, args)
		}
	}
}

// The numbers, against those that golang.org/x/sys/unix took from the kernel by itself.
func TestNumbersAreThoseOfUnix(t *testing.T) {
	pkg, err := build.Import("golang.org/x/sys/unix", ".", build.FindOnly)
	if err != nil {
		t.Fatal(err)
	}
	for arch, file := range map[Arch]string{AMD64: "zsysnum_linux_amd64.go", I386: "zsysnum_linux_386.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(pkg.Dir, file), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		count := 0
		for name, obj := range f.Scope.Objects {
			spec, ok := obj.Decl.(*ast.ValueSpec)
			if !ok || !strings.HasPrefix(name, "SYS_") {
				continue
			}
			nr, err := strconv.Atoi(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			if nr > newest {
				continue
			}
			count++
			name = strings.ToLower(strings.TrimPrefix(name, "SYS_"))
			if c, ok := Lookup(arch, nr); !ok || c.Name != name {
				t.Errorf("%v: %d is %v, want %s", arch, nr, c, name)
			}
		}
		if count < 360 {
			t.Errorf("%s: only %d numbers", file, count)
		}
	}
}

// The running kernel, where its tracefs can be read: every call it traces must be known.
func TestRunningKernelHasNoOtherCalls(t *testing.T) {
	const dir = "/sys/kernel/tracing/events/syscalls"
	events, err := os.ReadDir(dir)
	if err != nil {
		t.Skipf("no tracefs to read: %v", err)
	}
	known := prototypes(t)
	for _, e := range events {
		name, ok := strings.CutPrefix(e.Name(), "sys_enter_")
		if !ok || slices.Contains([]string{"newstat", "newfstat", "newlstat", "newuname", "sendfile64", "umount"}, name) {
			continue
		}
		if _, ok := known[name]; !ok {
			if _, ok := ByName(AMD64, name); !ok {
				t.Errorf("%s is not in the tables: a kernel newer than 6.18?", name)
			}
		}
	}
}

func TestLookup(t *testing.T) {
	for _, tt := range []struct {
		arch Arch
		nr   int
		want string // "" for none
	}{
		{AMD64, 0, "read"},
		{AMD64, 257, "openat"},
		{AMD64, 335, "uretprobe"},
		{AMD64, 469, "file_setattr"},
		{AMD64, 400, ""},         // a hole
		{AMD64, 470, ""},         // newer than the table
		{AMD64, 1<<30 | 257, ""}, // x32's openat
		{AMD64, -1, ""},
		{I386, 0, "restart_syscall"},
		{I386, 3, "read"},
		{I386, 102, "socketcall"},
		{I386, 295, "openat"},
		{I386, 251, ""},
		{I386, 403, "clock_gettime64"},
		{I386, 469, "file_setattr"},
		{Arch(0xc00000b7), 63, ""}, // arm64's read
	} {
		c, ok := Lookup(tt.arch, tt.nr)
		if ok != (tt.want != "") || ok && c.Name != tt.want {
			t.Errorf("Lookup(%v, %d) = %v, %v, want %q", tt.arch, tt.nr, c, ok, tt.want)
		}
	}
}

func TestByName(t *testing.T) {
	for _, arch := range Archs() {
		for c := range Table(arch) {
			if got, ok := ByName(arch, c.Name); !ok || got != c {
				t.Errorf("ByName(%v, %q) = %v", arch, c.Name, got)
			}
		}
		for _, name := range []string{"", "aaa", "zzz", "OPEN", "opena"} {
			if got, ok := ByName(arch, name); ok {
				t.Errorf("ByName(%v, %q) = %v, want none", arch, name, got)
			}
		}
	}
	if _, ok := ByName(AMD64, "socketcall"); ok {
		t.Error("amd64 has socketcall")
	}
	if _, ok := ByName(I386, "newfstatat"); ok {
		t.Error("i386 has newfstatat")
	}
}

func TestCallString(t *testing.T) {
	for _, tt := range []struct {
		arch       Arch
		name, want string
	}{
		{AMD64, "openat", "openat(dfd AtFD, filename Path, flags OpenFlags, mode CreateMode) FD %file %desc"},
		{AMD64, "read", "read(fd FD, buf out BufOut[count], count Size) Long %desc"},
		{AMD64, "getgroups", "getgroups(gidsetsize Int, grouplist out Structs:gid[gidsetsize]) Long %creds"},
		{I386, "pread64", "pread64(fd FD, buf out BufOut[count], count Size, pos_lo Low, pos_hi High) Long %desc"},
		{I386, "clone", "clone(clone_flags Flags64, newsp Ptr, parent_tidptr out IntPtr, tls Struct:user_desc, child_tidptr out IntPtr) Pid %process"},
		{AMD64, "exit_group", "exit_group(error_code Int) NoReturn %process"},
	} {
		c, ok := ByName(tt.arch, tt.name)
		if !ok || c.String() != tt.want {
			t.Errorf("%v: %v\nwant %s", tt.arch, c, tt.want)
		}
	}
}

func TestArgumentsHaveTheirTables(t *testing.T) {
	for _, tt := range []struct {
		name string
		arg  int
		v    uint64
		want string
	}{
		{"openat", 2, 0x80000, "O_RDONLY|O_CLOEXEC"},
		{"mmap", 3, 0x22, "MAP_PRIVATE|MAP_ANONYMOUS"},
		{"clone", 0, 0x1200011, "CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD"},
		{"futex", 1, 0x189, "FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME"},
		{"access", 1, 0, "F_OK"},
	} {
		c, _ := ByName(AMD64, tt.name)
		if got := c.Args[tt.arg].Flags.Format(tt.v); got != tt.want {
			t.Errorf("%s: %s %#x is %q, want %q", tt.name, c.Args[tt.arg].Name, tt.v, got, tt.want)
		}
	}
	if c, _ := ByName(AMD64, "personality"); c.RetFlags != &flags.Personality {
		t.Error("personality returns something else")
	}
}

func TestLookupDoesNotAllocate(t *testing.T) {
	set, err := ParseSet("%file,!")
	if err == nil {
		t.Fatal("an inverted word within a set is no error")
	}
	set, err = ParseSet("!%file")
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() {
		for nr := range 600 {
			Lookup(AMD64, nr)
			Lookup(I386, nr)
			set.Has(AMD64, nr)
			set.Has(I386, nr)
		}
		ByName(AMD64, "openat")
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
