// Package decode writes down system calls: their arguments, what those point at, and their results, as
// strace(1)'s text or as JSON.
//
//	d := decode.New(task.Memory(), &decode.Options{})
//	d.Begin(call.Arch(), call) // at its entry
//	d.Enter()                  // `3, `
//	d.Leave(call.Result())     // `"hello\n", 100`
//	d.Result()                 // `6`
//	os.Stdout.Write(d.Bytes())
//
// The promises:
//
//   - What a call reads is shown as it was at its entry, what it writes as it was at its exit.
//   - Nothing that a program does makes it fail: what cannot be read is shown as its address. For one call
//     at most 1 MiB is read, and as much more as Options.StringLimit makes of 32 strings; lists and bit masks
//     are cut.
//   - Names, order, and punctuation are strace's, byte for byte. docs/strace-differences.md lists what is not.
//   - A call costs no allocation, but for long strings.
//
// # JSON
//
// Where Options.JSON is set, the same calls write JSON. Enter and Leave write the members of an object, one for
// each argument, by the kernel's name for it:
//
//	"fd":{"raw":"0x3","value":3},"buf":{"raw":"0x7ffc10","value":"hello\n"}
//
// raw is the register; value is what it means: a number; an address as "0x7f10" or null; a name or flags as
// strace writes them, "O_RDWR|O_CLOEXEC"; a struct as an object, a list as an array; a set of signals, of
// descriptors or of processors as an array, or as {"not":[...]}. Text is a string if it is valid UTF-8, else
// {"base64":"..."}, as what is no text always is. What is cut has "truncated":true: an object as a member, a
// list in an object at its end, and text is {"string":"...","truncated":true}. A number that the call has
// changed is {"before":1,"after":2}, and what it has made of an argument that was shown at entry is in "after"
// beside "value". With hooks a descriptor is {"fd":3,"is":"/etc/passwd"} and a process {"pid":5,"comm":"sh"}.
// Result writes members too.
//
// # To add to it
//
// A struct: a line in ../types.txt, then go generate in package syscalls. calls.txt and commands.txt call it
// Struct:NAME, or Structs:NAME[n] if there is a list of them; another struct's line takes it as a field's type, or
// as "ptr Struct:NAME".
//
// A struct that no such line can tell of: a method in the file of its family, and a line in byhand.go. It says with
// the methods of out what things are, and never writes punctuation; it returns false if it cannot read what it needs
// before it has written, and the address is shown. fetch and numbers read, in bounds.
//
// The arguments of a command of ioctl, prctl and their like: a line in ../commands.txt.
//
// Constants: a table in package flags.
//
// Tests: lines in the table of the family's test, with strace's own text as what is wanted.
package decode
