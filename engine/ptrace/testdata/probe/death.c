/* Deaths: of tracees by every signal, and of tracers. */
#include "probe.h"

static int fatal;
static void dies(void) { send_self(fatal); }

/* Every signal, passed on. */
static void every_signal(void)
{
	for (fatal = 1; fatal <= 64; fatal++) {
		if (fatal == 32 || fatal == 33) continue; /* the C library's */
		pid_t pid = traceme(dies);
		MUST(PTRACE_CONT, pid, 0, 0);
		int st = quietly(pid);
		say("%d: %s", fatal, status(st));
		while (WIFSTOPPED(st)) {
			pt(PTRACE_CONT, pid, 0, WSTOPSIG(st));
			int sig = WSTOPSIG(st);
			if (sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU) {
				st = quietly(pid); /* the group-stop */
				say("  %s", status(st));
				pt(PTRACE_KILL, pid, 0, 0);
			}
			st = quietly(pid);
			say("  %s", status(st));
		}
	}
}

/* Exit codes. */
static int code;
static void exits(void) { syscall(SYS_exit_group, code); }
static void exit_codes(void)
{
	static const int codes[] = {0, 1, 127, 128, 255, 256, -1};
	for (size_t i = 0; i < LEN(codes); i++) {
		code = codes[i];
		run_out(PTRACE_CONT, traceme(exits));
	}
}

/* A core file is said to be written when it is. */
static void dumps(void)
{
	struct rlimit r = {0, 0};
	setrlimit(RLIMIT_CORE, &r);
	send_self(SIGQUIT);
}
static void core_limit(void) { run_out(PTRACE_CONT, traceme(dumps)); }

/* The tracer ends: what it had goes on or dies. */
static struct gate tracees_ready, may_end;
static pid_t *two;
static void tracer_of_two(long options)
{
	for (int i = 0; i < 2; i++) {
		MUST(PTRACE_SEIZE, two[i], 0, options);
	}
	MUST(PTRACE_INTERRUPT, two[0], 0, 0); /* one stopped, one running */
	quietly(two[0]);
	gate_open(&tracees_ready);
	gate_pass(&may_end);
}
static void tracer_plain(void) { tracer_of_two(0); }
static void tracer_exitkill(void) { tracer_of_two(PTRACE_O_EXITKILL); }

static void tracer_dies(void (*fn)(void), int sig)
{
	gate_make(&tracees_ready);
	gate_make(&may_end);
	two = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (int i = 0; i < 2; i++) {
		two[i] = child(pauses);
		asleep(two[i]);
	}
	pid_t tracer = child(fn);
	gate_pass(&tracees_ready);
	if (sig) kill(tracer, sig);
	else gate_open(&may_end);
	await(tracer);
	if (fn == tracer_exitkill) {
		await(two[0]);
		await(two[1]);
		return;
	}
	for (int i = 0; i < 2; i++) {
		asleep(two[i]);
		WAIT(two[i], WNOHANG | WUNTRACED);
		TRY(PTRACE_SEIZE, two[i], 0, 0);
		end(two[i]);
	}
}
static void tracer_exits(void) { tracer_dies(tracer_plain, 0); }
static void tracer_killed(void) { tracer_dies(tracer_plain, SIGKILL); }
static void tracer_exits_exitkill(void) { tracer_dies(tracer_exitkill, 0); }
static void tracer_killed_exitkill(void) { tracer_dies(tracer_exitkill, SIGKILL); }

/* It leaves tracees in every kind of stop. */
static struct gate let_run;
static void works(void)
{
	long r = syscall(SYS_getuid);
	if (r != 0 && r != (long)getuid()) say("getuid is %ld", r);
	send_self(SIGUSR1);
	_exit(21);
}
static void worker(void)
{
	signal(SIGUSR1, SIG_IGN);
	gate_pass(&let_run);
	works();
}
static int how_far;
static void leaves(void)
{
	MUST(PTRACE_SEIZE, two[0], 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXIT);
	MUST(PTRACE_INTERRUPT, two[0], 0, 0);
	quietly(two[0]);
	gate_open(&let_run);
	for (int i = 0; i < how_far; i++) {
		MUST(PTRACE_SYSCALL, two[0], 0, 0);
		int st = quietly(two[0]);
		if (!WIFSTOPPED(st)) die("%s", status(st));
	}
	raise(SIGKILL);
}
static void left_in_stop(void)
{
	two = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (how_far = 0; how_far < 10; how_far++) {
		gate_make(&let_run);
		two[0] = child(worker);
		asleep(two[0]);
		await(child(leaves));
		if (how_far == 0) gate_open(&let_run);
		await(two[0]);
	}
}

/* A tracer that execs keeps its tracees. */
static pid_t kept;
static void tracer_execs(void)
{
	MUST(PTRACE_SEIZE, kept, 0, 0);
	MUST(PTRACE_INTERRUPT, kept, 0, 0);
	quietly(kept);
	exec_self("pause");
}
static void exec_keeps(void)
{
	kept = child(pauses);
	asleep(kept);
	pid_t tracer = child(tracer_execs);
	asleep(tracer);
	TRY(PTRACE_SEIZE, kept, 0, 0);
	end(tracer);
	asleep(kept);
	TRY(PTRACE_SEIZE, kept, 0, 0);
	end(kept);
}

/* A dead tracee answers nothing; its status is there once. */
static void after_death(void)
{
	code = 9;
	pid_t pid = traceme(exits);
	MUST(PTRACE_CONT, pid, 0, 0);
	gone(pid);
	TRY(PTRACE_CONT, pid, 0, 0);
	TRY(PTRACE_INTERRUPT, pid, 0, 0);
	TRY(PTRACE_DETACH, pid, 0, 0);
	TRY(PTRACE_KILL, pid, 0, 0);
	WAIT(pid, __WALL);
	WAIT(pid, __WALL);
	TRY(PTRACE_CONT, pid, 0, 0);
}

/* The tracer's children and tracees end with it in any order. */
static void forks_tracee(void)
{
	pid_t pid = traceme(pauses);
	TRY(PTRACE_CONT, pid, 0, 0);
	asleep(pid);
	raise(SIGTERM);
}
static void real_parent_dies(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	await(child(forks_tracee));
	int st;
	pid_t got = wait4(-1, &st, __WALL, NULL); /* by PDEATHSIG */
	say("%s %s", who(got), status(st));
}

/* SIGKILL to a tracee that nobody waits for; the tracer goes on with others. */
static void kill_unwaited(void)
{
	pid_t a = traceme(pauses), b = traceme(exits);
	code = 4;
	kill(a, SIGKILL);
	run_out(PTRACE_CONT, b);
	await(a);
}

const struct probe_case death_cases[] = {
	{"death-every-signal", every_signal},
	{"death-exit-codes", exit_codes},
	{"death-core-limit", core_limit},
	{"death-tracer-exits", tracer_exits},
	{"death-tracer-killed", tracer_killed},
	{"death-tracer-exits-exitkill", tracer_exits_exitkill},
	{"death-tracer-killed-exitkill", tracer_killed_exitkill},
	{"death-left-in-stop", left_in_stop},
	{"death-exec-keeps", exec_keeps},
	{"death-after", after_death},
	{"death-real-parent", real_parent_dies},
	{"death-kill-unwaited", kill_unwaited},
	{0},
};
