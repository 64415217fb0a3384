// Package fdinfo tells what a descriptor of another process is: the path of a
// file, the ends of a socket, the numbers of a device, the process of a pidfd.
package fdinfo

import (
	"bytes"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// Details are what is told.
type Details uint8

const (
	Path   Details = 1 << iota // of a file; what /proc says of anything else
	Socket                     // protocol and addresses
	Device                     // "<char 1:3>" behind the path
	Pidfd                      // "pid:12"
)

// WorkingDirectory stands for a descriptor of it: AT_FDCWD.
const WorkingDirectory = -100

// Describer describes descriptors. It remembers sockets, by inode, as they were
// when their addresses were first known. It is safe for concurrent use.
type Describer struct {
	details Details
	quote   func(dst, s []byte) []byte // escapes a name

	mu      sync.Mutex
	sockets map[string]string // by protocol and inode
}

// maxSockets bounds the memory of a Describer.
const maxSockets = 1024

// New returns a Describer of these details, which escapes paths and the names
// of sockets by quote; nil leaves them as they are.
func New(details Details, quote func(dst, s []byte) []byte) *Describer {
	if quote == nil {
		quote = func(dst, s []byte) []byte { return append(dst, s...) }
	}
	return &Describer{details: details, quote: quote, sockets: map[string]string{}}
}

// Append appends what descriptor fd of a thread is, or nothing if that is not
// known. A file without a name is " (deleted)" at the end, as /proc says it.
func (d *Describer) Append(dst []byte, tid int, fd int32) []byte {
	link := name(tid, fd)
	// The target is read behind the room that it needs escaped, so that this costs
	// no memory of its own.
	const most, escaped = 4096, 4
	dst = slices.Grow(dst, (1+escaped)*most)
	room := dst[len(dst)+escaped*most : len(dst)+(1+escaped)*most]
	n, err := unix.Readlink(link, room)
	if err != nil {
		return dst
	}
	target := room[:n]
	switch {
	case n > 0 && target[0] == '/':
		return d.file(dst, link, target)
	case d.details&Socket != 0 && bytes.HasPrefix(target, []byte("socket:[")):
		if text := d.socket(tid, link, string(target[len("socket:["):n-1])); text != "" {
			return append(dst, text...)
		}
	case d.details&Pidfd != 0 && bytes.Contains(target, []byte("pidfd")):
		if pid := pidOf(tid, fd); pid != "" {
			return append(append(dst, "pid:"...), pid...)
		}
	}
	if d.details&Path == 0 {
		return dst
	}
	return d.quote(dst, target)
}

func name(tid int, fd int32) string {
	link := "/proc/" + strconv.Itoa(tid)
	if fd == WorkingDirectory {
		return link + "/cwd"
	}
	return link + "/fd/" + strconv.Itoa(int(fd))
}

func (d *Describer) file(dst []byte, link string, path []byte) []byte {
	if d.details&Device != 0 {
		var st unix.Stat_t
		kind := ""
		if unix.Stat(link, &st) == nil {
			switch st.Mode & unix.S_IFMT {
			case unix.S_IFCHR:
				kind = "<char "
			case unix.S_IFBLK:
				kind = "<block "
			}
		}
		if kind != "" {
			dst = append(d.quote(dst, path), kind...)
			dst = strconv.AppendUint(dst, uint64(unix.Major(st.Rdev)), 10)
			dst = strconv.AppendUint(append(dst, ':'), uint64(unix.Minor(st.Rdev)), 10)
			return append(dst, '>')
		}
	}
	if d.details&Path == 0 {
		return dst
	}
	return d.quote(dst, path)
}

// pidOf is what the kernel says of a pidfd: "-1" if its process is no more.
func pidOf(tid int, fd int32) string {
	b, _ := os.ReadFile("/proc/" + strconv.Itoa(tid) + "/fdinfo/" + strconv.Itoa(int(fd)))
	for line := range strings.Lines(string(b)) {
		if v, ok := strings.CutPrefix(line, "Pid:"); ok {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// socket returns "TCP:[127.0.0.1:80]", or "TCP:[INODE]" while there is no more to
// say, or "" for a family of which nothing is known.
func (d *Describer) socket(tid int, link, inode string) string {
	var buf [64]byte
	n, err := unix.Getxattr(link, "system.sockprotoname", buf[:])
	if err != nil {
		return ""
	}
	protocol := strings.TrimRight(string(buf[:n]), "\x00")
	key := protocol + inode
	d.mu.Lock()
	text, known := d.sockets[key]
	d.mu.Unlock()
	if known {
		return text
	}
	ends, ok := d.ends(tid, protocol, inode)
	switch {
	case !ok:
		return ""
	case ends == "":
		return protocol + ":[" + inode + "]"
	}
	text = protocol + ":[" + ends + "]"
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.sockets) >= maxSockets {
		clear(d.sockets)
	}
	d.sockets[key] = text
	return text
}

// ends returns the addresses of a socket, "" if it has none yet; ok is false for
// protocols of which none are known.
func (d *Describer) ends(tid int, protocol, inode string) (text string, ok bool) {
	if kind, ok := inets[protocol]; ok {
		return kind.ends(tid, inode), true
	}
	switch protocol {
	case "UNIX", "UNIX-STREAM":
		return d.unixEnds(inode), true
	case "NETLINK":
		return netlinkEnd(tid, inode), true
	}
	return "", false
}
