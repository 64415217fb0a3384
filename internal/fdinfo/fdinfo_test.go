package fdinfo

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

const all = Path | Socket | Device | Pidfd

func describe(d Details, fd int) string {
	return string(New(d, nil).Append(nil, os.Getpid(), int32(fd)))
}

// fdOf returns the descriptor of a connection, which stays open for the test.
func fdOf(t *testing.T, c interface{ File() (*os.File, error) }) int {
	t.Helper()
	f, err := c.File()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return int(f.Fd())
}

func TestFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	null, err := os.Open("/dev/null")
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	cwd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		details Details
		fd      int
		want    string
	}{
		{all, int(f.Fd()), path},
		{Path, int(f.Fd()), path},
		{Socket, int(f.Fd()), ""},
		{all, int(null.Fd()), "/dev/null<char 1:3>"},
		{Path, int(null.Fd()), "/dev/null"},
		{all, WorkingDirectory, cwd},
		{all, 1 << 20, ""},
	} {
		if got := describe(c.details, c.fd); got != c.want {
			t.Errorf("descriptor %d, details %b: %q, want %q", c.fd, c.details, got, c.want)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if got, want := describe(all, int(f.Fd())), path+" (deleted)"; got != want {
		t.Errorf("a deleted file: %q, want %q", got, want)
	}
}

func TestPidfd(t *testing.T) {
	fd, err := unix.PidfdOpen(os.Getpid(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if got, want := describe(all, fd), fmt.Sprintf("pid:%d", os.Getpid()); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestInet(t *testing.T) {
	for _, c := range []struct{ network, address, protocol string }{
		{"tcp4", "127.0.0.1:0", "TCP"},
		{"tcp6", "[::1]:0", "TCPv6"},
	} {
		var config net.ListenConfig
		config.SetMultipathTCP(false) // or it is no TCP socket
		l, err := config.Listen(context.Background(), c.network, c.address)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		conn, err := net.Dial(c.network, l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		want := fmt.Sprintf("%s:[%s]", c.protocol, l.Addr())
		if got := describe(all, fdOf(t, l.(*net.TCPListener))); got != want {
			t.Errorf("listening: %q, want %q", got, want)
		}
		want = fmt.Sprintf("%s:[%s->%s]", c.protocol, conn.LocalAddr(), conn.RemoteAddr())
		if got := describe(all, fdOf(t, conn.(*net.TCPConn))); got != want {
			t.Errorf("connected: %q, want %q", got, want)
		}
	}
	u, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer u.Close()
	if got, want := describe(all, fdOf(t, u.(*net.UDPConn))), fmt.Sprintf("UDP:[%s]", u.LocalAddr()); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestInetListed is about a socket that sock_diag does not know.
func TestInetListed(t *testing.T) {
	u, err := net.ListenPacket("udp6", "[::1]:0")
	if err != nil {
		t.Fatal(err)
	}
	defer u.Close()
	inode := strconv.FormatUint(inodeOf(t, fdOf(t, u.(*net.UDPConn))), 10)
	local, remote, ok := inets["UDPv6"].listed(os.Getpid(), inode)
	if !ok || local.String() != u.LocalAddr().String() || remote.Port() != 0 {
		t.Errorf("%v, %v (%v), want %v", local, remote, ok, u.LocalAddr())
	}
}

// TestBound is about a socket with an address that does not listen.
func TestBound(t *testing.T) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if got, want := describe(all, fd), fmt.Sprintf("TCP:[%d]", inodeOf(t, fd)); got != want {
		t.Errorf("not bound: %q, want %q", got, want)
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	sa, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{ // by kernels from 6.8 on, and before
		fmt.Sprintf("TCP:[127.0.0.1:%d]", sa.(*unix.SockaddrInet4).Port),
		fmt.Sprintf("TCP:[%d]", inodeOf(t, fd)),
	}
	if got := describe(all, fd); !slices.Contains(want, got) {
		t.Errorf("bound: %q, want one of %q", got, want)
	}
}

func inodeOf(t *testing.T, fd int) uint64 {
	t.Helper()
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		t.Fatal(err)
	}
	return st.Ino
}

func TestUnix(t *testing.T) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(pair[0])
	defer unix.Close(pair[1])
	a, b := inodeOf(t, pair[0]), inodeOf(t, pair[1])
	if got, want := describe(all, pair[0]), fmt.Sprintf("UNIX-STREAM:[%d->%d]", a, b); got != want {
		t.Errorf("a pair: %q, want %q", got, want)
	}
	if got, want := describe(Path, pair[0]), fmt.Sprintf("socket:[%d]", a); got != want {
		t.Errorf("a pair by path: %q, want %q", got, want)
	}
	path := filepath.Join(t.TempDir(), "s")
	for _, name := range []string{path, fmt.Sprintf("@fdinfo%d", os.Getpid())} {
		l, err := net.Listen("unix", name)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		fd := fdOf(t, l.(*net.UnixListener))
		want := fmt.Sprintf(`UNIX-STREAM:[%d,"%s"]`, inodeOf(t, fd), name)
		if name[0] == '@' {
			want = fmt.Sprintf(`UNIX-STREAM:[%d,@"%s"]`, inodeOf(t, fd), name[1:])
		}
		if got := describe(all, fd); got != want {
			t.Errorf("a name: %q, want %q", got, want)
		}
	}
}

func TestNetlink(t *testing.T) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if got, want := describe(all, fd), fmt.Sprintf("NETLINK:[%d]", inodeOf(t, fd)); got != want {
		t.Errorf("not bound: %q, want %q", got, want)
	}
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		t.Fatal(err)
	}
	sa, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := describe(all, fd), fmt.Sprintf("NETLINK:[ROUTE:%d]", sa.(*unix.SockaddrNetlink).Pid); got != want {
		t.Errorf("bound: %q, want %q", got, want)
	}
}
