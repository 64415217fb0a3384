package hosttest

import (
	"fmt"
	"strings"

	"golang.org/x/sys/unix"
)

// Script is a program for the puppet: steps, one after another. At its end a
// process calls exit_group(0), a thread exit(0).
type Script []Step

// Step is one step. The system calls that it makes are exactly those that its
// constructor names.
type Step struct {
	op   byte
	args []string
	body Script
}

func step(op byte, args ...any) Step {
	s := Step{op: op}
	for _, a := range args {
		s.args = append(s.args, fmt.Sprint(a))
	}
	return s
}

// Str is a call argument: the address of a string, of fewer than 256 bytes and
// without blanks.
type Str string

func (s Str) String() string { return "$" + string(s) }

// Buf is a call argument: the address of byte n of the puppet's buffer of 1024
// bytes, whose address is [Run.Buf]. Bytes 512 and up are the puppet's own.
type Buf int

func (b Buf) String() string { return fmt.Sprintf("&%d", int(b)) }

// Self is a call argument: the process id; SelfThread the thread id.
const (
	Self       = ident("p")
	SelfThread = ident("t")
)

type ident string

// Call makes a system call.
func Call(nr int, args ...any) Step {
	for len(args) < 6 {
		args = append(args, 0)
	}
	return step('c', append([]any{nr}, args...)...)
}

// Getppid calls getppid: no arguments, no effect.
func Getppid() Step { return Call(unix.SYS_GETPPID) }

// Gettid calls gettid.
func Gettid() Step { return Call(unix.SYS_GETTID) }

// Pause calls pause: it blocks, and is restarted unless a handler runs.
func Pause() Step { return Call(unix.SYS_PAUSE) }

// Sleep calls nanosleep: restarted by restart_syscall.
func Sleep(ms int) Step { return step('s', ms) }

// SigWait calls rt_sigtimedwait for sig without a timeout: an EINTR-only call.
func SigWait(sig unix.Signal) Step { return step('S', int(sig)) }

// Pipe calls pipe2; ReadPipe reads one byte of it (ERESTARTSYS if broken), and
// WritePipe writes one. Children may use it too.
func Pipe() Step { return step('p') }

// ReadPipe reads one byte; see Pipe.
func ReadPipe() Step { return step('R') }

// WritePipe writes one byte; see Pipe.
func WritePipe() Step { return step('W') }

// Report tells the test the result of the last call, under a number.
func Report(key int) Step { return step('r', key) }

// ReportArg tells what argument register i held after the last call.
func ReportArg(i, key int) Step { return step('a', i, key) }

// ReportBuf tells the 8 bytes at off in the puppet's buffer.
func ReportBuf(off, key int) Step { return step('Q', off, key) }

// Note tells the test a number.
func Note(key int, value int64) Step { return step('n', key, value) }

// Poke stores 8 bytes at off in the puppet's buffer.
func Poke(off int, value int64) Step { return step('P', off, value) }

// Gate spins in user mode, without a call, until the test opens gate n (1 to
// 63; 0 is the one every script starts with).
func Gate(n int) Step { return step('g', n) }

// Handle installs a handler that counts; flags are SA_*.
func Handle(sig unix.Signal, flags int) Step { return step('h', int(sig), flags) }

// Ignore sets SIG_IGN.
func Ignore(sig unix.Signal) Step { return step('i', int(sig)) }

// Default sets SIG_DFL.
func Default(sig unix.Signal) Step { return step('d', int(sig)) }

// Block and Unblock call rt_sigprocmask.
func Block(sig unix.Signal) Step { return step('b', int(sig)) }

// Unblock calls rt_sigprocmask.
func Unblock(sig unix.Signal) Step { return step('u', int(sig)) }

// Raise calls tgkill on the thread itself.
func Raise(sig unix.Signal) Step { return step('k', int(sig)) }

// RaiseProcess calls kill on the process.
func RaiseProcess(sig unix.Signal) Step { return step('K', int(sig)) }

// Fork calls clone like fork; the child runs s. The last result is its pid.
func Fork(s ...Step) Step { return Step{op: 'f', body: s} }

// VFork calls clone like vfork.
func VFork(s ...Step) Step { return Step{op: 'v', body: s} }

// Thread calls clone like pthread_create.
func Thread(s ...Step) Step { return Step{op: 't', body: s} }

// Exec calls execve of the puppet with s; the new image then calls mmap and
// getpid before the first step.
func Exec(s ...Step) Step { return Step{op: 'x', body: s} }

// Exit calls exit; ExitGroup exit_group.
func Exit(code int) Step { return step('e', code) }

// ExitGroup calls exit_group.
func ExitGroup(code int) Step { return step('E', code) }

// WaitChild calls wait4(-1) and tells the wait status; the last result is the
// pid.
func WaitChild(key int) Step { return step('w', key) }

// Loop runs s n times; 0 is for ever.
func Loop(n int, s ...Step) Step { return Step{op: 'l', args: []string{fmt.Sprint(n)}, body: s} }

// String is the script as the puppet reads it.
func (s Script) String() string {
	var b strings.Builder
	s.write(&b)
	return b.String()
}

func (s Script) write(b *strings.Builder) {
	for _, st := range s {
		b.WriteByte(st.op)
		for _, a := range st.args {
			b.WriteByte(' ')
			b.WriteString(a)
		}
		if hasBody(st.op) {
			b.WriteString(" { ")
			st.body.write(b)
			b.WriteString("}")
		}
		b.WriteByte(' ')
	}
}

func hasBody(op byte) bool { return strings.IndexByte("fvtxl", op) >= 0 }
