package ptrace

import (
	"errors"
	"unsafe"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/arch"
)

// regsOf returns the tracee's registers as its tracer sees them: with what it
// changed at this call's entry.
func (t *thread) regsOf(s *utrace.Stopped) (arch.Regs, error) {
	regs, err := s.Regs()
	if err == nil && t.entry.changed {
		regs.SetNr(t.entry.nr)
		regs.SetArgs(t.stop.call.arch, t.entry.args)
	}
	if err == nil && t.entry.hasResult {
		regs.SetResult(t.stop.call.arch, t.entry.result)
	}
	return regs, err
}

// setRegsOf sets them. At an entry stop the number and the arguments are this
// engine's changes of the call, so that who is closer to the program goes on
// seeing what that asked for; the rest is permanent.
func (t *thread) setRegsOf(s *utrace.Stopped, regs arch.Regs) int64 {
	if t.stop.kind == atEntry || t.stop.kind == atSeccomp {
		if c, ok := s.Syscall(); ok {
			id := c.Arch()
			own, err := s.Regs()
			if err != nil {
				return failed(unix.ESRCH)
			}
			t.entry.result, t.entry.hasResult = regs.Result(id), true
			t.change(c, regs.Nr(), regs.Args(id))
			regs.SetNr(own.Nr())
			regs.SetArgs(id, own.Args(id))
			regs.Rax = own.Rax
		}
	}
	if err := s.SetRegs(&regs); err != nil {
		return failed(unix.ESRCH)
	}
	// At once, so that what the kernel makes of them is read back.
	var mask [8]byte
	_, err := t.task.Inspect(unix.PTRACE_GETSIGMASK, 8, mask[:])
	return errnoOf(0, err)
}

// change makes the call another one in the eyes of those closer to the kernel.
func (t *thread) change(c *utrace.Syscall, nr int, args [6]uint64) {
	if nr != c.Nr() {
		t.entry.changed = true
		if nr >= 0 {
			c.SetNr(nr)
		}
	}
	for i, v := range args {
		if v != c.Arg(i) {
			t.entry.changed = true
			c.SetArg(i, v)
		}
	}
	t.entry.nr, t.entry.args = nr, args
}

// regWords is struct user_regs_struct as words.
const regWords = 27

func words(regs *arch.Regs) *[regWords]uint64 { return (*[regWords]uint64)(unsafe.Pointer(regs)) }

// Indices of registers in user_regs_struct whose values the kernel checks.
const (
	wordCS     = 17
	wordFlags  = 18
	wordSS     = 20
	wordFSBase = 21
	wordGSBase = 22
	wordDS     = 23
	wordGS     = 26
)

// maxAddress is TASK_SIZE_MAX.
const maxAddress = 1<<47 - 4096

// valid reports whether the kernel takes v as a register's value (putreg).
func valid(word int, v uint64) bool {
	switch {
	case word == wordCS || word == wordSS:
		return uint16(v)&3 == 3
	case word >= wordDS && word <= wordGS:
		return uint16(v) == 0 || uint16(v)&3 == 3
	case word == wordFSBase || word == wordGSBase:
		return v < maxAddress
	}
	return true
}

// getRegs is PTRACE_GETREGS, in the layout of the caller's own programs.
func (r *req) getRegs(target *thread, s *utrace.Stopped) int64 {
	regs, err := target.regsOf(s)
	if err != nil {
		return failed(unix.ESRCH)
	}
	if !r.write(layout(&regs, r.arch.Is64()), r.data) {
		return failed(unix.EFAULT)
	}
	return 0
}

// setRegs is PTRACE_SETREGS.
func (r *req) setRegs(target *thread, s *utrace.Stopped) int64 {
	b := make([]byte, layoutSize(r.arch.Is64()))
	if !r.read(b, r.data) {
		return failed(unix.EFAULT)
	}
	return target.store(s, b, r.arch.Is64())
}

// layout is the register set as 64-bit or 32-bit programs have it.
func layout(regs *arch.Regs, wide bool) []byte {
	b := make([]byte, 0, layoutSize(true))
	if wide {
		for _, v := range words(regs) {
			b = le.AppendUint64(b, v)
		}
		return b
	}
	for _, i := range compatWords {
		b = le.AppendUint32(b, uint32(words(regs)[i]))
	}
	return b
}

// compatWords are the registers of struct user_regs_struct of i386, by index in
// amd64's: bx cx dx si di bp ax ds es fs gs orig_ax ip cs flags sp ss.
var compatWords = [...]int{5, 11, 12, 13, 14, 4, 10, 23, 24, 25, 26, 15, 16, 17, 18, 19, 20}

func layoutSize(wide bool) int {
	if wide {
		return 8 * regWords
	}
	return 4 * len(compatWords)
}

// store sets registers from b, a beginning of the layout.
func (t *thread) store(s *utrace.Stopped, b []byte, wide bool) int64 {
	regs, err := t.regsOf(s)
	if err != nil {
		return failed(unix.ESRCH)
	}
	result := int64(0)
	if wide {
		for i := 0; i+8 <= len(b); i += 8 {
			v := le.Uint64(b[i:])
			if !valid(i/8, v) {
				result = failed(unix.EIO)
				break
			}
			words(&regs)[i/8] = v
		}
	} else {
		for i := 0; i+4 <= len(b); i += 4 {
			v := uint64(le.Uint32(b[i:]))
			word := compatWords[i/4]
			if !valid(word, v) {
				result = failed(unix.EIO)
				break
			}
			if word == 15 || word == 10 {
				v = uint64(int64(int32(v))) // orig_ax and ax are signed
			}
			words(&regs)[word] = v
		}
	}
	if done := t.setRegsOf(s, regs); done < 0 {
		return done
	}
	return result
}

// debugRegs is offsetof(struct user, u_debugreg); the registers lie before it.
const (
	debugRegs       = 848
	debugRegsCompat = 252
)

// peekUser is PTRACE_PEEKUSER.
func (r *req) peekUser(target *thread, s *utrace.Stopped) int64 {
	wide := r.arch.Is64()
	if r.addr%uint64(r.word()) == 0 && r.addr < uint64(layoutSize(wide)) {
		regs, err := target.regsOf(s)
		if err != nil {
			return failed(unix.ESRCH)
		}
		b := append(layout(&regs, wide)[r.addr:], 0, 0, 0, 0)
		return r.put(le.Uint64(append(b, 0, 0, 0, 0)))
	}
	var b [8]byte
	if result := r.otherUser(target, b[:]); result < 0 {
		return result
	}
	return r.put(le.Uint64(b[:]))
}

// otherUser is peekUser and pokeUser of what is no register: debug registers, and
// in a 32-bit struct user much that is 0 and stays so.
func (r *req) otherUser(target *thread, b []byte) int64 {
	at := r.addr
	if !r.arch.Is64() {
		switch {
		case at%4 != 0 || at > debugRegsCompat+8*4:
			return failed(unix.EIO)
		case at < debugRegsCompat || at == debugRegsCompat+8*4:
			return 0
		}
		at = debugRegs + 2*(at-debugRegsCompat)
	}
	return errnoOf(target.task.Inspect(r.nr, at, b))
}

// pokeUser is PTRACE_POKEUSER.
func (r *req) pokeUser(target *thread, s *utrace.Stopped) int64 {
	wide := r.arch.Is64()
	if r.addr%uint64(r.word()) == 0 && r.addr < uint64(layoutSize(wide)) {
		regs, err := target.regsOf(s)
		if err != nil {
			return failed(unix.ESRCH)
		}
		b := layout(&regs, wide)
		at := int(r.addr)
		if wide {
			if !valid(at/8, r.data) {
				return failed(unix.EIO)
			}
			le.PutUint64(b[at:], r.data)
		} else {
			le.PutUint32(b[at:], uint32(r.data))
		}
		return target.store(s, b, wide)
	}
	var b [8]byte
	le.PutUint64(b[:], r.data)
	return r.otherUser(target, b[:])
}

// ntPrstatus is NT_PRSTATUS, the general registers as a regset.
const ntPrstatus = 1

// regset is PTRACE_GETREGSET and PTRACE_SETREGSET: data points to an iovec,
// whose length is set to what was transferred. The layout is the tracee's.
func (r *req) regset(target *thread, s *utrace.Stopped) int64 {
	word := r.word()
	iov := make([]byte, 2*word)
	if !r.read(iov, r.data) {
		return failed(unix.EFAULT)
	}
	base, size := le.Uint64(append(iov[:word:word], 0, 0, 0, 0)), le.Uint64(append(iov[word:], 0, 0, 0, 0))
	set := r.nr == unix.PTRACE_SETREGSET
	b := make([]byte, min(size, 1<<16))
	if set && !r.read(b, base) {
		return failed(unix.EFAULT)
	}
	n := 0
	if r.addr == ntPrstatus {
		regs, err := target.regsOf(s)
		if err != nil {
			return failed(unix.ESRCH)
		}
		wide := !regs.Compat()
		unit := 8
		if !wide {
			unit = 4
		}
		if len(b)%unit != 0 {
			return failed(unix.EINVAL)
		}
		n = min(len(b), layoutSize(wide))
		if set {
			if result := target.store(s, b[:n], wide); result < 0 {
				return result
			}
		} else {
			copy(b, layout(&regs, wide))
		}
	} else {
		got, err := target.task.Inspect(r.nr, r.addr, b)
		if result := errnoOf(got, err); result < 0 {
			return result
		}
		n = int(got)
	}
	if !set && !r.write(b[:n], base) {
		return failed(unix.EFAULT)
	}
	le.PutUint32(iov[word:], uint32(n))
	if word == 8 {
		le.PutUint32(iov[12:], 0)
	}
	if !r.write(iov[word:], r.data+uint64(word)) {
		return failed(unix.EFAULT)
	}
	return 0
}

// errnoIn returns the errno that an error stands for.
func errnoIn(err error) (unix.Errno, bool) {
	var e unix.Errno
	ok := errors.As(err, &e)
	return e, ok
}

// Codes of arch_prctl(2), from asm/prctl.h.
const (
	archSetGS = 0x1001
	archSetFS = 0x1002
	archGetFS = 0x1003
	archGetGS = 0x1004
)

// archPrctl is PTRACE_ARCH_PRCTL: data is the code, addr its argument, a pointer
// into the caller's memory where the code gets something.
func (r *req) archPrctl(target *thread, s *utrace.Stopped) int64 {
	regs, err := target.regsOf(s)
	if err != nil {
		return failed(unix.ESRCH)
	}
	word := wordGSBase
	if r.data == archSetFS || r.data == archGetFS {
		word = wordFSBase
	}
	switch r.data {
	case archSetGS, archSetFS:
		if r.addr >= maxAddress {
			return failed(unix.EPERM)
		}
		words(&regs)[word] = r.addr
		return target.setRegsOf(s, regs)
	case archGetGS, archGetFS:
		r.data = r.addr
		return r.put(words(&regs)[word])
	}
	return failed(unix.EINVAL)
}
