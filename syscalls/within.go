package syscalls

// Within is a call that i386 makes through another: connect(2) through socketcall(2), semget(2) through ipc(2). A Set
// has it by its name. Some have a number of their own besides.
type Within struct {
	Outer  int    // the number of the call that makes it
	Which  int    // what tells in its first argument that it does
	Name   string // what is made
	Args   []int8 // which of the outer call's arguments its are, for ipc(2); socketcall(2) takes them in memory
	Memory int    // how many there are, for socketcall(2)
}

// The numbers of i386's calls that make others.
const (
	NrSocketcall = 102
	NrIPC        = 117
)

var within = [...]Within{
	{NrSocketcall, 1, "socket", nil, 3}, {NrSocketcall, 2, "bind", nil, 3}, {NrSocketcall, 3, "connect", nil, 3},
	{NrSocketcall, 4, "listen", nil, 2}, {NrSocketcall, 5, "accept", nil, 3}, {NrSocketcall, 6, "getsockname", nil, 3},
	{NrSocketcall, 7, "getpeername", nil, 3}, {NrSocketcall, 8, "socketpair", nil, 4}, {NrSocketcall, 9, "send", nil, 4},
	{NrSocketcall, 10, "recv", nil, 4}, {NrSocketcall, 11, "sendto", nil, 6}, {NrSocketcall, 12, "recvfrom", nil, 6},
	{NrSocketcall, 13, "shutdown", nil, 2}, {NrSocketcall, 14, "setsockopt", nil, 5}, {NrSocketcall, 15, "getsockopt", nil, 5},
	{NrSocketcall, 16, "sendmsg", nil, 3}, {NrSocketcall, 17, "recvmsg", nil, 3}, {NrSocketcall, 18, "accept4", nil, 4},
	{NrSocketcall, 19, "recvmmsg", nil, 5}, {NrSocketcall, 20, "sendmmsg", nil, 4},
	{NrIPC, 1, "semop", []int8{1, 4, 2}, 0}, {NrIPC, 2, "semget", []int8{1, 2, 3}, 0}, {NrIPC, 3, "semctl", []int8{1, 2, 3, 4}, 0},
	{NrIPC, 4, "semtimedop", []int8{1, 4, 2, 5}, 0}, {NrIPC, 11, "msgsnd", []int8{1, 4, 2, 3}, 0},
	{NrIPC, 12, "msgrcv", []int8{1, 4, 2, 5, 3}, 0}, {NrIPC, 13, "msgget", []int8{1, 2}, 0}, {NrIPC, 14, "msgctl", []int8{1, 2, 4}, 0},
	{NrIPC, 21, "shmat", []int8{1, 4, 2}, 0}, {NrIPC, 22, "shmdt", []int8{4}, 0}, {NrIPC, 23, "shmget", []int8{1, 2, 3}, 0},
	{NrIPC, 24, "shmctl", []int8{1, 2, 4}, 0},
}

// allWithin has a bit for each of them, in the order of within.
const allWithin = 1<<len(within) - 1

// LookupWithin returns what i386's call outer makes whose first argument is this.
func LookupWithin(outer int, first uint32) (*Within, bool) {
	switch {
	case outer == NrSocketcall && first >= 1 && first <= 20:
		return &within[first-1], true
	case outer == NrIPC:
		for i := range within { // the upper half is a version
			if w := &within[i]; w.Outer == NrIPC && uint32(w.Which) == first&0xffff {
				return w, true
			}
		}
	}
	return nil, false
}

// withinBits are those that a call of i386 makes.
func withinBits(outer int) (bits uint64) {
	const sockets = 1<<20 - 1
	switch outer {
	case NrSocketcall:
		return sockets
	case NrIPC:
		return allWithin &^ sockets
	}
	return 0
}

// HasWithin reports whether the call that i386's call outer makes is in the set. If it makes none, because its first
// argument is none that it knows, it is the call itself that matters.
func (s *Set) HasWithin(outer int, first uint32) bool {
	if s == nil {
		return true
	}
	w, ok := LookupWithin(outer, first)
	if !ok {
		return s.own(outer)
	}
	for i := range within {
		if &within[i] == w {
			return s.within&(1<<i) != 0
		}
	}
	return false
}

// Own reports whether a call of i386 that makes others is in the set as itself, not for what it makes.
func (s *Set) Own(outer int) bool { return s == nil || s.own(outer) }

func (s *Set) own(nr int) bool { return s.known[slotI386][nr/64]&(1<<(nr%64)) != 0 }

// SplitsWithin reports whether the set has some of the calls that i386 makes through another and not all, so that a
// number does not tell whether a call is in it.
func (s *Set) SplitsWithin() bool {
	if s == nil {
		return false
	}
	for _, outer := range [...]int{NrSocketcall, NrIPC} {
		bits := withinBits(outer)
		if has := s.within & bits; has != 0 && has != bits || s.own(outer) != (has != 0) {
			return true
		}
	}
	return false
}

// addWithin adds the calls within others that match, and reports whether there are any.
func (s *Set) addWithin(match func(*Call) bool) (found bool) {
	for i := range within {
		c := Call{Nr: -1, Name: within[i].Name} // has no number in a specification
		like := c.Name
		switch like {
		case "send":
			like = "sendto"
		case "recv":
			like = "recvfrom"
		}
		if real, ok := ByName(AMD64, like); ok {
			c.Classes = real.Classes
		}
		if match(&c) {
			s.within |= 1 << i
			found = true
		}
	}
	return found
}

// hasName reports whether a call of this name is in the set on i386: by its number, or within another.
func (s *Set) hasName(name string) (has, exists bool) {
	if c, ok := ByName(I386, name); ok {
		has, exists = s.own(c.Nr), true
	}
	for i := range within {
		if within[i].Name == name {
			has, exists = has || s.within&(1<<i) != 0, true
		}
	}
	return has, exists
}
