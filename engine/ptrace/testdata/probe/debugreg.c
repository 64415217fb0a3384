/* Hardware breakpoints and watchpoints, by the debug registers. */
#include "probe.h"

#define DR(n) (offsetof(struct user, u_debugreg) + (n) * sizeof(long))
#define ENABLE(n) (1UL << ((n) * 2))
#define EXECUTE(n) 0UL
#define WRITE4(n) (0xdUL << (16 + (n) * 4))
#define WRITE8(n) (0x9UL << (16 + (n) * 4))
#define RW4(n) (0xfUL << (16 + (n) * 4))

static volatile int watched, other;

static void __attribute__((noinline)) touches(void)
{
	other = 1;
	watched = 2;
	other = watched;
	watched = 3;
	say("done");
}

static void set(pid_t pid, int n, unsigned long v)
{
	long r = pt(PTRACE_POKEUSR, pid, DR(n), v);
	if (r < 0) say("dr%d: %s", n, errname(r));
}

/* hits lets it run and says each trap. */
static void hits(pid_t pid)
{
	for (int i = 0; i < 10; i++) {
		MUST(PTRACE_CONT, pid, 0, 0);
		int st = await(pid);
		if (!WIFSTOPPED(st)) return;
		siginfo_t si;
		MUST(PTRACE_GETSIGINFO, pid, 0, &si);
		unsigned long v = 0, dr6 = get_user(pid, DR(6));
		MUST(PTRACE_PEEKDATA, pid, &watched, &v);
		say("  code %d dr6 %#lx watched %d", si.si_code, dr6 & 0xf, (int)v);
		set(pid, 6, 0);
	}
	end(pid);
}

static void write_watch(void)
{
	pid_t pid = traceme(touches);
	set(pid, 0, (unsigned long)&watched);
	set(pid, 7, ENABLE(0) | WRITE4(0));
	say("dr7 %#lx", get_user(pid, DR(7)));
	hits(pid);
}

static void access_watch(void)
{
	pid_t pid = traceme(touches);
	set(pid, 3, (unsigned long)&watched);
	set(pid, 7, ENABLE(3) | RW4(3));
	hits(pid);
}

static void two_watches(void)
{
	pid_t pid = traceme(touches);
	set(pid, 1, (unsigned long)&watched);
	set(pid, 2, (unsigned long)&other);
	set(pid, 7, ENABLE(1) | WRITE4(1) | ENABLE(2) | WRITE4(2));
	hits(pid);
}

static void execute_break(void)
{
	pid_t pid = traceme(touches);
	set(pid, 0, (unsigned long)touches);
	set(pid, 7, ENABLE(0) | EXECUTE(0));
	MUST(PTRACE_CONT, pid, 0, 0);
	int st = await(pid);
	if (WIFSTOPPED(st)) {
		siginfo_t si;
		MUST(PTRACE_GETSIGINFO, pid, 0, &si);
		say("at it %d code %d", get_user(pid, REG_IP) == (unsigned long)touches, si.si_code);
		set(pid, 7, 0);
		hits(pid);
	}
}

/* The end of them: taken away, a detach, a fork, an exec. */
static void taken_away(void)
{
	pid_t pid = traceme(touches);
	set(pid, 0, (unsigned long)&watched);
	set(pid, 7, ENABLE(0) | WRITE4(0));
	set(pid, 7, 0);
	say("dr0 %d dr7 %#lx", get_user(pid, DR(0)) == (unsigned long)&watched, get_user(pid, DR(7)));
	hits(pid);
}
static void forks(void)
{
	pid_t pid = fork();
	if (pid == 0) {
		watched = 5;
		_exit(7);
	}
	int st;
	wait4(pid, &st, 0, NULL);
	say("%s", status(st));
	exec_self("exit5");
}
static void inherited(void)
{
	pid_t pid = traceme(forks);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEFORK | PTRACE_O_TRACEEXEC);
	set(pid, 0, (unsigned long)&watched);
	set(pid, 7, ENABLE(0) | WRITE4(0));
	MUST(PTRACE_CONT, pid, 0, 0);
	await(pid);
	unsigned long made;
	MUST(PTRACE_GETEVENTMSG, pid, 0, &made);
	name(made, "made");
	await(made);
	say("child: dr0 %d dr7 %#lx", get_user(made, DR(0)) == (unsigned long)&watched, get_user(made, DR(7)));
	hits(made);
	MUST(PTRACE_CONT, pid, 0, 0);
	int st = await(pid);
	MUST(PTRACE_CONT, pid, 0, WSTOPSIG(st));
	await(pid);
	say("after exec: dr0 %#lx dr7 %#lx", get_user(pid, DR(0)), get_user(pid, DR(7)));
	run_out(PTRACE_CONT, pid);
}

/* What cannot be set. */
static void refused(void)
{
	pid_t pid = traceme(touches);
	set(pid, 0, -sizeof(long) & ~0xfffUL); /* the kernel's memory */
	set(pid, 7, ENABLE(0) | WRITE4(0));
	set(pid, 7, 0);
	set(pid, 0, (unsigned long)&watched + 1); /* not aligned */
	set(pid, 7, ENABLE(0) | WRITE4(0));
	say("dr7 %#lx", get_user(pid, DR(7)));
	set(pid, 4, 1);
	set(pid, 5, 1);
	say("dr4 %#lx dr5 %#lx", get_user(pid, DR(4)), get_user(pid, DR(5)));
	set(pid, 7, 0x2 << 16 | ENABLE(0)); /* an I/O breakpoint */
	set(pid, 6, 0xf);
	say("dr6 %#lx", get_user(pid, DR(6)));
	hits(pid);
}

/* With steps: dr6 tells both. */
static void with_steps(void)
{
	pid_t pid = traceme(touches);
	set(pid, 0, (unsigned long)&watched);
	set(pid, 7, ENABLE(0) | WRITE4(0));
	for (int i = 0; i < 200; i++) {
		MUST(PTRACE_SINGLESTEP, pid, 0, 0);
		int st = quietly(pid);
		if (!WIFSTOPPED(st)) break;
		unsigned long dr6 = get_user(pid, DR(6));
		set(pid, 6, 0);
		if (dr6 & 1) {
			siginfo_t si;
			MUST(PTRACE_GETSIGINFO, pid, 0, &si);
			say("hit, step too %d, code %d", (dr6 & 0x4000) != 0, si.si_code);
			break;
		}
	}
	end(pid);
}

const struct probe_case debugreg_cases[] = {
	{"debugreg-write", write_watch},
	{"debugreg-access", access_watch},
	{"debugreg-two", two_watches},
	{"debugreg-execute", execute_break},
	{"debugreg-taken-away", taken_away},
	{"debugreg-inherited", inherited},
	{"debugreg-refused", refused},
	{"debugreg-steps", with_steps},
	{0},
};
