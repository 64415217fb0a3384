package decode

import "golang.org/x/sys/unix"

// waitStatus writes what wait4(2) tells, if it has waited for anybody.
func (d *Decoder) waitStatus(addr uint64) bool {
	var v [1]uint64
	if d.result <= 0 || !d.numbers(addr, 4, v[:]) {
		return false
	}
	w := unix.WaitStatus(v[0])
	d.box()
	d.open()
	switch {
	case w.Exited():
		d.fieldIn("exited", "WIFEXITED(s) && WEXITSTATUS(s) == ")
		d.dec(int64(w.ExitStatus()))
	case w.Continued():
		d.fieldIn("continued", "WIFCONTINUED(s)")
		d.either("", "true")
	case w.Stopped():
		d.fieldIn("stopped", "WIFSTOPPED(s) && WSTOPSIG(s) == ")
		d.Signal(int(w.StopSignal() &^ 0x80))
		if w.StopSignal()&0x80 != 0 {
			d.either(" | 0x80", `,"syscall":true`)
		}
	default:
		d.fieldIn("killed", "WIFSIGNALED(s) && WTERMSIG(s) == ")
		d.Signal(int(w & 0x7f))
		if w&0x80 != 0 {
			d.either(" && WCOREDUMP(s)", `,"core":true`)
		}
	}
	event := v[0] >> 16
	if w.Stopped() && event != 0 && d.json {
		d.field("event")
		d.udec(event)
	}
	d.close()
	if w.Stopped() && event != 0 && !d.json {
		d.both(" | ")
		d.hex(event << 16)
	}
	d.endBox()
	return true
}
