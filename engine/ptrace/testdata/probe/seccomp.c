/* The tracee's own seccomp filters, with RET_TRACE for its tracer. */
#include "probe.h"

#include <linux/audit.h>

#define STMT(code, k) {code, 0, 0, k}
#define JUMP(code, k, t, f) {code, t, f, k}
#define NR(nr, ret) JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1), STMT(BPF_RET | BPF_K, ret)

static struct sock_filter program[] = {
	STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	NR(SYS_getppid, SECCOMP_RET_TRACE | 7),
	NR(SYS_getuid, SECCOMP_RET_ERRNO | ENOTTY),
	NR(SYS_geteuid, SECCOMP_RET_TRAP | 3),
	NR(SYS_sched_yield, SECCOMP_RET_KILL_PROCESS),
	STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

static void install_filter(struct sock_filter *filter, unsigned short len)
{
	struct sock_fprog f = {len, filter};
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &f)) die("seccomp: %m");
}
static void install(void) { install_filter(program, LEN(program)); }

static void result(const char *what, long r)
{
	say("%s: %s", what, r == -1 ? errname(-errno) : value(r));
}

static void filtered(void)
{
	install();
	syscall(SYS_getpid);
	result("getppid", syscall(SYS_getppid));
	result("getuid", syscall(SYS_getuid));
	syscall(SYS_exit_group, 3);
}

static void trace(long options, long request)
{
	pid_t pid = traceme(filtered);
	MUST(PTRACE_SETOPTIONS, pid, 0, options);
	run_out(request, pid);
}
static void event_cont(void) { trace(PTRACE_O_TRACESECCOMP, PTRACE_CONT); }
static void event_syscall(void) { trace(PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD, PTRACE_SYSCALL); }
static void no_option(void) { trace(0, PTRACE_CONT); }
static void no_option_syscall(void) { trace(PTRACE_O_TRACESYSGOOD, PTRACE_SYSCALL); }
static void untraced(void) { await(child(filtered)); }

/* At the event: change the number, skip it with a result, go on with SYSCALL to the exit. */
static pid_t at_event(void (*fn)(void))
{
	pid_t pid = traceme(fn);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD);
	MUST(PTRACE_CONT, pid, 0, 0);
	int st = await(pid);
	tell(pid, st);
	return pid;
}
static void to_exit(void)
{
	pid_t pid = at_event(filtered);
	MUST(PTRACE_SYSCALL, pid, 0, 0);
	int st = await(pid);
	tell(pid, st);
	run_out(PTRACE_CONT, pid);
}
static void skipped(void)
{
	pid_t pid = at_event(filtered);
	TRY(PTRACE_POKEUSR, pid, REG_NR, -1);
	TRY(PTRACE_POKEUSR, pid, REG_RESULT, 4711);
	run_out(PTRACE_CONT, pid);
}
/* What was made of one call is not made of the next. */
static void filtered_twice(void)
{
	install();
	result("getppid", syscall(SYS_getppid));
	result("getppid", syscall(SYS_getppid));
}
static void skipped_once(void)
{
	pid_t pid = at_event(filtered_twice);
	TRY(PTRACE_POKEUSR, pid, REG_NR, -1);
	TRY(PTRACE_POKEUSR, pid, REG_RESULT, 4711);
	run_out(PTRACE_CONT, pid);
}
static void skipped_exit(void)
{
	pid_t pid = at_event(filtered);
	TRY(PTRACE_POKEUSR, pid, REG_NR, -1);
	MUST(PTRACE_SYSCALL, pid, 0, 0);
	int st = await(pid);
	tell(pid, st);
	run_out(PTRACE_CONT, pid);
}
/* What it is changed to is judged again. */
static void changed(void)
{
	pid_t pid = at_event(filtered);
	TRY(PTRACE_POKEUSR, pid, REG_NR, SYS_getuid);
	run_out(PTRACE_CONT, pid);
	pid = at_event(filtered);
	TRY(PTRACE_POKEUSR, pid, REG_NR, SYS_getpid);
	run_out(PTRACE_CONT, pid);
}
/* SYSEMU comes before seccomp; so does SYSCALL. */
static void sysemu(void)
{
	pid_t pid = traceme(filtered);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD);
	for (;;) {
		MUST(PTRACE_SYSCALL, pid, 0, 0);
		quietly(pid);
		struct ptrace_syscall_info s;
		MUST(PTRACE_GET_SYSCALL_INFO, pid, sizeof s, &s);
		if (s.op == PTRACE_SYSCALL_INFO_EXIT && get_user(pid, REG_NR) == SYS_getpid) break;
	}
	MUST(PTRACE_SYSEMU, pid, 0, 0);
	int st = await(pid);
	tell(pid, st);
	MUST(PTRACE_POKEUSR, pid, REG_RESULT, 5);
	run_out(PTRACE_CONT, pid);
}

/* RET_TRAP and RET_KILL, seen by the tracer. */
static void on_sys(int sig, siginfo_t *si, void *ctx)
{
	(void)ctx;
	say("handler %s code %d errno %d call %s", signame(sig), si->si_code, si->si_errno, sysname(si->si_syscall));
}
static void traps(void)
{
	struct sigaction sa = {.sa_sigaction = on_sys, .sa_flags = SA_SIGINFO};
	sigaction(SIGSYS, &sa, NULL);
	install();
	syscall(SYS_geteuid);
	syscall(SYS_sched_yield);
}
static void trap_and_kill(void)
{
	pid_t pid = traceme(traps);
	MUST(PTRACE_CONT, pid, 0, 0);
	await(pid);
	siginfo_t si;
	MUST(PTRACE_GETSIGINFO, pid, 0, &si);
	say("code %d errno %d call %s", si.si_code, si.si_errno, sysname(si.si_syscall));
	MUST(PTRACE_CONT, pid, 0, SIGSYS);
	await(pid);
}

/* A tree under a filter with RET_TRACE. */
static void tree(void)
{
	install();
	syscall(SYS_getppid);
	pid_t pid = syscall(SYS_fork);
	if (pid == 0) {
		syscall(SYS_getppid);
		syscall(SYS_exit_group, 7);
	}
	int st;
	wait4(pid, &st, 0, NULL);
	syscall(SYS_exit_group, WEXITSTATUS(st));
}
static void tree_followed(void)
{
	seized(PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK, tree);
	run_all(PTRACE_CONT);
}

/* SUSPEND_SECCOMP: the filters do not judge. */
static void suspended(void)
{
	pid_t pid = traceme(filtered);
	long r = TRY(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_SUSPEND_SECCOMP | PTRACE_O_TRACESECCOMP);
	if (r < 0) { end(pid); return; }
	run_out(PTRACE_CONT, pid);
}

/* Filters, read by the tracer. */
static void filter_pauses(void)
{
	install();
	send_self(SIGUSR1);
}
static void get_filter(void)
{
	static struct sock_filter room[64];
	struct seccomp_metadata m = {0};
	pid_t pid = traceme(filter_pauses);
	TRY(PTRACE_SECCOMP_GET_FILTER, pid, 0, room);
	TRY(PTRACE_SECCOMP_GET_METADATA, pid, sizeof m, &m);
	MUST(PTRACE_CONT, pid, 0, 0);
	await(pid);
	TRY(PTRACE_SECCOMP_GET_FILTER, pid, 0, 0);
	long n = TRY(PTRACE_SECCOMP_GET_FILTER, pid, 0, room);
	say("the same %d", n == LEN(program) && !memcmp(room, program, sizeof program));
	TRY(PTRACE_SECCOMP_GET_FILTER, pid, 1, room);
	TRY(PTRACE_SECCOMP_GET_FILTER, pid, -1, room);
	TRY(PTRACE_SECCOMP_GET_FILTER, pid, 0, 16);
	TRY(PTRACE_SECCOMP_GET_METADATA, pid, sizeof m, &m);
	say("flags %#llx", m.flags);
	TRY(PTRACE_SECCOMP_GET_METADATA, pid, 4, &m);
	m.filter_off = 1;
	TRY(PTRACE_SECCOMP_GET_METADATA, pid, sizeof m, &m);
	end(pid);
}

/* A filter with TSYNC and threads; strict mode. */
static void strict(void)
{
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT)) die("seccomp: %m");
	say("strict");
	syscall(SYS_getpid);
}
static void strict_mode(void) { run_out(PTRACE_CONT, traceme(strict)); }

/* A filter is asked before an exit begins, and may refuse it. */
static struct sock_filter exits[] = {
	STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	NR(SYS_exit, SECCOMP_RET_ERRNO | EACCES),
	NR(SYS_exit_group, SECCOMP_RET_TRACE | 9),
	STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};
static void may_exit(void)
{
	install_filter(exits, LEN(exits));
	result("exit", syscall(SYS_exit, 2));
	syscall(SYS_exit_group, 4);
}
static void exit_asked(void)
{
	pid_t pid = traceme(may_exit);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEEXIT);
	run_out(PTRACE_CONT, pid);
	pid = traceme(may_exit);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEEXIT | PTRACE_O_TRACESYSGOOD);
	run_out(PTRACE_SYSCALL, pid);
}

const struct probe_case seccomp_cases[] = {
	{"seccomp-exit", exit_asked},
	{"seccomp-event", event_cont},
	{"seccomp-event-syscall", event_syscall},
	{"seccomp-no-option", no_option},
	{"seccomp-no-option-syscall", no_option_syscall},
	{"seccomp-untraced", untraced},
	{"seccomp-to-exit", to_exit},
	{"seccomp-skip", skipped},
	{"seccomp-skip-once", skipped_once},
	{"seccomp-skip-exit", skipped_exit},
	{"seccomp-change", changed},
	{"seccomp-sysemu", sysemu},
	{"seccomp-trap-kill", trap_and_kill},
	{"seccomp-tree", tree_followed},
	{"seccomp-suspend", suspended},
	{"seccomp-get-filter", get_filter},
	{"seccomp-strict", strict_mode},
	{0},
};
