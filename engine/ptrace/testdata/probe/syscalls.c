/* Stops at system calls: SYSCALL, SYSEMU, GET and SET_SYSCALL_INFO. */
#include "probe.h"

#ifndef PTRACE_SET_SYSCALL_INFO
#define PTRACE_SET_SYSCALL_INFO 0x4212
#endif

static void some_calls(void)
{
	syscall(SYS_getpid);
	syscall(SYS_close, -1);
	syscall(SYS_getppid);
	syscall(SYS_exit_group, 4);
}

/* With and without TRACESYSGOOD: status, siginfo, message, registers. */
static void follow(long options)
{
	pid_t pid = traceme(some_calls);
	MUST(PTRACE_SETOPTIONS, pid, 0, options);
	for (;;) {
		MUST(PTRACE_SYSCALL, pid, 0, 0);
		int st = await(pid);
		if (!WIFSTOPPED(st)) return;
		tell(pid, st);
		tell_msg(pid, st);
		say("  nr %s result %s", sysname((long)get_user(pid, REG_NR)), value((int)get_user(pid, REG_RESULT)));
	}
}
static void sysgood(void) { follow(PTRACE_O_TRACESYSGOOD); }
static void no_sysgood(void) { follow(0); }

/* In turn: SYSCALL, CONT, SYSCALL. */
static void alternate(void)
{
	pid_t pid = traceme(some_calls);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD);
	MUST(PTRACE_SYSCALL, pid, 0, 0);
	int st = await(pid);
	tell(pid, st);
	TRY(PTRACE_SINGLESTEP, pid, 0, 0); /* from an entry: the step ends after the call */
	st = await(pid);
	tell(pid, st);
	TRY(PTRACE_SYSCALL, pid, 0, 0);
	st = await(pid);
	tell(pid, st);
	TRY(PTRACE_CONT, pid, 0, 0); /* no exit stop then */
	await(pid);
}

/* Every length of GET_SYSCALL_INFO. */
static void info_sizes(void)
{
	pid_t pid = traceme(some_calls);
	char room[128];
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD);
	for (int i = 0; i < 3; i++) {
		static const size_t sizes[] = {0, 1, 8, 24, 33, 80, 88, 128};
		for (size_t j = 0; j < LEN(sizes); j++) {
			memset(room, 0x77, sizeof room);
			long r = pt(PTRACE_GET_SYSCALL_INFO, pid, sizes[j], (unsigned long)room);
			size_t end = sizeof room;
			while (end && room[end - 1] == 0x77) end--;
			say("size %zu: %s op %d written to %zu", sizes[j], errname(r), room[0], end);
		}
		MUST(PTRACE_SYSCALL, pid, 0, 0);
		quietly(pid);
	}
	end(pid);
}

/* The instruction and stack pointers and the arguments in it. */
static void six(void)
{
	syscall(SYS_getpid, 1, 2, 3, 4, 5, 6);
}
static void info_content(void)
{
	pid_t pid = traceme(six);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD);
	for (int i = 0; i < 2; i++) {
		MUST(PTRACE_SYSCALL, pid, 0, 0);
		quietly(pid);
		struct ptrace_syscall_info s;
		memset(&s, 0, sizeof s);
		say("%ld", pt(PTRACE_GET_SYSCALL_INFO, pid, sizeof s, (unsigned long)&s));
		say("ip as in registers %d, sp %d", s.instruction_pointer == get_user(pid, REG_IP), s.stack_pointer == get_user(pid, REG_SP));
		if (i == 0)
			say("args %llu %llu %llu %llu %llu %llu", s.entry.args[0], s.entry.args[1], s.entry.args[2], s.entry.args[3], s.entry.args[4], s.entry.args[5]);
	}
	end(pid);
}

/* SET_SYSCALL_INFO (Linux 6.16). */
static void prints_results(void)
{
	say("first %s", value(syscall(SYS_getpid)));
	long r = syscall(SYS_getppid);
	say("second %s", r == -1 ? errname(-errno) : value(r));
}
static void set_info(void)
{
	pid_t pid = traceme(prints_results);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD);
	struct ptrace_syscall_info s, t;
	memset(&s, 0, sizeof s);
	TRY(PTRACE_SET_SYSCALL_INFO, pid, sizeof s, &s);
	MUST(PTRACE_SYSCALL, pid, 0, 0);
	quietly(pid);
	TRY(PTRACE_GET_SYSCALL_INFO, pid, sizeof s, &s);
	t = s;
	t.op = PTRACE_SYSCALL_INFO_EXIT;
	TRY(PTRACE_SET_SYSCALL_INFO, pid, sizeof t, &t);
	t = s;
	t.op = 9;
	TRY(PTRACE_SET_SYSCALL_INFO, pid, sizeof t, &t);
	t = s;
	t.pad[0] = 1;
	TRY(PTRACE_SET_SYSCALL_INFO, pid, sizeof t, &t);
	TRY(PTRACE_SET_SYSCALL_INFO, pid, 16, &s);
	TRY(PTRACE_SET_SYSCALL_INFO, pid, sizeof s, 16);
	s.entry.nr = SYS_getuid;
	TRY(PTRACE_SET_SYSCALL_INFO, pid, sizeof s, &s);
	tell_call(pid);
	MUST(PTRACE_SYSCALL, pid, 0, 0);
	quietly(pid);
	tell_call(pid);
	TRY(PTRACE_GET_SYSCALL_INFO, pid, sizeof s, &s);
	s.exit.rval = 77;
	s.exit.is_error = 0;
	TRY(PTRACE_SET_SYSCALL_INFO, pid, sizeof s, &s);
	s.exit.is_error = 2;
	TRY(PTRACE_SET_SYSCALL_INFO, pid, sizeof s, &s);
	for (;;) { /* on to getppid */
		MUST(PTRACE_SYSCALL, pid, 0, 0);
		if (!WIFSTOPPED(quietly(pid))) return;
		memset(&s, 0, sizeof s);
		pt(PTRACE_GET_SYSCALL_INFO, pid, sizeof s, (unsigned long)&s);
		if (s.op == PTRACE_SYSCALL_INFO_ENTRY && s.entry.nr == SYS_getppid) break;
	}
	s.entry.nr = -1;
	TRY(PTRACE_SET_SYSCALL_INFO, pid, sizeof s, &s);
	tell_call(pid);
	MUST(PTRACE_SYSCALL, pid, 0, 0);
	quietly(pid);
	tell_call(pid);
	TRY(PTRACE_GET_SYSCALL_INFO, pid, sizeof s, &s);
	s.exit.rval = -EXDEV;
	s.exit.is_error = 1;
	TRY(PTRACE_SET_SYSCALL_INFO, pid, sizeof s, &s);
	tell_call(pid);
	run_out(PTRACE_CONT, pid);
}

/* SYSEMU: one stop a call, at the entry; the call is not made. */
static void emulated(void)
{
	long r = syscall(SYS_getppid);
	say("getppid is %s", r == -1 ? errname(-errno) : value(r));
	syscall(SYS_exit_group, 1);
}
static void sysemu(void)
{
	pid_t pid = traceme(emulated);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD);
	TRY(PTRACE_SYSEMU, pid, 0, 0);
	int st = await(pid);
	tell(pid, st);
	say("nr %s result %s", sysname(get_user(pid, REG_NR)), value((int)get_user(pid, REG_RESULT)));
	TRY(PTRACE_POKEUSR, pid, REG_RESULT, pid);
	TRY(PTRACE_SYSEMU, pid, 0, 0);
	st = await(pid);
	tell(pid, st); /* the write */
	say("nr %s result %s", sysname(get_user(pid, REG_NR)), value((int)get_user(pid, REG_RESULT)));
	/* Without a result it fails with ENOSYS. */
	TRY(PTRACE_SYSCALL, pid, 0, 0);
	st = await(pid);
	tell(pid, st);
	end(pid);
}

static void sysemu_to_end(void)
{
	pid_t pid = traceme(emulated);
	for (int i = 0; i < 3; i++) {
		MUST(PTRACE_SYSEMU, pid, 0, 0);
		int st = await(pid);
		if (!WIFSTOPPED(st)) return;
		tell(pid, st);
		long nr = get_user(pid, REG_NR);
		if (nr == SYS_write) MUST(PTRACE_POKEUSR, pid, REG_RESULT, 10);
		if (nr == SYS_getppid) MUST(PTRACE_POKEUSR, pid, REG_RESULT, 4711);
	}
	TRY(PTRACE_CONT, pid, 0, 0);
	WAIT(pid, __WALL);
}

/* From a SYSEMU stop on with SYSCALL: the next stop is an entry, that one's exit another. */
static void sysemu_then_syscall(void)
{
	pid_t pid = traceme(some_calls);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD);
	for (int i = 0; i < 5; i++) {
		long r = pt(i % 2 ? PTRACE_SYSCALL : PTRACE_SYSEMU, pid, 0, 0);
		if (r < 0) say("resume: %s", errname(r));
		int st = await(pid);
		if (!WIFSTOPPED(st)) return;
		tell(pid, st);
		say("nr %s result %s", sysname(get_user(pid, REG_NR)), value((int)get_user(pid, REG_RESULT)));
	}
	end(pid);
}

static void sysemu_step(void)
{
	pid_t pid = traceme(some_calls);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD);
	int calls = 0, steps = 0;
	while (calls < 2 && steps < 3000) {
		MUST(PTRACE_SYSEMU_SINGLESTEP, pid, 0, 0);
		int st = quietly(pid);
		if (!WIFSTOPPED(st)) die("%s", status(st));
		if (SYSGOOD(st)) {
			calls++;
			tell(pid, st);
		} else steps++;
	}
	say("calls %d, stepped between them %d", calls, steps > 2);
	end(pid);
}

/* What a tracer sees of a call that a signal breaks and that starts again. */
static void on_usr1(int sig) { (void)sig; }
static struct gate never;
static void reads_forever(void)
{
	struct sigaction sa = {.sa_handler = on_usr1, .sa_flags = SA_RESTART};
	sigaction(SIGUSR1, &sa, NULL);
	char c;
	long r = syscall(SYS_read, never.fd[0], &c, 1);
	say("read is %ld", r);
}
static void sleeps(void)
{
	struct timespec t = {30, 0};
	long r = syscall(SYS_nanosleep, &t, NULL);
	say("nanosleep is %ld", r);
}

/* soon waits until the tracee has stopped, or sleeps in the call again. */
static int soon(pid_t pid, int *st)
{
	for (;;) {
		siginfo_t si = {0};
		if (waitid(P_PID, pid, &si, WSTOPPED | WEXITED | __WALL | WNOHANG | WNOWAIT) == 0 && si.si_pid == pid) break;
		if (sleeps_now(pid) && waitid(P_PID, pid, &si, WSTOPPED | WEXITED | __WALL | WNOHANG | WNOWAIT) == 0 && si.si_pid != pid) {
			say("%s sleeps", who(pid));
			return 0;
		}
		usleep(500);
	}
	*st = quietly(pid);
	return 1;
}

static void restarted(void (*fn)(void), int sig, int pass)
{
	gate_make(&never);
	pid_t pid = traceme(fn);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD);
	for (;;) {
		MUST(PTRACE_SYSCALL, pid, 0, 0);
		quietly(pid);
		long nr = get_user(pid, REG_NR);
		if (nr == SYS_read || nr == SYS_nanosleep) break;
	}
	tell_call(pid);
	MUST(PTRACE_SYSCALL, pid, 0, 0);
	asleep(pid);
	kill(pid, sig);
	int st = await(pid); /* the exit, with a restart code */
	tell_call(pid);
	say("result %d", (int)get_user(pid, REG_RESULT));
	MUST(PTRACE_SYSCALL, pid, 0, 0);
	st = await(pid); /* the signal */
	tell(pid, st);
	MUST(PTRACE_SYSCALL, pid, 0, pass ? sig : 0);
	for (int i = 0; i < 4; i++) {
		if (i) MUST(PTRACE_SYSCALL, pid, 0, 0);
		if (!soon(pid, &st)) break;
		say("%s %s", who(pid), status(st));
		if (!WIFSTOPPED(st)) return;
		tell_call(pid);
	}
	end(pid);
}
static void restart_handler(void) { restarted(reads_forever, SIGUSR1, 1); }
static void restart_dropped(void) { restarted(reads_forever, SIGUSR1, 0); }
static void restart_sleep(void) { restarted(sleeps, SIGUSR1, 0); }

/* A tracer that makes its tracee call something else in the middle of a call, and puts
 * its registers back in the signal path, where the call is begun again. */
static void restart_called(void)
{
	gate_make(&never);
	pid_t pid = seized(PTRACE_O_TRACESYSGOOD, reads_forever);
	asleep(pid);
	struct user_regs_struct saved, regs;
	for (int i = 0; i < 2; i++) {
		MUST(PTRACE_INTERRUPT, pid, 0, 0);
		int st = await(pid);
		MUST(PTRACE_GETREGS, pid, 0, &saved);
		say("in %s, result %d", sysname(get_user(pid, REG_NR)), (int)get_user(pid, REG_RESULT));
		regs = saved;
		regs.IP -= 2;
		regs.RESULT = SYS_getpid;
		MUST(PTRACE_SETREGS, pid, 0, &regs);
		MUST(PTRACE_POKEUSR, pid, REG_NR, -1);
		for (int stops = 0; stops < 2; stops++) {
			MUST(PTRACE_SYSCALL, pid, 0, 0);
			st = await(pid);
			tell_call(pid);
		}
		if (i == 1) /* and once from the exit itself, whose signal path is still to come */
			say("the trap is asked for before the registers are back");
		MUST(PTRACE_INTERRUPT, pid, 0, 0);
		if (i == 0) {
			MUST(PTRACE_CONT, pid, 0, 0);
			st = await(pid);
			tell(pid, st);
		}
		MUST(PTRACE_SETREGS, pid, 0, &saved);
		MUST(PTRACE_CONT, pid, 0, 0);
		if (i == 1) {
			st = await(pid);
			tell(pid, st);
			say("in %s, result %d", sysname(get_user(pid, REG_NR)), (int)get_user(pid, REG_RESULT));
			MUST(PTRACE_CONT, pid, 0, 0);
		}
		asleep(pid);
	}
	if (write(never.fd[1], "x", 1) != 1) die("write: %s", errname(-errno));
	await(pid);
}

const struct probe_case syscall_cases[] = {
	{"syscall-sysgood", sysgood},
	{"syscall-no-sysgood", no_sysgood},
	{"syscall-alternate", alternate},
	{"syscall-info-sizes", info_sizes},
	{"syscall-info-content", info_content},
	{"syscall-set-info", set_info},
	{"syscall-sysemu", sysemu},
	{"syscall-sysemu-end", sysemu_to_end},
	{"syscall-sysemu-then-syscall", sysemu_then_syscall},
	{"syscall-sysemu-step", sysemu_step},
	{"syscall-restart-handler", restart_handler},
	{"syscall-restart-dropped", restart_dropped},
	{"syscall-restart-sleep", restart_sleep},
	{"syscall-restart-called", restart_called},
	{0},
};
