package fdinfo

import (
	"encoding/binary"
	"net/netip"

	"golang.org/x/sys/unix"
)

// linux/netlink.h, linux/sock_diag.h
const (
	sockDiagByFamily = 20
	netlinkHeader    = 16 // struct nlmsghdr
)

// sockDiag asks sock_diag(7), in our own network namespace, and gives each
// answer to tell, until that returns false.
func sockDiag(request []byte, flags uint16, tell func(reply []byte) bool) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_SOCK_DIAG)
	if err != nil {
		return
	}
	defer unix.Close(fd)
	order := binary.NativeEndian
	header := make([]byte, netlinkHeader)
	order.PutUint32(header, uint32(netlinkHeader+len(request)))
	order.PutUint16(header[4:], sockDiagByFamily)
	order.PutUint16(header[6:], unix.NLM_F_REQUEST|flags)
	if unix.Sendto(fd, append(header, request...), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}) != nil {
		return
	}
	buf := make([]byte, 32<<10) // what the kernel fills at most at a time
	for {
		n, _, err := unix.Recvfrom(fd, buf, 0)
		if err != nil {
			return
		}
		for b := buf[:n]; len(b) >= netlinkHeader; {
			size := int(order.Uint32(b))
			if size < netlinkHeader || size > len(b) || order.Uint16(b[4:]) != sockDiagByFamily {
				return // NLMSG_DONE, NLMSG_ERROR
			}
			if !tell(b[netlinkHeader:size]) {
				return
			}
			b = b[min((size+3)&^3, len(b)):]
		}
		if flags&unix.NLM_F_DUMP == 0 {
			return
		}
	}
}

// linux/inet_diag.h: struct inet_diag_req_v2, struct inet_diag_msg
const (
	inetRequestSize = 56
	inetReplySize   = 72
)

// askInet looks for an internet socket among all of its family and protocol,
// those too that have an address and do not listen, which no file below /proc
// tells of.
func askInet(family, protocol byte, inode uint32) (local, remote netip.AddrPort, ok bool) {
	order := binary.NativeEndian
	req := make([]byte, inetRequestSize)
	req[0], req[1] = family, protocol
	order.PutUint32(req[4:], ^uint32(0)) // states: all
	sockDiag(req, unix.NLM_F_DUMP, func(r []byte) bool {
		if len(r) < inetReplySize || order.Uint32(r[68:]) != inode {
			return true
		}
		size := 4
		if family == unix.AF_INET6 {
			size = 16
		}
		here, _ := netip.AddrFromSlice(r[8 : 8+size])
		there, _ := netip.AddrFromSlice(r[24 : 24+size])
		local = netip.AddrPortFrom(here, binary.BigEndian.Uint16(r[4:]))
		remote = netip.AddrPortFrom(there, binary.BigEndian.Uint16(r[6:]))
		ok = true
		return false
	})
	return local, remote, ok
}
