package fdinfo

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

func TestNetlinkProtocol(t *testing.T) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_GENERIC)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		t.Fatal(err)
	}
	if p, ok := Netlink(os.Getpid(), int32(fd)); p != unix.NETLINK_GENERIC || !ok {
		t.Errorf("a netlink socket: %d, %v, want %d", p, ok, unix.NETLINK_GENERIC)
	}
	other, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(other)
	if _, ok := Netlink(os.Getpid(), int32(other)); ok {
		t.Error("a socket of another family is one of netlink")
	}
	if _, ok := Netlink(os.Getpid(), 1<<20); ok {
		t.Error("a descriptor that there is not is one of netlink")
	}
}
