package sim

import (
	"sync"

	"golang.org/x/sys/unix"
)

const pageSize = 4096

// Memory is an address space: sparse pages, those that were mapped.
type Memory struct {
	mu    sync.Mutex
	pages map[uint64]*[pageSize]byte
	brk   uint64 // where Alloc goes on
}

func newMemory() *Memory {
	return &Memory{pages: map[uint64]*[pageSize]byte{}, brk: 0x10000}
}

// fork returns a copy.
func (m *Memory) fork() *Memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := &Memory{pages: make(map[uint64]*[pageSize]byte, len(m.pages)), brk: m.brk}
	for a, p := range m.pages {
		q := *p
		c.pages[a] = &q
	}
	return c
}

// Map makes the pages that hold n bytes at addr exist.
func (m *Memory) Map(addr uint64, n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for a := addr &^ (pageSize - 1); a < addr+uint64(n); a += pageSize {
		if m.pages[a] == nil {
			m.pages[a] = new([pageSize]byte)
		}
	}
}

// Alloc maps n bytes that nobody had and returns their address.
func (m *Memory) Alloc(n int) uint64 {
	m.mu.Lock()
	addr := m.brk
	m.brk += (uint64(n) + 15) &^ 15
	m.mu.Unlock()
	m.Map(addr, max(n, 1))
	return addr
}

// AllocString puts s and a NUL into memory and returns the address.
func (m *Memory) AllocString(s string) uint64 {
	addr := m.Alloc(len(s) + 1)
	m.Write(append([]byte(s), 0), addr)
	return addr
}

// Read copies from addr; it stops at the first page that is missing: EFAULT.
func (m *Memory) Read(p []byte, addr uint64) (int, error) {
	return m.copy(p, addr, func(page, p []byte) int { return copy(p, page) })
}

// Write copies to addr; it stops at the first page that is missing: EFAULT.
func (m *Memory) Write(p []byte, addr uint64) (int, error) {
	return m.copy(p, addr, func(page, p []byte) int { return copy(page, p) })
}

func (m *Memory) copy(p []byte, addr uint64, do func(page, p []byte) int) (n int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for n < len(p) {
		a := addr + uint64(n)
		page := m.pages[a&^(pageSize-1)]
		if page == nil {
			return n, unix.EFAULT
		}
		n += do(page[a%pageSize:], p[n:])
	}
	return n, nil
}

// str reads a NUL-terminated string.
func (m *Memory) str(addr uint64) (string, error) {
	var s []byte
	var b [1]byte
	for {
		if _, err := m.Read(b[:], addr+uint64(len(s))); err != nil {
			return "", err
		}
		if b[0] == 0 {
			return string(s), nil
		}
		s = append(s, b[0])
	}
}
