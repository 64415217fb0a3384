/* Every option, what its event tells, and what happens without it. */
#include "probe.h"

#define ALL_FORKS (PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE)

/* A child of the tracee, whose end is waited for. */
static void take(pid_t pid, int flags)
{
	int st;
	if (wait4(pid, &st, flags, NULL) != pid) die("the tracee waits: %m");
	if (WIFSTOPPED(st) || (WIFEXITED(st) && WEXITSTATUS(st) != 7)) die("the tracee's child: %s", status(st));
}

static void forks(void)
{
	pid_t pid = syscall(SYS_fork);
	if (pid == 0) syscall(SYS_exit_group, 7);
	take(pid, 0);
}

static void vforks(void)
{
	pid_t pid = vfork();
	if (pid == 0) syscall(SYS_exit_group, 7);
	take(pid, 0);
}

static void clones(void)
{
	pid_t pid = syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);
	if (pid == 0) syscall(SYS_exit_group, 7);
	take(pid, __WCLONE);
}

static void forks_then_execs(void)
{
	forks();
	exec_self("exit5");
}

static void all_with(long options, void (*fn)(void))
{
	pid_t pid = traceme(fn);
	TRY(PTRACE_SETOPTIONS, pid, 0, options);
	MUST(PTRACE_CONT, pid, 0, 0);
	run_all(PTRACE_CONT);
}

static void all_seized(long options, void (*fn)(void))
{
	seized(options, fn);
	run_all(PTRACE_CONT);
}

static void no_option_fork(void) { all_with(0, forks); }
static void no_option_vfork(void) { all_with(0, vforks); }
static void fork_option(void) { all_with(PTRACE_O_TRACEFORK, forks); }
static void vfork_option(void) { all_with(PTRACE_O_TRACEVFORK, vforks); }
static void vforkdone_option(void) { all_with(PTRACE_O_TRACEVFORKDONE, vforks); }
static void vfork_both(void) { all_with(PTRACE_O_TRACEVFORK | PTRACE_O_TRACEVFORKDONE, vforks); }
static void clone_option(void) { all_with(PTRACE_O_TRACECLONE, clones); }
static void wrong_option_1(void) { all_with(PTRACE_O_TRACECLONE, forks); }
static void wrong_option_2(void) { all_with(PTRACE_O_TRACEFORK, clones); }
static void wrong_option_3(void) { all_with(PTRACE_O_TRACEFORK, vforks); }
static void fork_seized(void) { all_seized(PTRACE_O_TRACEFORK, forks); }
static void vfork_seized(void) { all_seized(PTRACE_O_TRACEVFORK | PTRACE_O_TRACEVFORKDONE, vforks); }
static void clone_seized(void) { all_seized(PTRACE_O_TRACECLONE, clones); }
static void exit_option(void) { all_with(ALL_FORKS | PTRACE_O_TRACEEXIT, forks); }
static void exec_none(void) { all_with(0, forks_then_execs); }
static void exec_option(void) { all_with(PTRACE_O_TRACEEXEC, forks_then_execs); }
static void exec_seized_none(void) { all_seized(0, forks_then_execs); }
static void exec_seized(void) { all_seized(PTRACE_O_TRACEEXEC, forks_then_execs); }
static void everything(void) { all_with(ALL_FORKS | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT | PTRACE_O_TRACEVFORKDONE | PTRACE_O_TRACESYSGOOD, forks_then_execs); }
static void everything_seized(void) { all_seized(ALL_FORKS | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT | PTRACE_O_TRACEVFORKDONE, forks_then_execs); }

/* All system calls of a tree, from PTRACE_SYSCALL at each stop. */
static void forks_undisturbed(void)
{
	sigset_t set; /* or SIGCHLD comes before the wait, or in it */
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	forks();
}
static void tree_calls(void)
{
	pid_t pid = traceme(forks_undisturbed);
	MUST(PTRACE_SETOPTIONS, pid, 0, ALL_FORKS | PTRACE_O_TRACESYSGOOD);
	MUST(PTRACE_SYSCALL, pid, 0, 0);
	run_all(PTRACE_SYSCALL);
}

/* Generations: options are inherited. */
static void deep(void)
{
	pid_t pid = syscall(SYS_fork);
	if (pid == 0) {
		forks();
		pid = syscall(SYS_fork);
		if (pid == 0) {
			vforks();
			syscall(SYS_exit_group, 7);
		}
		take(pid, 0);
		syscall(SYS_exit_group, 7);
	}
	take(pid, 0);
}
static void generations(void) { all_with(ALL_FORKS | PTRACE_O_TRACEEXIT, deep); }

/* The event of an exit: registers are there, the code is in the message. */
static void exits_9(void) { syscall(SYS_exit, 9); }
static void killed_15(void) { send_self(SIGTERM); }
static void exit_event(void)
{
	pid_t pid = traceme(exits_9);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEEXIT);
	MUST(PTRACE_CONT, pid, 0, 0);
	int st = await(pid);
	tell(pid, st);
	unsigned long msg = 0;
	MUST(PTRACE_GETEVENTMSG, pid, 0, &msg);
	say("%s, nr %s", status(msg), sysname(get_user(pid, REG_NR)));
	TRY(PTRACE_SYSCALL, pid, 0, 0);
	await(pid);
	pid = traceme(killed_15);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEEXIT);
	MUST(PTRACE_CONT, pid, 0, 0);
	await(pid);
	MUST(PTRACE_CONT, pid, 0, SIGTERM);
	st = await(pid);
	tell(pid, st);
	MUST(PTRACE_GETEVENTMSG, pid, 0, &msg);
	say("%s", status(msg));
	TRY(PTRACE_DETACH, pid, 0, 0);
	await(pid);
}

/* KILL out of a stop, with TRACEEXIT. */
static void exit_event_of_kill(void)
{
	pid_t pid = traceme(pauses);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEEXIT);
	kill(pid, SIGKILL);
	int st = await(pid);
	if (WIFSTOPPED(st)) {
		tell_msg(pid, st);
		TRY(PTRACE_CONT, pid, 0, 0);
		await(pid);
	}
}

/* Options that change on the way. */
static void two_forks(void)
{
	forks();
	forks();
}
static void change(void)
{
	pid_t pid = traceme(two_forks);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEFORK);
	MUST(PTRACE_CONT, pid, 0, 0);
	int st = await(pid);
	unsigned long made = 0;
	MUST(PTRACE_GETEVENTMSG, pid, 0, &made);
	name(made, "made");
	tell(pid, st);
	TRY(PTRACE_SETOPTIONS, pid, 0, 0);
	st = await(made);
	tell(made, st);
	TRY(PTRACE_DETACH, made, 0, 0);
	TRY(PTRACE_CONT, pid, 0, 0);
	for (;;) {
		st = await(pid);
		if (!WIFSTOPPED(st)) break;
		tell_siginfo(pid);
		MUST(PTRACE_CONT, pid, 0, WSTOPSIG(st));
	}
	say("%s", WAIT(-1, __WALL) == -1 ? "none left" : "more");
}

/* A child that the event told of, before it was waited for. */
static void child_first(void)
{
	pid_t pid = traceme(forks);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEFORK);
	MUST(PTRACE_CONT, pid, 0, 0);
	await(pid);
	unsigned long made = 0;
	MUST(PTRACE_GETEVENTMSG, pid, 0, &made);
	name(made, "made");
	int st = quietly(made);
	say("%s %s", who(made), status(st));
	tell(made, st);
	say("result %ld", (long)get_user(made, REG_RESULT));
	TRY(PTRACE_CONT, made, 0, 0);
	await(made);
	TRY(PTRACE_CONT, pid, 0, 0);
	run_all(PTRACE_CONT);
}

/* PTRACE_SYSCALL from the event goes on to the exit of fork. */
static void event_then_exit(void)
{
	pid_t pid = traceme(forks);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEFORK | PTRACE_O_TRACESYSGOOD);
	MUST(PTRACE_SYSCALL, pid, 0, 0);
	int st = await(pid);
	tell(pid, st);
	MUST(PTRACE_SYSCALL, pid, 0, 0);
	await(pid);
	unsigned long made = 0;
	MUST(PTRACE_GETEVENTMSG, pid, 0, &made);
	name(made, "made");
	tell(pid, 0x7f | PTRACE_EVENT_FORK << 16);
	MUST(PTRACE_SYSCALL, pid, 0, 0);
	st = await(pid);
	tell(pid, st);
	quietly(made);
	MUST(PTRACE_SYSCALL, made, 0, 0);
	st = await(made);
	tell(made, st);
	MUST(PTRACE_CONT, made, 0, 0);
	await(made);
	MUST(PTRACE_CONT, pid, 0, 0);
	run_all(PTRACE_CONT);
}

/* CLONE_PTRACE and CLONE_UNTRACED. */
static void clone_with(unsigned long flags)
{
	pid_t pid = syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, NULL);
	if (pid == 0) syscall(SYS_exit_group, 7);
	take(pid, 0);
}
static void clone_ptrace(void) { clone_with(CLONE_PTRACE); }
static void clone_untraced(void) { clone_with(CLONE_UNTRACED); }
static void flag_ptrace(void) { all_with(0, clone_ptrace); }
static void flag_ptrace_option(void) { all_with(PTRACE_O_TRACEFORK, clone_ptrace); }
static void flag_untraced(void) { all_with(ALL_FORKS, clone_untraced); }

const struct probe_case option_cases[] = {
	{"option-none-fork", no_option_fork},
	{"option-none-vfork", no_option_vfork},
	{"option-fork", fork_option},
	{"option-vfork", vfork_option},
	{"option-vforkdone", vforkdone_option},
	{"option-vfork-both", vfork_both},
	{"option-clone", clone_option},
	{"option-clone-at-fork", wrong_option_1},
	{"option-fork-at-clone", wrong_option_2},
	{"option-fork-at-vfork", wrong_option_3},
	{"option-fork-seized", fork_seized},
	{"option-vfork-seized", vfork_seized},
	{"option-clone-seized", clone_seized},
	{"option-exit", exit_option},
	{"option-none-exec", exec_none},
	{"option-exec", exec_option},
	{"option-none-exec-seized", exec_seized_none},
	{"option-exec-seized", exec_seized},
	{"option-all", everything},
	{"option-all-seized", everything_seized},
	{"option-tree-calls", tree_calls},
	{"option-generations", generations},
	{"option-exit-event", exit_event},
	{"option-exit-event-of-kill", exit_event_of_kill},
	{"option-change", change},
	{"option-child-first", child_first},
	{"option-event-then-exit", event_then_exit},
	{"option-clone-ptrace", flag_ptrace},
	{"option-clone-ptrace-fork", flag_ptrace_option},
	{"option-clone-untraced", flag_untraced},
	{0},
};
