package doctor

import (
	"fmt"
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// filters installs a filter that allows everything, on a thread that is then
// thrown away: with it goes all that this changed.
func filters() Finding {
	f := Finding{Name: "seccomp filters", Verdict: OK, Is: "can be installed"}
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends
		done <- tryFilter()
	}()
	if err := <-done; err != nil {
		f.Verdict, f.Is = Warn, err.Error()
		f.Do = "every call stops, also those that no engine wants; a kernel with CONFIG_SECCOMP_FILTER would spare that"
	}
	return f
}

func tryFilter() error {
	if unix.Gettid() == unix.Getpid() {
		return fmt.Errorf("not tried: no thread to spare")
	}
	action := uint32(unix.SECCOMP_RET_TRACE)
	if _, _, e := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_GET_ACTION_AVAIL, 0, uintptr(unsafe.Pointer(&action))); e != 0 {
		return fmt.Errorf("a filter cannot ask a tracer (SECCOMP_RET_TRACE): %w", e)
	}
	// A thread with CAP_SYS_ADMIN needs no_new_privs as little as our own.
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return os.NewSyscallError("prctl(PR_SET_NO_NEW_PRIVS)", err)
	}
	allow := []unix.SockFilter{{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW}}
	prog := unix.SockFprog{Len: uint16(len(allow)), Filter: &allow[0]}
	_, _, e := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_SPEC_ALLOW, uintptr(unsafe.Pointer(&prog)))
	runtime.KeepAlive(allow)
	if e != 0 {
		return fmt.Errorf("install a filter: %w", e)
	}
	return nil
}
