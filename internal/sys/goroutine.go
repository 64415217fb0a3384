package sys

// Goroutine returns a number that no other goroutine has while the caller lives.
// For a goroutine that is locked to its OS thread it stands for that thread, at
// none of the cost of [Gettid], which is a system call.
func Goroutine() uintptr
