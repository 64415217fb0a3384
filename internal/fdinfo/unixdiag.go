package fdinfo

import (
	"encoding/binary"
	"strconv"

	"golang.org/x/sys/unix"
)

// unixEnds returns "12->13" for a socket that is connected to another, and
// `12,"/run/x"` for one with a name: sock_diag(7)'s UNIX_DIAG_PEER and
// UNIX_DIAG_NAME, in our own network namespace. "" is not known, or neither.
func (d *Describer) unixEnds(inode string) string {
	n, err := strconv.ParseUint(inode, 10, 32)
	if err != nil {
		return ""
	}
	attrs := askUnix(uint32(n))
	text := inode
	if peer := attrs[diagPeer]; len(peer) >= 4 {
		text += "->" + strconv.FormatUint(uint64(binary.NativeEndian.Uint32(peer)), 10)
	}
	if name := attrs[diagName]; len(name) > 0 {
		text += "," + d.quotedName(name)
	}
	if text == inode {
		return ""
	}
	return text
}

// quotedName is a socket's name as strace has it: an abstract one, which begins
// with a NUL, with "@" before it.
func (d *Describer) quotedName(name []byte) string {
	at := ""
	if name[0] == 0 {
		at, name = "@", name[1:]
	} else if name[len(name)-1] == 0 {
		name = name[:len(name)-1]
	}
	return at + `"` + string(d.quote(nil, name)) + `"`
}

// linux/sock_diag.h, linux/unix_diag.h
const (
	sockDiagByFamily = 20
	diagName         = 0
	diagPeer         = 2
	showName         = 1
	showPeer         = 4
	headerSize       = 16 // struct nlmsghdr
	requestSize      = 24 // struct unix_diag_req
	replySize        = 16 // struct unix_diag_msg
)

// askUnix returns the attributes of one socket by their types.
func askUnix(inode uint32) map[uint16][]byte {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_SOCK_DIAG)
	if err != nil {
		return nil
	}
	defer unix.Close(fd)
	order := binary.NativeEndian
	req := make([]byte, headerSize+requestSize)
	order.PutUint32(req, uint32(len(req)))
	order.PutUint16(req[4:], sockDiagByFamily)
	order.PutUint16(req[6:], unix.NLM_F_REQUEST)
	body := req[headerSize:]
	body[0] = unix.AF_UNIX
	order.PutUint32(body[4:], ^uint32(0)) // states: all
	order.PutUint32(body[8:], inode)
	order.PutUint32(body[12:], showName|showPeer)
	order.PutUint64(body[16:], ^uint64(0)) // cookie: none
	if err := unix.Sendto(fd, req, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return nil
	}
	reply := make([]byte, 4096)
	n, _, err := unix.Recvfrom(fd, reply, 0)
	if err != nil || n < headerSize+replySize || order.Uint16(reply[4:]) != sockDiagByFamily {
		return nil // NLMSG_ERROR: there is none
	}
	return attributes(reply[headerSize+replySize : n])
}

// attributes takes netlink attributes apart.
func attributes(b []byte) map[uint16][]byte {
	attrs := map[uint16][]byte{}
	for len(b) >= 4 {
		size := int(binary.NativeEndian.Uint16(b))
		if size < 4 || size > len(b) {
			break
		}
		attrs[binary.NativeEndian.Uint16(b[2:])] = b[4:size]
		b = b[min((size+3)&^3, len(b)):]
	}
	return attrs
}
