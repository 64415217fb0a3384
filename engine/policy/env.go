package policy

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"
	"golang.org/x/sys/unix"

	"utrace"
	"utrace/internal/pidns"
	"utrace/internal/reach"
	"utrace/syscalls"
	"utrace/syscalls/decode"
)

// env is what conditions are about.
type env struct {
	Call   string         `expr:"call"`
	Args   []int          `expr:"args"`
	Arg    map[string]any `expr:"arg"`
	Path   string         `expr:"path"`
	Path2  string         `expr:"path2"`
	FD     string         `expr:"fd"`
	Addr   address        `expr:"addr"`
	Writes bool           `expr:"writes"`
	PID    int            `expr:"pid"`
	TID    int            `expr:"tid"`
	UID    int            `expr:"uid"`
	GID    int            `expr:"gid"`
	Comm   string         `expr:"comm"`
	Exe    string         `expr:"exe"`
}

// address is a socket address.
type address struct {
	Family string `expr:"family"`
	Host   string `expr:"host"`
	Port   int    `expr:"port"`
	Path   string `expr:"path"`
}

// facts is which parts of an env a condition mentions: a set of bits.
type facts uint16

const (
	needArgs facts = 1 << iota
	needArg
	needPath
	needFD
	needAddr
	needWrites
	needIDs
	needComm
	needExe
)

var needOf = map[string]facts{
	"args": needArgs, "arg": needArg, "path": needPath, "path2": needPath, "fd": needFD, "addr": needAddr,
	"writes": needWrites, "uid": needIDs, "gid": needIDs, "comm": needComm, "exe": needExe,
}

// Visit notes what an expression mentions.
func (f *facts) Visit(node *ast.Node) {
	if id, ok := (*node).(*ast.IdentifierNode); ok {
		*f |= needOf[id.Value]
	}
}

// look is one call under consideration. What was found out is kept for the rules
// that follow.
type look struct {
	c    *utrace.Syscall
	d    *syscalls.Call // nil for a number without a name
	env  env
	have facts
	name commFile
}

// begin takes a new call.
func (l *look) begin(c *utrace.Syscall) {
	*l = look{c: c, env: env{Args: l.env.Args[:0]}, name: l.name}
	l.d, _ = syscalls.Lookup(c.Arch(), c.Nr())
	l.env.Call, l.env.PID, l.env.TID = c.Name(), c.Task().PID(), c.Task().TID()
}

// get finds out what is needed and not known yet.
func (l *look) get(needs facts) {
	needs &^= l.have
	l.have |= needs
	if needs&needArgs != 0 {
		for _, a := range l.c.Args() {
			l.env.Args = append(l.env.Args, int(a))
		}
	}
	if needs&needArg != 0 {
		l.env.Arg = decoded(l.c)
	}
	if needs&needPath != 0 {
		l.env.Path, l.env.Path2 = l.paths()
	}
	if needs&needFD != 0 {
		l.env.FD = l.fd()
	}
	if needs&needAddr != 0 {
		l.env.Addr = l.address()
	}
	if needs&needWrites != 0 {
		l.env.Writes = l.writes()
	}
	if needs&needIDs != 0 {
		l.env.UID, l.env.GID = ids(l.env.TID)
	}
	if needs&needComm != 0 {
		l.env.Comm = l.name.read(l.env.TID)
	}
	if needs&needExe != 0 {
		l.env.Exe, _ = os.Readlink(proc(l.env.TID, "exe"))
	}
}

func proc(tid int, what string) string { return "/proc/" + strconv.Itoa(tid) + "/" + what }

// commFile is a thread's comm, which its program may change at any time: the file
// is kept open, since reading is cheap and opening is not.
type commFile struct {
	tid  int // whose it is
	file *os.File
}

func (f *commFile) read(tid int) string {
	if f.file == nil || f.tid != tid {
		f.close()
		file, err := os.Open(proc(tid, "comm"))
		if err != nil {
			return pidns.Comm(tid)
		}
		f.tid, f.file = tid, file
	}
	var buf [64]byte
	n, _ := f.file.ReadAt(buf[:], 0)
	return strings.TrimSuffix(string(buf[:n]), "\n")
}

func (f *commFile) close() {
	if f.file != nil {
		f.file.Close()
		f.file = nil
	}
}

// ids returns the effective user and group; -1 if they cannot be read.
func ids(tid int) (uid, gid int) {
	uid, gid = -1, -1
	b, _ := os.ReadFile(proc(tid, "status"))
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		switch {
		case len(f) > 2 && f[0] == "Uid:":
			uid, _ = strconv.Atoi(f[2])
		case len(f) > 2 && f[0] == "Gid:":
			gid, _ = strconv.Atoi(f[2])
			return uid, gid
		}
	}
	return uid, gid
}

// decoded returns the arguments by name, as package decode means them.
func decoded(c *utrace.Syscall) map[string]any {
	var raw map[string]struct{ Value any }
	if json.Unmarshal(decode.EntryJSON(c.Memory(), c.Arch(), c, stringLimit), &raw) != nil {
		return nil
	}
	args := make(map[string]any, len(raw))
	for name, a := range raw {
		args[name] = a.Value
	}
	return args
}

const stringLimit = 4096

// paths are the files that the call is about.
func (l *look) paths() (string, string) {
	if l.d == nil {
		return "", ""
	}
	paths := reach.Paths(l.env.TID, l.d, l.c.Arg, func(i int) (string, bool) {
		name, ok, err := l.c.Memory().ReadString(l.c.Arg(i), unix.PathMax)
		return name, ok && err == nil
	})
	return paths[0], paths[1]
}

// fd is what the first descriptor among the arguments is.
func (l *look) fd() string {
	if l.d == nil {
		return ""
	}
	for i, a := range l.d.Args {
		if a.Kind == syscalls.FD {
			to, _ := os.Readlink(proc(l.env.TID, "fd/"+strconv.Itoa(int(int32(l.c.Arg(i))))))
			return to
		}
	}
	return ""
}

// writes reports whether open, openat, openat2 or creat may change or make a
// file: fcntl.h's O_WRONLY, O_RDWR, O_CREAT, O_TRUNC.
func (l *look) writes() bool {
	const changing = 0x1 | 0x2 | 0x40 | 0x200
	switch l.env.Call {
	case "creat":
		return true
	case "open":
		return l.c.Arg(1)&changing != 0
	case "openat":
		return l.c.Arg(2)&changing != 0
	case "openat2":
		var how [8]byte
		if n, _ := l.c.Memory().ReadAt(how[:], int64(l.c.Arg(2))); n < len(how) {
			return false
		}
		return how[0]&(changing&0xff) != 0 || how[1]&(changing>>8) != 0
	}
	return false
}

// The families of socket(2) that have an address here.
var families = map[uint16]string{0: "unspec", 1: "unix", 2: "inet", 10: "inet6", 16: "netlink", 17: "packet", 40: "vsock"}

// address is what the first socket address among the arguments says.
func (l *look) address() (a address) {
	if l.d == nil {
		return a
	}
	for i, arg := range l.d.Args {
		if arg.Kind != syscalls.Sockaddr || arg.Dir != syscalls.In {
			continue
		}
		n := 128
		if len := l.d.LenArg(i); len >= 0 {
			n = int(min(uint64(n), l.c.Arg(len)))
		}
		b := make([]byte, n)
		if got, _ := l.c.Memory().ReadAt(b, int64(l.c.Arg(i))); got < n || n < 2 {
			return a
		}
		return sockaddr(b)
	}
	return a
}

// sockaddr reads what bind and connect are given: unix(7), ip(7), ipv6(7).
func sockaddr(b []byte) (a address) {
	family := uint16(b[0]) | uint16(b[1])<<8
	a.Family = families[family]
	if a.Family == "" {
		a.Family = fmt.Sprint(family)
	}
	switch {
	case a.Family == "unix" && len(b) > 2:
		path := string(b[2:])
		if path[0] == 0 { // abstract: the whole length is the name
			a.Path = "@" + path[1:]
			break
		}
		a.Path, _, _ = strings.Cut(path, "\x00")
	case a.Family == "inet" && len(b) >= 8:
		a.Port = int(b[2])<<8 | int(b[3])
		a.Host = netip.AddrFrom4([4]byte(b[4:8])).String()
	case a.Family == "inet6" && len(b) >= 24:
		a.Port = int(b[2])<<8 | int(b[3])
		a.Host = netip.AddrFrom16([16]byte(b[8:24])).Unmap().String()
	}
	return a
}
