/* clone with every mix of flags that matters to a tracer, and clone3. */
#include "probe.h"

#include <linux/sched.h>

static char stack[65536] __attribute__((aligned(16)));

static int ends(void *arg)
{
	syscall(SYS_exit, (long)(intptr_t)arg);
	return 0;
}

/* The tracee makes one clone of each kind and waits for it. */
static unsigned long flags_now;
static void clones(void)
{
	int st = 0;
	pid_t pid = clone(ends, stack + sizeof stack, (int)flags_now, (void *)7);
	if (pid < 0) die("clone: %m");
	if (flags_now & CLONE_THREAD) {
		while (syscall(SYS_tgkill, self_pid(), pid, 0) == 0) sched_yield();
	} else if (flags_now & CLONE_PARENT) {
	} else if (wait4(pid, &st, __WALL, NULL) != pid) say("the tracee waits: %s", errname(-errno));
	else say("its child: %s", status(st));
}

static const struct { const char *name; unsigned long flags; } mixes[] = {
	{"SIGCHLD", SIGCHLD},
	{"0", 0},
	{"SIGUSR1", SIGUSR1},
	{"VM", CLONE_VM | SIGCHLD},
	{"VM, 0", CLONE_VM},
	{"VFORK", CLONE_VFORK | SIGCHLD},
	{"VFORK, 0", CLONE_VFORK},
	{"VFORK|VM", CLONE_VFORK | CLONE_VM | SIGCHLD},
	{"FILES|FS", CLONE_FILES | CLONE_FS | SIGCHLD},
	{"VM|SIGHAND", CLONE_VM | CLONE_SIGHAND | SIGCHLD},
	{"THREAD", CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_FILES | CLONE_FS},
	{"PTRACE", CLONE_PTRACE | SIGCHLD},
	{"PTRACE, 0", CLONE_PTRACE},
	{"UNTRACED", CLONE_UNTRACED | SIGCHLD},
	{"UNTRACED|PTRACE", CLONE_UNTRACED | CLONE_PTRACE | SIGCHLD},
	{"UNTRACED|VFORK", CLONE_UNTRACED | CLONE_VFORK | SIGCHLD},
};

static void each(long options)
{
	for (size_t i = 0; i < LEN(mixes); i++) {
		flags_now = mixes[i].flags;
		say("== %s", mixes[i].name);
		pid_t pid = traceme(clones);
		MUST(PTRACE_SETOPTIONS, pid, 0, options);
		MUST(PTRACE_CONT, pid, 0, 0);
		run_all(PTRACE_CONT);
	}
}
static void none(void) { each(0); }
static void fork_only(void) { each(PTRACE_O_TRACEFORK); }
static void vfork_only(void) { each(PTRACE_O_TRACEVFORK); }
static void clone_only(void) { each(PTRACE_O_TRACECLONE); }
static void all(void) { each(PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEVFORKDONE); }

/* CLONE_PARENT: the tracer is its real parent too. */
static void parent_flag(void)
{
	flags_now = CLONE_PARENT | SIGCHLD;
	pid_t pid = traceme(clones);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEFORK | PTRACE_O_TRACECLONE);
	MUST(PTRACE_CONT, pid, 0, 0);
	run_all(PTRACE_CONT);
}
static void parent_flag_untraced(void)
{
	flags_now = CLONE_PARENT | SIGCHLD;
	pid_t pid = traceme(clones);
	MUST(PTRACE_CONT, pid, 0, 0);
	int st;
	await(pid);
	pid_t got = wait4(-1, &st, 0, NULL);
	say("%s", got > 0 ? status(st) : errname(-errno));
}

/* clone3, with a pidfd for the tracee. */
static void clone3s(void)
{
	int fd = -1;
	struct clone_args a = {.flags = CLONE_PIDFD, .pidfd = (uintptr_t)&fd, .exit_signal = SIGCHLD};
	pid_t pid = syscall(SYS_clone3, &a, sizeof a);
	if (pid == 0) syscall(SYS_exit_group, 8);
	siginfo_t si = {0};
	int r = waitid(P_PIDFD, fd, &si, WEXITED);
	say("waitid %d %d", r, si.si_status);
}
static void clone3_followed(void)
{
	pid_t pid = traceme(clone3s);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEFORK);
	MUST(PTRACE_CONT, pid, 0, 0);
	run_all(PTRACE_CONT);
}

/* A clone that fails has no event. */
static void fails(void)
{
	long r = syscall(SYS_clone, CLONE_SIGHAND | SIGCHLD, NULL, NULL, NULL, NULL);
	say("clone: %s", errname(r < 0 ? -errno : r));
}
static void failing(void)
{
	pid_t pid = traceme(fails);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEFORK | PTRACE_O_TRACECLONE);
	run_out(PTRACE_CONT, pid);
}

/* A new pid namespace: the tracer sees its own numbers. */
static void in_namespace(void)
{
	syscall(SYS_getpid);
	pid_t pid = syscall(SYS_fork);
	if (pid == 0) {
		kill(self_pid(), SIGUSR1);
		syscall(SYS_exit_group, 7);
	}
	int st;
	say("the child is %d there", pid);
	wait4(pid, &st, 0, NULL);
	say("and %s", status(st));
	syscall(SYS_exit_group, 3);
}
static int in_namespace_entry(void *arg)
{
	(void)arg;
	if (pt(PTRACE_TRACEME, 0, 0, 0) < 0) die("TRACEME");
	kill(self_pid(), SIGSTOP);
	syscall(SYS_tgkill, 1, 1, SIGSTOP);
	in_namespace();
	return 0;
}
static void traced_from_outside(void)
{
	pid_t pid = clone(in_namespace_entry, stack + sizeof stack, CLONE_NEWPID | SIGCHLD, NULL);
	if (pid < 0) { say("clone NEWPID: %s", errname(-errno)); return; }
	name(pid, "init");
	int st = await(pid);
	tell(pid, st);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEFORK);
	MUST(PTRACE_CONT, pid, 0, 0);
	run_all(PTRACE_CONT);
}

/* And a tracer inside of one. */
static void traces_inside(void)
{
	pid_t pid = syscall(SYS_fork);
	if (pid == 0) {
		pt(PTRACE_TRACEME, 0, 0, 0);
		send_self(SIGSTOP);
		pid = syscall(SYS_fork);
		if (pid == 0) syscall(SYS_exit_group, 7);
		int st;
		wait4(pid, &st, 0, NULL);
		syscall(SYS_exit_group, WEXITSTATUS(st));
	}
	int st;
	pid_t got = wait4(-1, &st, __WALL, NULL);
	say("inside: %d %s", got, status(st));
	long r = pt(PTRACE_SETOPTIONS, got, 0, PTRACE_O_TRACEFORK);
	say("options %ld", r);
	pt(PTRACE_CONT, got, 0, 0);
	got = wait4(got, &st, __WALL, NULL);
	unsigned long msg = 0;
	pt(PTRACE_GETEVENTMSG, got, 0, (unsigned long)&msg);
	say("inside: %d %s msg %lu", got, status(st), msg);
	got = wait4(msg, &st, __WALL, NULL);
	siginfo_t si = {0};
	pt(PTRACE_GETSIGINFO, got, 0, (unsigned long)&si);
	say("inside: %d %s from %d", got, status(st), si.si_pid);
	pt(PTRACE_CONT, got, 0, 0);
	got = wait4(got, &st, __WALL, NULL);
	say("inside: %d %s", got, status(st));
	pt(PTRACE_CONT, 2, 0, 0);
	for (;;) {
		got = wait4(2, &st, __WALL, NULL);
		say("inside: %d %s", got, status(st));
		if (!WIFSTOPPED(st)) break;
		memset(&si, 0, sizeof si);
		pt(PTRACE_GETSIGINFO, got, 0, (unsigned long)&si);
		say("  from %d", si.si_pid);
		pt(PTRACE_CONT, got, 0, 0);
	}
}
static int traces_inside_entry(void *arg)
{
	(void)arg;
	traces_inside();
	_exit(0);
}
static void tracer_in_namespace(void)
{
	pid_t pid = clone(traces_inside_entry, stack + sizeof stack, CLONE_NEWPID | SIGCHLD, NULL);
	if (pid < 0) { say("clone NEWPID: %s", errname(-errno)); return; }
	name(pid, "init");
	await(pid);
}

const struct probe_case clone_cases[] = {
	{"clone-none", none},
	{"clone-fork", fork_only},
	{"clone-vfork", vfork_only},
	{"clone-clone", clone_only},
	{"clone-all", all},
	{"clone-parent", parent_flag},
	{"clone-parent-untraced", parent_flag_untraced},
	{"clone3", clone3_followed},
	{"clone-failing", failing},
	{"clone-namespace", traced_from_outside},
	{"clone-namespace-tracer", tracer_in_namespace},
	{0},
};
