package decode

import "utrace/syscalls"

// seccompNotif writes struct seccomp_notif: a call that a filter has handed to a supervisor.
func (d *Decoder) seccompNotif(addr, _ uint64) bool {
	const size = 80
	b, ok := d.fetch(addr, size)
	if !ok {
		return false
	}
	id := uint32(word(b[20:], 4)) // the architecture
	d.open()
	d.field("id")
	d.hex(word(b, 8))
	d.field("pid")
	d.pid(int32(word(b[8:], 4)), Thread)
	d.field("flags")
	d.hex(word(b[12:], 4))
	d.field("data")
	d.open()
	d.field("nr")
	d.callNumber(syscalls.Arch(id), int(int32(word(b[16:], 4))))
	d.field("arch")
	d.auditArch(id)
	d.field("instruction_pointer")
	d.addr(word(b[24:], 8))
	d.field("args")
	d.list()
	for i := range 6 {
		d.elem()
		d.hex(word(b[32+8*i:], 8))
	}
	d.endList()
	d.close()
	d.close()
	return true
}
