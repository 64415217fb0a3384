package decode

import (
	"golang.org/x/sys/unix"

	"utrace/syscalls"
	"utrace/syscalls/flags"
)

// perfBits are the bits of struct perf_event_attr, in order. precise_ip has two of them.
var perfBits = [...]string{"disabled", "inherit", "pinned", "exclusive", "exclude_user", "exclude_kernel", "exclude_hv",
	"exclude_idle", "mmap", "comm", "freq", "inherit_stat", "enable_on_exec", "task", "watermark", "precise_ip", "",
	"mmap_data", "sample_id_all", "exclude_host", "exclude_guest", "exclude_callchain_kernel", "exclude_callchain_user",
	"mmap2", "comm_exec", "use_clockid", "context_switch", "write_backward", "namespaces", "ksymbol", "bpf_event",
	"aux_output", "cgroup", "text_poke", "build_id", "inherit_thread", "remove_on_exec", "sigtrap"}

const (
	perfFreq       = 1 << 10
	perfWatermark  = 1 << 14
	perfUseClockID = 1 << 25
)

// perfSkids is what each precise_ip asks for.
var perfSkids = [...]string{"arbitrary skid", "constant skid", "requested to have 0 skid", "must have 0 skid"}

// perfEventAttr writes struct perf_event_attr, as much of it as its own field says that there is.
func (d *Decoder) perfEventAttr(addr, _ uint64) bool {
	const known = 128
	head, ok := d.fetch(addr, 8)
	if !ok {
		return false
	}
	kind, size := word(head, 4), word(head[4:], 4)
	left := size // what the kernel says it knows, if it does not know all
	if d.call.Name == "perf_event_open" && d.exit {
		size = d.saved[0]
	}
	have := size
	if have == 0 {
		have = unix.PERF_ATTR_SIZE_VER0
	}
	if have < unix.PERF_ATTR_SIZE_VER0 {
		return false
	}
	var all [known]byte
	b := all[:]
	read, ok := d.fetch(addr, int(min(have, known)))
	if !ok {
		return false
	}
	copy(b, read)
	bits := word(b[40:], 8)
	d.open()
	d.field("type")
	d.flags(&flags.PerfTypes, kind)
	d.field("size")
	if left != size {
		d.was()
		d.flags(&flags.PerfAttrSizes, size)
		d.now()
		d.flags(&flags.PerfAttrSizes, left)
		d.endChange()
	} else {
		d.flags(&flags.PerfAttrSizes, size)
	}
	d.field("config")
	d.perfConfig(kind, word(b[8:], 8))
	if bits&perfFreq != 0 {
		d.numberField("sample_freq", word(b[16:], 8))
	} else {
		d.numberField("sample_period", word(b[16:], 8))
	}
	d.field("sample_type")
	d.flags(&flags.PerfSample, word(b[24:], 8))
	d.field("read_format")
	d.flags(&flags.PerfRead, word(b[32:], 8))
	d.perfBitFields(bits)
	if d.full {
		d.perfRest(b, kind, bits, have)
	} else {
		d.rest()
	}
	d.close()
	return true
}

// perfConfig writes what an event of a type counts.
func (d *Decoder) perfConfig(kind, config uint64) {
	switch kind {
	case unix.PERF_TYPE_HARDWARE:
		d.flags(&flags.PerfHardware, config)
	case unix.PERF_TYPE_SOFTWARE:
		d.flags(&flags.PerfSoftware, config)
	case unix.PERF_TYPE_TRACEPOINT:
		d.udec(config)
	case unix.PERF_TYPE_HW_CACHE:
		d.perfCache(config)
	default:
		d.hex(config)
	}
}

// perfCache writes a cache, what is done with it and what comes of it: a byte each.
func (d *Decoder) perfCache(config uint64) {
	if d.json {
		d.open()
		d.field("result")
		d.flags(&flags.PerfCacheResults, config>>16)
		d.field("op")
		d.flags(&flags.PerfCacheOps, config>>8&0xff)
		d.field("cache")
		d.flags(&flags.PerfCaches, config&0xff)
		d.close()
		return
	}
	d.flags(&flags.PerfCacheResults, config>>16)
	d.both("<<16|")
	d.flags(&flags.PerfCacheOps, config>>8&0xff)
	d.both("<<8|")
	d.flags(&flags.PerfCaches, config&0xff)
}

func (d *Decoder) perfBitFields(bits uint64) {
	for i, name := range perfBits {
		switch v := bits >> i & 1; {
		case name == "precise_ip":
			v = bits >> i & 3
			d.field(name)
			d.udec(v)
			d.comment(perfSkids[v])
		case name != "" && (d.full || v != 0):
			d.numberField(name, v)
		}
	}
}

// perfRest writes the fields that are left out of an abbreviated struct. Those from 64 on are later ones.
func (d *Decoder) perfRest(b []byte, kind, bits, have uint64) {
	field := func(name string, at uint64, size int, k syscalls.Kind, t *flags.Table) {
		if at+uint64(size) > have {
			return
		}
		d.field(name)
		d.number(&syscalls.Arg{Kind: k, Flags: t}, word(b[at:], size))
	}
	wakeup := "wakeup_events"
	if bits&perfWatermark != 0 {
		wakeup = "wakeup_watermark"
	}
	field(wakeup, 48, 4, syscalls.U64, nil)
	if kind == unix.PERF_TYPE_BREAKPOINT {
		field("bp_type", 52, 4, syscalls.Enum, &flags.PerfBreakpoints)
		field("bp_addr", 56, 8, syscalls.Hex, nil)
		field("bp_len", 64, 8, syscalls.U64, nil)
	} else {
		field("config1", 56, 8, syscalls.Hex, nil)
		field("config2", 64, 8, syscalls.Hex, nil)
	}
	sample := word(b[24:], 8)
	if sample&unix.PERF_SAMPLE_BRANCH_STACK != 0 {
		field("branch_sample_type", 72, 8, syscalls.Flags64, &flags.PerfBranch)
	}
	field("sample_regs_user", 80, 8, syscalls.Hex, nil)
	if sample&unix.PERF_SAMPLE_STACK_USER != 0 {
		field("sample_stack_user", 88, 4, syscalls.Hex, nil)
	}
	if bits&perfUseClockID != 0 {
		field("clockid", 92, 4, syscalls.Enum, &flags.ClockID)
	}
	field("sample_regs_intr", 96, 8, syscalls.Hex, nil)
	field("aux_watermark", 104, 4, syscalls.U64, nil)
	field("sample_max_stack", 108, 2, syscalls.U64, nil)
	field("aux_sample_size", 112, 4, syscalls.U64, nil)
	field("sig_data", 120, 8, syscalls.Hex, nil)
	if have > uint64(len(b)) {
		d.rest()
	}
}

// numberField is a field that is a number.
func (d *Decoder) numberField(name string, v uint64) {
	d.field(name)
	d.udec(v)
}
