package syscalls

import "strings"

// Set is a set of system calls, each of one architecture. It is immutable. The zero value is empty; a nil
// *Set is every call, so that an option left out means all.
//
// Numbers from Limit on are in the set together or not at all, and so are all of an architecture that has
// no table.
type Set struct {
	known  [slotOther][Limit / 64]uint64 // by number, below Limit
	beyond [slotOther + 1]bool           // the numbers from Limit on
	within uint64                        // the calls that i386 makes through others
}

// Limit is above every number of every table. All numbers from it on are alike to a Set, so whoever
// compiles one for the kernel need ask for no more than the first of them.
const Limit = 512

// The slots of a Set: an architecture each, and the last one for those without a table.
const (
	slotAMD64 = iota
	slotI386
	slotOther
)

func slot(arch Arch) int {
	switch arch {
	case AMD64:
		return slotAMD64
	case I386:
		return slotI386
	}
	return slotOther
}

// All returns the set of every call, those without a name too.
func All() *Set { return None().Invert() }

// None returns the empty set.
func None() *Set { return new(Set) }

// Has reports whether the call with this number is in the set, or may be: HasWithin tells for the calls of i386 that
// make others. It allocates nothing.
func (s *Set) Has(arch Arch, nr int) bool {
	if s == nil {
		return true
	}
	i := slot(arch)
	if i == slotOther || uint(nr) >= Limit {
		return s.beyond[i]
	}
	return s.known[i][nr/64]&(1<<(nr%64)) != 0 || i == slotI386 && s.within&withinBits(nr) != 0
}

// Union returns the set of the calls in s or in o.
func (s *Set) Union(o *Set) *Set {
	if s == nil || o == nil {
		return nil
	}
	u := *s
	u.within |= o.within
	for i := range u.beyond {
		u.beyond[i] = u.beyond[i] || o.beyond[i]
	}
	for i := range u.known {
		for w := range u.known[i] {
			u.known[i][w] |= o.known[i][w]
		}
	}
	return &u
}

// Includes reports whether every call of o is in the set.
func (s *Set) Includes(o *Set) bool {
	switch {
	case s == nil || s == o:
		return true
	case o == nil:
		return s.IsAll()
	}
	return *s.Union(o) == *s
}

// Invert returns the set of the calls not in s.
func (s *Set) Invert() *Set {
	inverse := new(Set)
	if s == nil {
		return inverse
	}
	inverse.within = allWithin &^ s.within
	for i := range s.beyond {
		inverse.beyond[i] = !s.beyond[i]
	}
	for i := range s.known {
		for w := range s.known[i] {
			inverse.known[i][w] = ^s.known[i][w]
		}
	}
	return inverse
}

// IsAll reports whether every call is in the set.
func (s *Set) IsAll() bool { return s == nil || *s == *All() }

// IsEmpty reports whether no call is in the set.
func (s *Set) IsEmpty() bool { return s != nil && *s == Set{} }

// String returns a specification that ParseSet makes the same set of, as long as the set came from there.
// It names every call, whatever classes and expressions the set was made of.
func (s *Set) String() string {
	switch {
	case s.IsAll():
		return "all"
	case s.IsEmpty():
		return "none"
	case s.beyond[slotOther]:
		return "!" + s.Invert().list()
	}
	return s.list()
}

// list names the calls of the set, once for both architectures if it has both.
func (s *Set) list() string {
	var items []string
	whole := make(map[Arch]bool)
	for _, arch := range Archs() {
		if s.beyond[slot(arch)] {
			whole[arch] = true
			items = append(items, "all"+suffix(arch))
		}
	}
	for c := range Table(AMD64) {
		has, both := s.hasName(c.Name)
		in64 := s.Has(AMD64, c.Nr) && !whole[AMD64]
		in32 := has && !whole[I386]
		switch {
		case in64 && (in32 || !both):
			items = append(items, c.Name)
		case in64:
			items = append(items, c.Name+suffix(AMD64))
		case in32:
			items = append(items, c.Name+suffix(I386))
		}
	}
	for c := range Table(I386) {
		if _, both := ByName(AMD64, c.Name); !both && s.own(c.Nr) && !whole[I386] {
			items = append(items, c.Name)
		}
	}
	for _, name := range [...]string{"send", "recv"} { // which have no number anywhere
		if has, _ := s.hasName(name); has && !whole[I386] {
			items = append(items, name)
		}
	}
	return strings.Join(items, ",")
}

// suffix is how a specification limits a word to one architecture.
func suffix(arch Arch) string {
	if arch == I386 {
		return "@32"
	}
	return "@64"
}

func (s *Set) add(c *Call, arch Arch) {
	s.known[slot(arch)][c.Nr/64] |= 1 << (c.Nr % 64)
}

// addAll adds every number of one architecture, named or not.
func (s *Set) addAll(arch Arch) {
	i := slot(arch)
	if i == slotI386 {
		s.within = allWithin
	}
	s.beyond[i] = true
	for w := range s.known[i] {
		s.known[i][w] = ^uint64(0)
	}
}
