package unwind

import (
	"bytes"
	"cmp"
	"debug/elf"
	"encoding/binary"
	"os"
	"slices"
	"sort"
	"strconv"

	"github.com/go-delve/delve/pkg/dwarf/frame"
	"github.com/ianlancetaylor/demangle"
)

// moduleID names a file that is mapped.
type moduleID struct{ dev, inode, path string }

// module is what is known of one: nothing, if it is no executable.
type module struct {
	segments []elf.ProgHeader
	fdes     frame.FrameDescriptionEntries
	symbols  []symbol // by address
}

type symbol struct {
	addr uint64
	name string
}

// Bounds on what is read of a file, and how many files are remembered.
const (
	maxSection = 64 << 20
	maxModules = 512
)

// module returns what is known of the file of a mapping.
func (u *Unwinder) module(tid int, m *mapping, mem Memory) *module {
	id := moduleID{m.dev, m.inode, m.path}
	u.mu.Lock()
	defer u.mu.Unlock()
	if mod := u.modules[id]; mod != nil {
		return mod
	}
	if len(u.modules) >= maxModules {
		clear(u.modules)
	}
	mod := readModule(tid, m, mem)
	u.modules[id] = mod
	return mod
}

func readModule(tid int, m *mapping, mem Memory) *module {
	if m.path == "[vdso]" {
		image := make([]byte, min(m.end-m.start, maxSection))
		n, _ := mem.ReadAt(image, int64(m.start))
		return parse(bytes.NewReader(image[:max(n, 0)]))
	}
	if m.path == "" || m.path[0] != '/' {
		return &module{}
	}
	f, err := os.Open("/proc/" + strconv.Itoa(tid) + "/root" + m.path)
	if err != nil {
		return &module{}
	}
	defer f.Close()
	if st, err := f.Stat(); err != nil || !st.Mode().IsRegular() {
		return &module{}
	}
	return parse(f)
}

type readerAt interface {
	ReadAt(p []byte, off int64) (int, error)
}

func parse(r readerAt) (mod *module) {
	mod = &module{}
	defer func() { _ = recover() }() // the tables are whatever the file holds
	f, err := elf.NewFile(r)
	if err != nil {
		return mod
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD {
			mod.segments = append(mod.segments, p.ProgHeader)
		}
	}
	mod.symbols = symbols(f)
	s := f.Section(".eh_frame")
	if s == nil || s.Type == elf.SHT_NOBITS || s.Size > maxSection {
		return mod
	}
	data, err := s.Data()
	if err != nil {
		return mod
	}
	word := 8
	if f.Class == elf.ELFCLASS32 {
		word = 4
	}
	if fdes, err := frame.Parse(data, binary.LittleEndian, 0, word, s.Addr); err == nil {
		slices.SortFunc(fdes, func(a, b *frame.FrameDescriptionEntry) int { return cmp.Compare(a.Begin(), b.Begin()) })
		mod.fdes = fdes
	}
	return mod
}

// symbols are the functions of the symbol table, or of the dynamic one where
// that was stripped.
func symbols(f *elf.File) []symbol {
	list, err := f.Symbols()
	if err != nil || len(list) == 0 {
		list, _ = f.DynamicSymbols()
	}
	var all []symbol
	for _, s := range list {
		kind := elf.ST_TYPE(s.Info)
		if (kind == elf.STT_FUNC || kind == elf.STT_NOTYPE || kind == elf.STT_GNU_IFUNC) && s.Value != 0 && s.Section != elf.SHN_UNDEF && s.Name != "" {
			all = append(all, symbol{s.Value, s.Name})
		}
	}
	slices.SortStableFunc(all, func(a, b symbol) int { return cmp.Compare(a.addr, b.addr) })
	return all
}

// frame describes an address of a mapping.
func (mod *module) frame(m *mapping, pc uint64) Frame {
	f := Frame{File: m.path, Addr: m.fileOffset(pc)}
	if m.path == "" {
		f.Addr = pc
	}
	v := m.vaddr(mod, pc)
	i := sort.Search(len(mod.symbols), func(i int) bool { return mod.symbols[i].addr > v })
	if i > 0 {
		s := mod.symbols[i-1]
		for i > 1 && mod.symbols[i-2].addr == s.addr { // the first of those at one address
			i--
			s = mod.symbols[i-1]
		}
		f.Symbol, f.Offset = demangle.Filter(s.name), v-s.addr
	}
	return f
}

// signalFrame reports whether pc is where the kernel lets a signal's handler
// return to, which no call is before.
func (mod *module) signalFrame(m *mapping, pc uint64) bool {
	fde, err := mod.fdes.FDEForPC(m.vaddr(mod, pc))
	return err == nil && fde.CIE != nil && bytes.ContainsRune([]byte(fde.CIE.Augmentation), 'S')
}
