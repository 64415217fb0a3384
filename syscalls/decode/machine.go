package decode

import (
	"golang.org/x/sys/unix"

	"utrace/syscalls/flags"
)

// syslogAction writes what syslog(2) is to do, which strace never writes without its number.
func (d *Decoder) syslogAction(v uint64) {
	name, ok := flags.Syslog.Name(uint64(uint32(v)))
	if d.json && ok {
		d.word(name)
		return
	}
	if !ok {
		name = "SYSLOG_ACTION_???"
	}
	d.dec(int64(int32(v)))
	d.comment(name)
}

// swapFlags writes flags and the priority in their low bits.
func (d *Decoder) swapFlags(v uint64) {
	const priority = 0x7fff
	if v&^priority == 0 {
		d.udec(v)
		return
	}
	if d.json {
		d.open()
		d.field("flags")
		d.flags(&flags.Swap, v&^priority)
		d.field("priority")
		d.udec(v & priority)
		d.close()
		return
	}
	d.flags(&flags.Swap, v&^priority)
	d.both("|")
	d.udec(v & priority)
}

// fanFD is atFD, with a name for no directory at all.
func (d *Decoder) fanFD(fd int32) {
	if fd == -1 {
		d.nameSigned(int64(fd), "FAN_NOFD")
		return
	}
	d.atFD(fd)
}

// mountType writes the type of a file system, of which nobody takes note where a mount is changed.
func (d *Decoder) mountType(addr, _ uint64) bool {
	const changes = unix.MS_REMOUNT | unix.MS_BIND | unix.MS_MOVE | unix.MS_UNBINDABLE | unix.MS_PRIVATE | unix.MS_SLAVE | unix.MS_SHARED
	return d.mountText(addr, changes)
}

// mountData writes the options of a file system, which a mount elsewhere does not have.
func (d *Decoder) mountData(addr, _ uint64) bool {
	const elsewhere = unix.MS_BIND | unix.MS_MOVE | unix.MS_UNBINDABLE | unix.MS_PRIVATE | unix.MS_SLAVE | unix.MS_SHARED
	return d.mountText(addr, elsewhere)
}

func (d *Decoder) mountText(addr, unless uint64) bool {
	if d.arg(3)&unless != 0 {
		return false
	}
	d.str(addr, d.opts.stringLimit())
	return true
}
