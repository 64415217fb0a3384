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
	if b := attrs[unixPeer]; len(b) >= 4 {
		if peer := binary.NativeEndian.Uint32(b); peer != 0 { // 0: not accepted yet
			text += "->" + strconv.FormatUint(uint64(peer), 10)
		}
	}
	if name := attrs[unixName]; len(name) > 0 {
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

// linux/unix_diag.h
const (
	unixName        = 0
	unixPeer        = 2
	showName        = 1
	showPeer        = 4
	unixRequestSize = 24 // struct unix_diag_req
	unixReplySize   = 16 // struct unix_diag_msg
)

// askUnix returns the attributes of one socket by their types.
func askUnix(inode uint32) (attrs map[uint16][]byte) {
	req := make([]byte, unixRequestSize)
	order := binary.NativeEndian
	req[0] = unix.AF_UNIX
	order.PutUint32(req[4:], ^uint32(0)) // states: all
	order.PutUint32(req[8:], inode)
	order.PutUint32(req[12:], showName|showPeer)
	order.PutUint64(req[16:], ^uint64(0)) // cookie: none
	sockDiag(req, 0, func(reply []byte) bool {
		if len(reply) >= unixReplySize {
			attrs = attributes(reply[unixReplySize:])
		}
		return false
	})
	return attrs
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
