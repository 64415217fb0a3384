package unwind

import (
	"os"
	"sort"
	"strconv"
	"strings"
)

// mapping is a line of /proc/PID/maps.
type mapping struct {
	start, end, offset uint64
	dev, inode         string
	path               string
}

type maps []mapping

// readMaps returns what is mapped executable, in order.
func readMaps(tid int) maps {
	data, _ := os.ReadFile("/proc/" + strconv.Itoa(tid) + "/maps")
	var all maps
	for l := range strings.Lines(string(data)) {
		const fields = 6 // range, permissions, offset, device, inode, path
		f := strings.SplitN(strings.TrimRight(l, "\n"), " ", fields)
		if len(f) < fields || len(f[1]) < 3 || f[1][2] != 'x' {
			continue
		}
		from, to, _ := strings.Cut(f[0], "-")
		m := mapping{start: hex(from), end: hex(to), offset: hex(f[2]), dev: f[3], inode: f[4]}
		m.path = strings.TrimLeft(f[5], " ")
		all = append(all, m)
	}
	return all
}

func hex(s string) uint64 {
	v, _ := strconv.ParseUint(s, 16, 64)
	return v
}

func (all maps) find(pc uint64) *mapping {
	i := sort.Search(len(all), func(i int) bool { return all[i].end > pc })
	if i == len(all) || pc < all[i].start {
		return nil
	}
	return &all[i]
}

// fileOffset is where in the file an address of the mapping is.
func (m *mapping) fileOffset(addr uint64) uint64 { return addr - m.start + m.offset }

// vaddr is the address that the linker gave to what is mapped at addr.
func (m *mapping) vaddr(mod *module, addr uint64) uint64 {
	off := m.fileOffset(addr)
	for _, s := range mod.segments {
		if off >= s.Off && off-s.Off < s.Filesz {
			return off - s.Off + s.Vaddr
		}
	}
	return off
}
