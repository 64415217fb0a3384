/* ATTACH, SEIZE and DETACH, by the parent and by others. */
#include "probe.h"

/* The tracee is a grandchild: its parent runs beside and waits for it. */
static int tell_fd[2];
static void exits_on_usr1(void)
{
	sigset_t set;
	int sig;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	while (sigwait(&set, &sig) != 0) {}
	_exit(12);
}
static void a_parent(void)
{
	pid_t pid = child(exits_on_usr1);
	if (write(tell_fd[1], &pid, sizeof pid) != sizeof pid) die("pipe");
	int st;
	pid_t got = wait4(pid, &st, 0, NULL);
	say("parent: %s %s", who(got), status(st));
}
static pid_t grandchild(pid_t *parent)
{
	pid_t pid;
	if (pipe(tell_fd)) die("pipe: %m");
	*parent = child(a_parent);
	if (read(tell_fd[0], &pid, sizeof pid) != sizeof pid) die("pipe: %m");
	asleep(pid);
	return pid;
}

static void attach(void)
{
	pid_t parent, pid = grandchild(&parent);
	TRY(PTRACE_ATTACH, pid, 0, 0);
	int st = WAIT(pid, 0);
	tell(pid, st);
	TRY(PTRACE_SYSCALL, pid, 0, 0);
	WAIT(pid, 0); /* the call goes on: it is entered again */
	tell_call(pid);
	TRY(PTRACE_DETACH, pid, 0, 0);
	TRY(PTRACE_DETACH, pid, 0, 0);
	WAIT(pid, 0);
	kill(pid, SIGUSR1);
	await(parent);
}

static void seize(void)
{
	pid_t parent, pid = grandchild(&parent);
	TRY(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXIT);
	WAIT(pid, WNOHANG);
	TRY(PTRACE_INTERRUPT, pid, 0, 0);
	int st = WAIT(pid, 0);
	tell(pid, st);
	TRY(PTRACE_CONT, pid, 0, 0);
	asleep(pid);
	WAIT(pid, WNOHANG);
	kill(pid, SIGUSR1);
	st = WAIT(pid, 0);
	tell(pid, st);
	TRY(PTRACE_CONT, pid, 0, 0);
	WAIT(pid, 0); /* its death is told to the tracer, then to the parent */
	await(parent);
	WAIT(-1, 0);
}

/* A tracee that dies while its tracer does not wait: its parent gets it after. */
static void death_held(void)
{
	pid_t parent, pid = grandchild(&parent);
	TRY(PTRACE_SEIZE, pid, 0, 0);
	kill(pid, SIGUSR1);
	gone(pid);
	say("parent ended %d", wait4(parent, NULL, WNOHANG, NULL) != 0);
	WAIT(pid, 0);
	await(parent);
}

/* The same; then the tracer ends without having waited. */
static pid_t to_trace;
static void seizes_and_ends(void)
{
	TRY(PTRACE_SEIZE, to_trace, 0, 0);
	kill(to_trace, SIGUSR1);
	gone(to_trace);
}
static void death_left(void)
{
	pid_t parent;
	to_trace = grandchild(&parent);
	await(child(seizes_and_ends));
	await(parent);
}

/* The parent ends while somebody traces its child. */
static void parent_gone(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid_t parent, pid = grandchild(&parent);
	TRY(PTRACE_SEIZE, pid, 0, 0);
	kill(parent, SIGKILL);
	await(parent);
	/* PDEATHSIG of the tracee is SIGKILL */
	await(pid);
	WAIT(-1, 0);
}

/* Attach, detach, attach again, in all three ways. */
static void again(void)
{
	pid_t pid = traceme(pauses);
	TRY(PTRACE_DETACH, pid, 0, 0);
	asleep(pid);
	for (int i = 0; i < 3; i++) {
		TRY(PTRACE_ATTACH, pid, 0, 0);
		WAIT(pid, 0);
		TRY(PTRACE_DETACH, pid, 0, 0);
		TRY(PTRACE_SEIZE, pid, 0, 0);
		TRY(PTRACE_INTERRUPT, pid, 0, 0);
		WAIT(pid, 0);
		TRY(PTRACE_DETACH, pid, 0, 0);
	}
	asleep(pid);
	WAIT(pid, WNOHANG | WUNTRACED);
	end(pid);
}

/* Options do not outlive a detach. */
static void calls_on_usr1(void)
{
	exits_on_usr1();
}
static void options_end(void)
{
	pid_t pid = seized(PTRACE_O_TRACEEXIT, calls_on_usr1);
	asleep(pid);
	MUST(PTRACE_INTERRUPT, pid, 0, 0);
	await(pid);
	MUST(PTRACE_DETACH, pid, 0, 0);
	MUST(PTRACE_SEIZE, pid, 0, 0);
	kill(pid, SIGUSR1);
	await(pid);
}

/* Detach at each kind of stop lets it go on as if nothing had been. */
static void works(void)
{
	long r = syscall(SYS_getppid);
	say("getppid %s", who(r));
	int st;
	pid_t pid = fork();
	if (pid == 0) _exit(3);
	wait4(pid, &st, 0, NULL);
	say("its child %s", status(st));
	exec_self("exit5");
}
static void detach_at(void)
{
	for (int stops = 0; stops < 9; stops++) {
		pid_t pid = traceme(works);
		MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT);
		for (int i = 0; i < stops; i++) {
			MUST(PTRACE_SYSCALL, pid, 0, 0);
			quietly(pid);
		}
		TRY(PTRACE_DETACH, pid, 0, 0);
		await(pid);
	}
}

/* Detach with a signal at a signal-delivery-stop. */
static void waits_for_term(void)
{
	send_self(SIGUSR1);
	pauses();
}
static void detach_signal(void)
{
	pid_t pid = traceme(waits_for_term);
	MUST(PTRACE_CONT, pid, 0, 0);
	await(pid);
	TRY(PTRACE_DETACH, pid, 0, SIGUSR1);
	await(pid);
	pid = traceme(waits_for_term);
	MUST(PTRACE_CONT, pid, 0, 0);
	await(pid);
	TRY(PTRACE_DETACH, pid, 0, 0);
	asleep(pid);
	WAIT(pid, WNOHANG);
	end(pid);
}

/* Two tracers, each with one; then the one takes over what the other left. */
static pid_t shared_pid;
static struct gate first_done, second_done;
static void first_tracer(void)
{
	TRY(PTRACE_SEIZE, shared_pid, 0, 0);
	TRY(PTRACE_INTERRUPT, shared_pid, 0, 0);
	await(shared_pid);
	TRY(PTRACE_DETACH, shared_pid, 0, 0);
	gate_open(&first_done);
	gate_pass(&second_done);
	TRY(PTRACE_SEIZE, shared_pid, 0, 0);
}
static void hand_over(void)
{
	gate_make(&first_done);
	gate_make(&second_done);
	shared_pid = child(pauses);
	asleep(shared_pid);
	pid_t other = child(first_tracer);
	gate_pass(&first_done);
	TRY(PTRACE_SEIZE, shared_pid, 0, 0);
	TRY(PTRACE_INTERRUPT, shared_pid, 0, 0);
	await(shared_pid);
	gate_open(&second_done);
	await(other);
	TRY(PTRACE_CONT, shared_pid, 0, 0);
	end(shared_pid);
}

/* A tracer whose tracee is a tracer: chains of three. */
static void traces_one(void)
{
	pid_t pid = traceme(works);
	MUST(PTRACE_CONT, pid, 0, 0);
	int st = quietly(pid);
	say("inner: %s", status(st));
	while (WIFSTOPPED(st)) {
		MUST(PTRACE_CONT, pid, 0, WSTOPSIG(st) == SIGTRAP ? 0 : WSTOPSIG(st));
		st = quietly(pid);
		say("inner: %s", status(st));
	}
	_exit(WEXITSTATUS(st));
}
static void traces_a_tracer(void)
{
	pid_t pid = traceme(traces_one);
	MUST(PTRACE_CONT, pid, 0, 0);
	int st;
	for (;;) {
		st = quietly(pid);
		if (!WIFSTOPPED(st)) break;
		MUST(PTRACE_CONT, pid, 0, WSTOPSIG(st));
	}
	say("middle: %s", status(st));
	_exit(WEXITSTATUS(st));
}
static void chain(void) { await(child(traces_a_tracer)); }

/* The middle one's ptrace and wait are calls like others to the outer one. */
static void traces_quickly(void)
{
	pid_t pid = traceme(pauses);
	MUST(PTRACE_KILL, pid, 0, 0);
	int st = quietly(pid);
	_exit(WIFSIGNALED(st) ? WTERMSIG(st) : 99);
}
static void chain_calls(void)
{
	pid_t pid = traceme(traces_quickly);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD);
	int st, ptraces = 0, waits = 0;
	for (;;) {
		MUST(PTRACE_SYSCALL, pid, 0, 0);
		st = quietly(pid);
		if (!WIFSTOPPED(st)) break;
		if (!SYSGOOD(st)) {
			pt(PTRACE_SYSCALL, pid, 0, WSTOPSIG(st) == SIGCHLD ? SIGCHLD : 0);
			st = quietly(pid);
			if (!WIFSTOPPED(st)) break;
		}
		struct ptrace_syscall_info s;
		MUST(PTRACE_GET_SYSCALL_INFO, pid, sizeof s, &s);
		if (s.op == PTRACE_SYSCALL_INFO_ENTRY) {
			if (s.entry.nr == SYS_ptrace) say("ptrace %llu", s.entry.args[0]), ptraces++;
			if (s.entry.nr == SYS_wait4) waits++;
		}
	}
	say("%s, ptrace called %d, waited %d", status(st), ptraces, waits);
}

const struct probe_case attach_cases[] = {
	{"attach", attach},
	{"attach-seize", seize},
	{"attach-death-held", death_held},
	{"attach-death-left", death_left},
	{"attach-parent-gone", parent_gone},
	{"attach-again", again},
	{"attach-options-end", options_end},
	{"attach-detach-at", detach_at},
	{"attach-detach-signal", detach_signal},
	{"attach-hand-over", hand_over},
	{"attach-chain", chain},
	{"attach-chain-calls", chain_calls},
	{0},
};
