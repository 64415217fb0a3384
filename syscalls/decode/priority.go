package decode

import "utrace/syscalls/flags"

// ioPriority writes what ioprio_set(2) sets, and a struct iocb: a class, and a level in it.
func (d *Decoder) ioPriority(v uint32) {
	form := inHex
	if d.call.Name == "ioprio_set" {
		form = inDec
	}
	if !d.symbol(uint64(v), form) {
		return
	}
	d.priorityValue(v)
	d.endSymbol()
}

func (d *Decoder) priorityValue(v uint32) {
	d.fn("IOPRIO_PRIO_VALUE")
	d.fnArg("class")
	d.flags(&flags.IOPriorityClasses, uint64(v>>13))
	d.fnArg("data")
	d.udec(uint64(v & 0x1fff))
	d.endFn()
}

// schedAttr writes struct sched_attr, which says its own size: 0 stands for the first that there was. n is how
// much the kernel may have filled in, if the call says it.
func (d *Decoder) schedAttr(addr, n uint64) bool {
	const first, known = 48, 56
	var size [1]uint64
	if !d.numbers(addr, 4, size[:]) {
		return false
	}
	if n == 0 {
		if n = size[0]; n == 0 {
			n = first
		}
	}
	if n < first {
		d.open()
		d.field("size")
		d.udec(size[0])
		d.close()
		return true
	}
	b, ok := d.fetch(addr, int(min(n, known)))
	if !ok {
		return false
	}
	d.open()
	d.fieldList(shape("sched_attr_known"), b)
	if n > known {
		d.rest()
	}
	d.close()
	return true
}
