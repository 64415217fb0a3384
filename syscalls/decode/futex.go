package decode

import "utrace/syscalls/flags"

var (
	futexOps = flags.Table{Prefix: "FUTEX_OP_", Mask: flags.Whole, Values: []flags.Flag{
		{Value: 0, Name: "FUTEX_OP_SET"}, {Value: 1, Name: "FUTEX_OP_ADD"}, {Value: 2, Name: "FUTEX_OP_OR"},
		{Value: 3, Name: "FUTEX_OP_ANDN"}, {Value: 4, Name: "FUTEX_OP_XOR"},
	}}
	futexComparisons = flags.Table{Prefix: "FUTEX_OP_CMP_", Mask: flags.Whole, Values: []flags.Flag{
		{Value: 0, Name: "FUTEX_OP_CMP_EQ"}, {Value: 1, Name: "FUTEX_OP_CMP_NE"}, {Value: 2, Name: "FUTEX_OP_CMP_LT"},
		{Value: 3, Name: "FUTEX_OP_CMP_LE"}, {Value: 4, Name: "FUTEX_OP_CMP_GT"}, {Value: 5, Name: "FUTEX_OP_CMP_GE"},
	}}
)

// futexOp writes what FUTEX_WAKE_OP does and compares: FUTEX_OP_ADD<<28|0x1<<12|FUTEX_OP_CMP_GT<<24|0x3.
func (d *Decoder) futexOp(v uint32) {
	if !d.json && d.constants() == Numbers {
		d.hexText(uint64(v))
		return
	}
	d.beginWord()
	if v>>31 != 0 {
		d.constant(8, "FUTEX_OP_OPARG_SHIFT")
		d.both("<<28|")
	}
	d.shifted(&futexOps, v>>28&7, 28)
	d.both("|")
	d.hexText(uint64(v >> 12 & 0xfff))
	d.both("<<12|")
	d.shifted(&futexComparisons, v>>24&15, 24)
	d.both("|")
	d.hexText(uint64(v & 0xfff))
	d.endWord()
}

// shifted writes a field with how far it is shifted.
func (d *Decoder) shifted(t *flags.Table, v, by uint32) {
	name, ok := t.Name(uint64(v))
	if ok {
		d.constant(uint64(v), name)
	} else {
		d.hexText(uint64(v))
	}
	d.both("<<")
	d.udec(uint64(by))
	if !ok {
		d.text(" /* ")
		d.text(t.Prefix)
		d.text("??? */")
	}
}
