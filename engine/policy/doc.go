// Package policy is the engine that decides about system calls by rules in a
// file. A rule is a line:
//
//	ACTION SET [if CONDITION]
//
//	# no mail, no keys; ask before anything is executed from /tmp
//	deny ECONNREFUSED     connect         if addr.port == 25
//	deny                  %file           if path startsWith "/root/.ssh/"
//	hold deadline=1m default=deny execve  if path startsWith "/tmp/"
//	log                   unlink,unlinkat
//	allow                 all
//
// The first rule whose set has the call and whose condition is true decides, and
// says nothing; log alone writes a line, and goes on to the next. A call that no
// rule is about is made.
//
//	allow              make the call
//	deny [ERRNO]       skip it, with this error, or EPERM
//	errno ERRNO        the same
//	result N           skip it, with this result
//	kill               kill the process
//	signal SIG         make it, and send the thread this signal
//	hold [deadline=TIME] [default=WHAT]   let a controller decide, as the engine hold does
//	log                write a line, and look at the next rule
//
// The set is strace's: names, %class, /regex, !. The condition is an expression
// of github.com/expr-lang/expr (and, or, not, ==, <, in, matches, contains,
// startsWith, endsWith, ...) over:
//
//	call        string   the call's name
//	args        list     its raw arguments, numbers
//	arg         map      its arguments by name, decoded: arg.flags == "O_RDONLY|O_CLOEXEC"
//	path, path2 string   the file that the kernel would reach: absolute, symbolic links
//	                     followed where the call follows them; "" if there is none
//	fd          string   what the first descriptor is: "/dev/null", "socket:[4711]"
//	addr        object   family ("unix", "inet", "inet6", ...), host, port, path
//	writes      bool     open and its like: the file may be changed, or made
//	pid, tid, uid, gid   numbers, of the caller; uid and gid are the effective ones
//	comm, exe   string   its name, and its program's file
//
// What a condition does not mention is not looked at, and costs nothing. One that
// cannot be evaluated (arg.x of a call that has no x) is not true.
//
// # No security boundary
//
// A rule looks at the program's memory and at the file system at the call's
// entry; the kernel looks again afterwards. Another thread of the program, or
// another process, can change a path, a symbolic link or an address in between.
// So rules keep programs from mistakes, and show what they do; they do not
// confine a program that works against them. What holds against such a one is
// about raw arguments alone: the call itself, args and the numbers in registers
// that the kernel is given as they were looked at.
package policy
