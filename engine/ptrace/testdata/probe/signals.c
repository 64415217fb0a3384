/* Signal-delivery-stops: what they tell, what the tracer makes of the signal. */
#include "probe.h"

static void handler(int sig, siginfo_t *si, void *ctx)
{
	(void)ctx;
	(void)sig;
	say("handler: %s", info(si));
}

static void catches(int sig)
{
	struct sigaction sa = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
	sigaction(sig, &sa, NULL);
}

static void one_signal(void)
{
	catches(SIGUSR1);
	catches(SIGUSR2);
	send_self(SIGUSR1);
	say("goes on");
}

static void passed_on(void) { run_out(PTRACE_CONT, traceme(one_signal)); }

static pid_t at_signal(void (*fn)(void))
{
	pid_t pid = traceme(fn);
	MUST(PTRACE_CONT, pid, 0, 0);
	int st = await(pid);
	tell(pid, st);
	return pid;
}

static void dropped(void)
{
	pid_t pid = at_signal(one_signal);
	run_out(PTRACE_CONT, pid);
}

static void exchanged(void)
{
	pid_t pid = at_signal(one_signal);
	MUST(PTRACE_CONT, pid, 0, SIGUSR2);
	await(pid);
}

static void made_fatal(void)
{
	pid_t pid = at_signal(one_signal);
	MUST(PTRACE_CONT, pid, 0, SIGKILL);
	await(pid);
	pid = at_signal(one_signal);
	MUST(PTRACE_CONT, pid, 0, SIGSEGV);
	await(pid);
}

static void set_siginfo(void)
{
	pid_t pid = at_signal(one_signal);
	siginfo_t si;
	memset(&si, 0, sizeof si);
	si.si_signo = SIGUSR1;
	si.si_code = SI_QUEUE;
	si.si_pid = self_pid();
	si.si_value.sival_int = 99;
	TRY(PTRACE_SETSIGINFO, pid, 0, &si);
	tell_siginfo(pid);
	MUST(PTRACE_CONT, pid, 0, SIGUSR1);
	await(pid);
	/* At a stop without a signal. */
	pid = interrupted(0);
	TRY(PTRACE_GETSIGINFO, pid, 0, &si);
	TRY(PTRACE_SETSIGINFO, pid, 0, &si);
	end(pid);
}

/* The signal with which a system call stop is left is not delivered as it is. */
static void two_calls(void)
{
	catches(SIGUSR1);
	syscall(SYS_getppid);
	say("goes on");
}
static void at_call(void)
{
	pid_t pid = traceme(two_calls);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD);
	for (;;) {
		MUST(PTRACE_SYSCALL, pid, 0, 0);
		quietly(pid);
		if (get_user(pid, REG_NR) == SYS_getppid) break;
	}
	MUST(PTRACE_SYSCALL, pid, 0, SIGUSR1); /* from the entry */
	int st = await(pid);
	tell(pid, st);
	MUST(PTRACE_CONT, pid, 0, SIGUSR1); /* from the exit */
	st = await(pid);
	if (WIFSTOPPED(st)) {
		tell(pid, st);
		run_out(PTRACE_CONT, pid);
	}
}

/* The first stop of an attach, left with a signal. */
static void first_stop(void)
{
	pid_t pid = traceme(one_signal);
	MUST(PTRACE_CONT, pid, 0, SIGTERM);
	await(pid);
	pid = interrupted(0);
	MUST(PTRACE_CONT, pid, 0, SIGTERM); /* not a signal stop */
	asleep(pid);
	WAIT(pid, __WALL | WNOHANG);
	end(pid);
}

/* Ignored, blocked, default-ignored, and queued signals. */
static void many(void)
{
	signal(SIGUSR1, SIG_IGN);
	send_self(SIGUSR1); /* ignored: still a stop */
	send_self(SIGURG);  /* ignored by default */
	send_self(SIGWINCH);
	catches(SIGRTMIN + 1);
	catches(SIGUSR2);
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigaddset(&set, SIGRTMIN + 1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	send_self(SIGUSR2);
	send_self(SIGUSR2);
	union sigval v = {.sival_int = 1};
	sigqueue(self_pid(), SIGRTMIN + 1, v);
	v.sival_int = 2;
	sigqueue(self_pid(), SIGRTMIN + 1, v);
	say("unblocks");
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	say("goes on");
}
static void many_kinds(void) { run_out(PTRACE_CONT, traceme(many)); }
static void many_kinds_calls(void)
{
	pid_t pid = traceme(many);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD);
	run_out(PTRACE_SYSCALL, pid);
}

/* Blocked by SETSIGMASK. */
static void two_usr(void)
{
	catches(SIGUSR1);
	send_self(SIGUSR2);
	send_self(SIGUSR1);
	sigset_t now;
	sigprocmask(SIG_SETMASK, NULL, &now);
	say("USR1 blocked %d", sigismember(&now, SIGUSR1));
}
static void masks(void)
{
	pid_t pid = at_signal(two_usr);
	uint64_t mask = 1;
	TRY(PTRACE_GETSIGMASK, pid, 8, &mask);
	say("mask %#llx", (unsigned long long)mask);
	mask = ~0ULL;
	TRY(PTRACE_SETSIGMASK, pid, 8, &mask);
	TRY(PTRACE_GETSIGMASK, pid, 8, &mask);
	say("mask %#llx", (unsigned long long)mask);
	mask = 1ULL << (SIGUSR1 - 1);
	TRY(PTRACE_SETSIGMASK, pid, 8, &mask);
	TRY(PTRACE_GETSIGMASK, pid, 4, &mask);
	run_out(PTRACE_CONT, pid);
}

/* Signals that wait, of the thread and of the process. */
static void pending(void)
{
	sigset_t set;
	sigfillset(&set);
	sigdelset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	union sigval v = {.sival_int = 5};
	sigqueue(self_pid(), SIGRTMIN + 2, v);
	v.sival_int = 6;
	sigqueue(self_pid(), SIGRTMIN + 2, v);
	kill(self_pid(), SIGHUP);
	send_self(SIGUSR1);
	send_self(SIGTERM);
}
static void peek(void)
{
	pid_t pid = at_signal(pending);
	siginfo_t si[8];
	for (int flags = 0; flags <= 2; flags++) {
		struct ptrace_peeksiginfo_args args = {.off = 0, .flags = flags, .nr = 8};
		long r = TRY(PTRACE_PEEKSIGINFO, pid, &args, si);
		for (long i = 0; i < r; i++) say("  %s", info(&si[i]));
	}
	struct ptrace_peeksiginfo_args args = {.off = 1, .flags = PTRACE_PEEKSIGINFO_SHARED, .nr = 1};
	long r = TRY(PTRACE_PEEKSIGINFO, pid, &args, si);
	if (r == 1) say("  %s", info(&si[0]));
	args.off = 100;
	TRY(PTRACE_PEEKSIGINFO, pid, &args, si);
	args.nr = -1;
	TRY(PTRACE_PEEKSIGINFO, pid, &args, si);
	args.nr = 0;
	TRY(PTRACE_PEEKSIGINFO, pid, &args, si);
	args.off = -1;
	args.nr = 1;
	TRY(PTRACE_PEEKSIGINFO, pid, &args, si);
	args.off = 0;
	TRY(PTRACE_PEEKSIGINFO, pid, &args, 16);
	end(pid);
}

/* Faults: where they come from. */
static void faults(void)
{
	*(volatile int *)0x10 = 1;
}
static void traps(void)
{
	__asm__ volatile("int3");
	say("after the breakpoint");
	__asm__ volatile("ud2");
}
static void divides(void)
{
	volatile int zero = 0, some = 1000;
	say("%d", some / zero);
}
static void fault_kinds(void)
{
	run_out(PTRACE_CONT, traceme(faults));
	run_out(PTRACE_CONT, traceme(divides));
	pid_t pid = at_signal(traps);
	run_out(PTRACE_CONT, pid);
}
static void trap_passed(void)
{
	pid_t pid = at_signal(traps);
	MUST(PTRACE_CONT, pid, 0, SIGTRAP);
	await(pid);
}

/* From the tracer, another process, and the tracee itself. */
static void sends_parent_child(void)
{
	kill(getppid(), 0);
	pauses();
}
static void from_tracer(void)
{
	pid_t pid = traceme(sends_parent_child);
	MUST(PTRACE_CONT, pid, 0, 0);
	asleep(pid);
	kill(pid, SIGUSR1);
	int st = await(pid);
	tell(pid, st);
	union sigval v = {.sival_int = 7};
	sigqueue(pid, SIGUSR2, v);
	MUST(PTRACE_CONT, pid, 0, 0);
	st = await(pid);
	tell(pid, st);
	MUST(PTRACE_CONT, pid, 0, 0);
	syscall(SYS_tgkill, pid, pid, SIGHUP);
	st = await(pid);
	tell(pid, st);
	MUST(PTRACE_CONT, pid, 0, SIGHUP);
	await(pid);
}

/* A stopped tracee gets signals: they come one by one, synchronous ones first, then by number. */
static void while_stopped(void)
{
	pid_t pid = traceme(pauses);
	kill(pid, SIGUSR2);
	kill(pid, SIGUSR1);
	kill(pid, SIGRTMIN);
	kill(pid, SIGCONT);
	for (int i = 0; i < 4; i++) {
		MUST(PTRACE_CONT, pid, 0, 0);
		int st = await(pid);
		tell_siginfo(pid);
		(void)st;
	}
	MUST(PTRACE_CONT, pid, 0, 0);
	asleep(pid);
	WAIT(pid, __WALL | WNOHANG);
	end(pid);
}

/* A handler on its own stack, then its return, all by SYSCALL. */
static void handler_calls(void)
{
	pid_t pid = traceme(one_signal);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD);
	run_out(PTRACE_SYSCALL, pid);
}

/* SIGKILL in every stop cannot be caught. */
static void killed_in_stop(void)
{
	pid_t pid = at_signal(one_signal);
	kill(pid, SIGKILL);
	await(pid);
	TRY(PTRACE_CONT, pid, 0, 0);
	pid = interrupted(0);
	kill(pid, SIGKILL);
	await(pid);
	pid = traceme(one_signal);
	MUST(PTRACE_SYSCALL, pid, 0, 0);
	await(pid);
	kill(pid, SIGKILL);
	await(pid);
	pid = traceme(one_signal);
	kill(pid, SIGKILL);
	gone(pid);
	TRY(PTRACE_CONT, pid, 0, 0);
	TRY(PTRACE_GETEVENTMSG, pid, 0, &pid);
	await(pid);
}

/* A timer of the tracee's own. */
static void alarmed(void)
{
	catches(SIGALRM);
	struct itimerspec at = {.it_value = {0, 1000000}};
	struct sigevent ev = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
	timer_t t;
	if (timer_create(CLOCK_MONOTONIC, &ev, &t)) die("timer: %m");
	sigset_t set, old;
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_BLOCK, &set, &old);
	timer_settime(t, 0, &at, NULL);
	sigsuspend(&old);
	say("goes on");
}
static void timer(void) { run_out(PTRACE_CONT, traceme(alarmed)); }

const struct probe_case signal_cases[] = {
	{"signal-passed", passed_on},
	{"signal-dropped", dropped},
	{"signal-exchanged", exchanged},
	{"signal-made-fatal", made_fatal},
	{"signal-set-siginfo", set_siginfo},
	{"signal-at-call", at_call},
	{"signal-first-stop", first_stop},
	{"signal-kinds", many_kinds},
	{"signal-kinds-calls", many_kinds_calls},
	{"signal-mask", masks},
	{"signal-peek", peek},
	{"signal-faults", fault_kinds},
	{"signal-trap-passed", trap_passed},
	{"signal-from-tracer", from_tracer},
	{"signal-while-stopped", while_stopped},
	{"signal-handler-calls", handler_calls},
	{"signal-killed-in-stop", killed_in_stop},
	{"signal-timer", timer},
	{0},
};
