// Package syscalls says what a system call is called and what its arguments mean, as data.
//
// It knows every call of amd64 and i386 that Linux 6.18 has: names, numbers, what each argument is, what
// the result is, and the classes strace(1) puts the call in. Whoever prints, counts or chooses calls looks
// them up here; nothing here reads a tracee's memory or prints a call.
//
//	c, ok := syscalls.Lookup(syscalls.AMD64, 257)
//	for i, a := range c.Args { ... a.Name, a.Kind, c.LenArg(i), a.Flags.Format(v) ... }
//
//	set, err := syscalls.ParseSet("%file,close")
//	if set.Has(arch, nr) { ... }
//
// The promises:
//
//   - Lookup and Set.Has take constant time and no memory. They are meant for every stop of a tracee.
//   - The tables are immutable, and so is a Set. Any number of goroutines may use them at once.
//   - A number that no table has is no error: Lookup says so, and a Set has it if it is all calls or the
//     inverse of some. That goes for numbers of x32, which have bit 30 set, and for those of newer kernels.
//
// The data is kept by hand, and the tables are made of it: calls.txt, one line a call; types.txt, one line for each C
// struct that calls point at; commands.txt, what the arguments of fcntl, ioctl, prctl and their like are for each
// command. Constants by name, for the arguments that are made of them, are in package flags. Package decode writes
// a call down, with all of it.
package syscalls

//go:generate go run ./internal/gen
