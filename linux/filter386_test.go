package linux_test

import (
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"

	"utrace"
	"utrace/internal/sys/systest"
)

// dup386 makes dup(1) and then exit_group(result), by int $0x80 in 32-bit code.
const dup386 = `
.globl _start
_start:	mov $41, %eax
	mov $1, %ebx
	int $0x80
	mov %eax, %ebx
	mov $252, %eax
	int $0x80
`

// dup80 is the same in 64-bit code.
const dup80 = `
.globl _start
_start:	mov $41, %eax
	mov $1, %ebx
	int $0x80
	mov %rax, %rdi
	mov $231, %eax
	syscall
`

// TestFilterI386: calls of i386 are trapped by their own numbers, and can be
// made, changed and aborted at their seccomp stop.
func TestFilterI386(t *testing.T) {
	const run, abort = utrace.SyscallRun | utrace.Resume, utrace.SyscallAbort | utrace.Resume
	for name, prog := range map[string]string{
		"386":   systest.Build(t, "dup.S", dup386, append([]string{"-m32"}, systest.Bare...)...),
		"int80": systest.Build(t, "dup.S", dup80, systest.Bare...),
	} {
		for what, x := range map[string]struct {
			answer func(c *utrace.Syscall) utrace.Action
			want   int
		}{
			"run":   {func(*utrace.Syscall) utrace.Action { return run }, 3},
			"arg":   {func(c *utrace.Syscall) utrace.Action { c.SetArg(0, ^uint64(0)); return run }, 256 - int(unix.EBADF)},
			"abort": {func(c *utrace.Syscall) utrace.Action { c.SetResult(77); return abort }, 77},
			"error": {func(c *utrace.Syscall) utrace.Action { c.SetError(unix.EPERM); return abort }, 255},
		} {
			t.Run(name+"/"+what, func(t *testing.T) {
				n := newCounter()
				n.ops.SyscallEntry = func(_ *utrace.Engine, _ utrace.Action, c *utrace.Syscall) utrace.Action {
					n.entry.Add(1)
					if got := c.Args(); got[0] != 1 {
						t.Errorf("arguments %#x", got)
					}
					return x.answer(c)
				}
				p, err := open(t).Start(exec.Command(prog), func(k *utrace.Task) error {
					_, err := attach(k, &n.ops, utrace.EventSyscall, set(t, "dup@32"))
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				ws, err := p.Wait(deadline(t))
				if err != nil || ws.ExitStatus() != x.want {
					t.Errorf("%v, status %#x, want exit status %d", err, ws, x.want)
				}
				n.want(t, 1, 1)
			})
		}
	}
}
