// Package sys holds the raw kernel structures and calls that golang.org/x/sys
// lacks. It is the only package that calls ptrace(2).
//
// What it promises:
//
//   - Every call returns a [unix.Errno], 0 for success, and never an error made
//     for the occasion: no call here allocates, whatever its outcome.
//   - Nothing is retried and nothing is hidden. EINTR is returned.
//   - ESRCH means that the tracee is gone, or not stopped, or not ours, the
//     kernel does not say which. A tracee can be killed out of any stop, so
//     every request can fail so, and the caller must expect it.
//   - A ptrace request runs by RawSyscall: it never blocks, and the Go
//     scheduler need not know. A wait that may block runs by Syscall, or it
//     would hold up the collector for as long as the tracee runs. The name of
//     each wait says which of the two it is.
//   - All requests for a tracee must be made on the OS thread that attached to
//     it (runtime.LockOSThread), or the kernel answers ESRCH.
//
// Structures are laid out as the kernel lays them out, and can be copied to and
// from a tracee's memory as they are. What differs between architectures is in
// files that carry the architecture's name.
package sys
