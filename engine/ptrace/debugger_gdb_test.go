package ptrace_test

import (
	"regexp"
	"testing"
)

// gdbSession runs gdb on a program with commands.
func gdbSession(name, program string, commands ...string) session {
	// What the program prints is kept apart from what gdb does.
	const script = `gdb "$@"; s=$?; cat program.out; exit $s`
	argv := []string{"sh", "-c", script, "gdb", "-nx", "-q", "-batch", "-ex", "set width 0", "-ex", "set confirm off", "-ex", "handle SIGUSR1 nostop noprint", "-ex", "set args > program.out"}
	for _, c := range commands {
		argv = append(argv, "-ex", c)
	}
	return session{name: name, argv: append(argv, bin(program)), fold: foldGDB}
}

var (
	foldGDBNumbers = folding(
		`process \d+ *`, "process N ",
		`pid=\d+`, "pid=N",
		`Thread \d+\.\d+`, "Thread T",
		`0x0*5[56][0-9a-f]{10}`, "0xTEXT",
		`warning: target file /proc/\d+`, "warning: target file /proc/N",
		`LWP \d+`, "LWP N",
		`Thread 0x[0-9a-f]+`, "Thread T",
		`0x7[0-9a-f]{11}`, "0xHIGH",
		`core\.\d+`, "core.N",
	)
	gdbThreads = regexp.MustCompile(`^\[(New )?Thread .*\]\n$`)
)

// foldGDB leaves out the numbers of processes; threads come and go at any time.
func foldGDB(text string) string { return sorted(foldGDBNumbers(text), gdbThreads) }

func TestGDB(t *testing.T) {
	judge(t, []session{
		gdbSession("breakpoints", "steps",
			"break square", "run", "bt", "info locals", "continue", "print n", "finish", "delete", "tbreak fact if n == 2", "continue", "bt", "continue"),
		gdbSession("steps", "steps",
			"break main", "run", "next", "next", "step", "step", "next", "next", "finish", "stepi", "nexti", "x/i $pc", "until 70", "advance 71", "continue"),
		gdbSession("watch", "steps",
			"break main", "run", "watch total", "continue", "continue", "rwatch handled", "continue", "info watchpoints", "delete", "continue"),
		gdbSession("watch-software", "steps",
			"break square", "run", "set can-use-hw-watchpoints 0", "up", "watch s", "continue", "continue", "delete", "continue"),
		gdbSession("hardware-break", "steps",
			"break main", "run", "hbreak fact", "continue", "bt", "delete", "continue"),
		gdbSession("signals", "steps",
			"handle SIGUSR1 stop print", "run", "print $_siginfo.si_signo", "print $_siginfo._sifields._kill.si_uid", "continue"),
		gdbSession("signal-nopass", "steps",
			"handle SIGUSR1 nostop noprint nopass", "run"),
		gdbSession("signal-queue", "steps",
			"break has_child", "handle SIGUSR1 nostop print", "run", "queue-signal SIGUSR1", "continue"),
		gdbSession("calls", "steps",
			"break fact", "run", "print square(12)", "print sum(4)", "call (void)has_child(5)", "return 9", "next", "delete", "continue"),
		gdbSession("registers", "steps",
			"break square", "run", "info registers rip", "print $rsp % 16", "set var n = 10", "print $eflags", "p $xmm0.v4_int32", "set $xmm0.v4_int32[0] = 7", "p $xmm0.v4_int32[0]", "finish", "delete", "continue"),
		gdbSession("memory", "steps",
			"break fact", "run", "x/s words[1]", "set var words[1] = words[2]", "print total", "set var total = 5", "delete", "continue"),
		gdbSession("catch-syscall", "steps",
			"catch syscall getpid wait4 exit_group", "run", "continue", "continue", "continue", "delete", "continue"),
		gdbSession("catch-fork", "steps",
			"catch fork", "catch vfork", "run", "bt 1", "continue", "delete", "continue"),
		gdbSession("catch-exec", "steps",
			"catch exec", "set args exec > program.out", "run", "info program", "continue"),
		gdbSession("catch-signal", "steps",
			"catch signal SIGUSR1", "run", "continue"),
		gdbSession("follow-child", "steps",
			"set follow-fork-mode child", "break _exit", "run", "print total", "continue"),
		gdbSession("follow-exec", "steps",
			"set follow-fork-mode child", "tbreak has_program", "run", "set follow-fork-mode parent", "continue"),
		gdbSession("both", "steps",
			"set detach-on-fork off", "set schedule-multiple off", "break has_program", "catch fork", "run", "info inferiors", "next", "inferior 2", "print total", "kill inferiors 2", "inferior 1", "delete", "kill"),
		gdbSession("crash", "steps",
			"set args crash > program.out", "run", "bt", "print $_siginfo._sifields._sigfault.si_addr", "generate-core-file core.dump", "continue"),
		gdbSession("core", "steps",
			"break fact", "run", "generate-core-file core.dump", "kill", "file", "core-file core.dump", "bt 1"),
		gdbSession("twice", "steps",
			"break fact", "run", "run", "bt", "kill", "info inferiors", "delete", "run"),
		gdbSession("detach", "steps",
			"break has_program", "run", "delete", "print $_inferior", "detach", "info inferiors"),
		gdbSession("checkpoint", "steps",
			"break fact", "run", "checkpoint", "next", "print total", "restart 1", "print total", "delete", "kill"),
		gdbSession("record", "steps",
			"break sum", "run", "record full", "finish", "reverse-step", "reverse-next", "record stop", "delete", "continue"),
		gdbSession("starti", "steps",
			"starti", "info program", "stepi 20", "break main", "continue", "kill"),
		gdbSession("tty-signals", "steps",
			"break sum", "run", "signal SIGTERM"),
		gdbSession("threads", "threads",
			"break worked", "run", "bt 2", "print i", "continue", "print i", "continue", "print i", "delete", "continue"),
		gdbSession("scheduler-locking", "threads",
			"break worked if i == 1", "run", "set scheduler-locking on", "next", "next", "print counts", "set scheduler-locking off", "delete", "continue"),
		gdbSession("thread-apply", "threads",
			"break worked if i == 2", "run", "thread apply all -q print counts[0]", "thread apply all -q print $_thread", "delete", "continue"),
		gdbSession("thread-watch", "threads",
			"break main", "run", "watch counts[1]", "continue", "continue", "delete", "continue"),
		gdbSession("thread-step", "threads",
			"break worked if i == 0", "run", "step", "step", "next", "next", "delete", "continue"),
		gdbSession("non-stop", "threads",
			"set non-stop on", "break worked if i == 0", "run", "shell sleep 0.2", "thread 2", "bt 1", "next", "print counts[0]", "kill"),
		gdbSession("always-inserted", "threads",
			"set breakpoint always-inserted on", "set displaced-stepping on", "break worked", "run", "continue", "continue", "delete", "continue"),
	})
}

// A shell begins the program; gdb comes to it and goes.
func gdbAttach(name, script string) session {
	return session{name: name, argv: []string{"sh", "-c", script}, fold: foldGDB}
}

func TestGDBAttach(t *testing.T) {
	const begin = `"$BIN/loop" > pid & P=$!; until [ -s pid ]; do sleep 0.02; done; G="gdb -nx -q -batch -p $P"; `
	const end = `; kill $P; wait $P; echo "ended with $?"; cat pid | tail -n +2`
	judge(t, []session{
		gdbAttach("break", begin+`$G -ex 'break beat' -ex continue -ex 'bt 2' -ex 'print rounds > 0' -ex finish -ex detach 2>&1 | sed '/^\(0x\|\[New\|warning\|clock_nanosleep\|[0-9]\)/d'`+end),
		gdbAttach("quit", begin+`$G -ex 'print leave' 2>&1 | grep '^\$'`+end),
		gdbAttach("twice", begin+`for i in 1 2; do $G -ex 'print leave' 2>&1 | grep '^\$'; done`+end),
		gdbAttach("kill", begin+`$G -ex 'print leave' -ex kill 2>&1 | grep '^\$'; wait $P; echo "ended with $?"`),
		gdbAttach("core", begin+`$G -ex 'generate-core-file core.attached' 2>&1 | grep -i saved; gdb -nx -q -batch -ex 'print leave' "$BIN/loop" core.attached | grep '^\$'`+end),
		gdbAttach("signal", begin+`$G -ex "shell kill -USR1 $P" -ex continue -ex 'print $_siginfo.si_signo' 2>&1 | grep -A1 SIGUSR1; kill -9 $P; wait $P; echo "ended with $?"`),
		gdbAttach("killed", begin+`$G -ex continue >/dev/null 2>&1 & D=$!; until [ "$(awk '/TracerPid/{print $2}' /proc/$P/status)" != 0 ]; do sleep 0.02; done; sleep 0.5; kill -9 $D; wait $D; echo "gdb ended with $?"`+end),
	})
}

func TestGDBServer(t *testing.T) {
	const begin = `touch log; gdbserver --once 127.0.0.1:0 "$BIN/%s" > out 2> log & S=$!; until grep -q Listening log; do sleep 0.02; done; R=127.0.0.1:$(sed -n 's/.*port //p' log); `
	const end = `; wait $S; echo "gdbserver ended with $?"; cat out; sed 's/port.*//; s/pid = [0-9]*//; s/from host.*//' log`
	server := func(name, program, commands string) session {
		script := regexp.MustCompile("%s").ReplaceAllString(begin, program)
		return gdbAttach(name, script+`gdb -nx -q -batch -ex "target remote $R" `+commands+` "$BIN/`+program+`" 2>&1 | grep -v -i 'reading\|Remote debugging\|_start'`+end)
	}
	judge(t, []session{
		server("break", "steps", `-ex 'break square' -ex continue -ex bt -ex 'finish' -ex 'next' -ex delete -ex continue`),
		server("watch", "steps", `-ex 'break main' -ex continue -ex 'watch total' -ex continue -ex continue -ex delete -ex continue`),
		server("threads", "threads", `-ex 'break worked' -ex continue -ex 'print i' -ex continue -ex 'print i' -ex delete -ex continue`),
		server("catch", "steps", `-ex 'catch fork' -ex continue -ex 'catch syscall exit_group' -ex continue -ex delete -ex continue`),
		server("pipe", "steps", `-ex kill`),
	})
}
