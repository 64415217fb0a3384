package utrace

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// ERESTARTSYS is the kernel-internal error 512: what Barrier returns when its
// context ends first, and what a system call that a signal broke shows at its
// exit.
const ERESTARTSYS = unix.Errno(512)

// Error is an errno with what was being done; errors.Is finds the errno.
type Error struct {
	Op  string
	Err unix.Errno
}

func (e *Error) Error() string {
	if e.Err == ERESTARTSYS {
		return "utrace: " + e.Op + ": interrupted"
	}
	return fmt.Sprintf("utrace: %s: %v", e.Op, e.Err)
}

// Unwrap returns the errno.
func (e *Error) Unwrap() error { return e.Err }

func errno(op string, err unix.Errno) error { return &Error{op, err} }
