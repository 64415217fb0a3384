// Gotracer runs a program under ptrace, from Go, and tells what calls it made.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

func main() {
	runtime.LockOSThread()
	cmd := exec.Command(os.Args[1], os.Args[2:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Ptrace: true}
	if err := cmd.Start(); err != nil {
		fail("start", err)
	}
	pid := cmd.Process.Pid
	var ws unix.WaitStatus
	wait := func() {
		if _, err := unix.Wait4(pid, &ws, unix.WALL, nil); err != nil {
			fail("wait", err)
		}
	}
	wait()
	if err := unix.PtraceSetOptions(pid, unix.PTRACE_O_TRACESYSGOOD|unix.PTRACE_O_EXITKILL); err != nil {
		fail("options", err)
	}
	counts := map[uint64]int{}
	for entry, sig := true, 0; ; {
		if err := unix.PtraceSyscall(pid, sig); err != nil {
			fail("syscall", err)
		}
		wait()
		sig = 0
		switch {
		case ws.Exited():
			fmt.Println("exited", ws.ExitStatus(), "getppid", counts[unix.SYS_GETPPID], "write", counts[unix.SYS_WRITE])
			return
		case !ws.Stopped():
			fail("status", fmt.Errorf("%#x", ws))
		case ws.StopSignal() == unix.SIGTRAP|0x80:
			var regs unix.PtraceRegs
			if err := unix.PtraceGetRegs(pid, &regs); err != nil {
				fail("registers", err)
			}
			if entry {
				counts[regs.Orig_rax]++
			}
			entry = !entry
		default:
			sig = int(ws.StopSignal())
		}
	}
}

func fail(what string, err error) {
	fmt.Println(what, err)
	os.Exit(1)
}
