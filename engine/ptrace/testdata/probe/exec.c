/* execve of a tracee. */
#include "probe.h"

/* What runs after it. */
void exec_child(const char *what)
{
	if (!strcmp(what, "exit5")) _exit(5);
	if (!strcmp(what, "getpid")) {
		syscall(SYS_getpid);
		_exit(6);
	}
	if (!strcmp(what, "pause")) pauses();
	if (!strcmp(what, "loop")) {
		for (;;) syscall(SYS_getppid);
	}
	_exit(96);
}

static void execs(void) { exec_self("getpid"); }
static void execs_nothing(void)
{
	long r = syscall(SYS_execve, "/nonexistent", NULL, NULL);
	say("execve: %s", errname(r < 0 ? -errno : r));
	r = syscall(SYS_execve, "/proc/self/status", NULL, NULL);
	say("execve: %s", errname(r < 0 ? -errno : r));
}

/* The stops of an execve, in order. */
static void stops(long options)
{
	pid_t pid = traceme(execs);
	MUST(PTRACE_SETOPTIONS, pid, 0, options | PTRACE_O_TRACESYSGOOD);
	for (;;) {
		MUST(PTRACE_SYSCALL, pid, 0, 0);
		int st = quietly(pid);
		struct ptrace_syscall_info s;
		MUST(PTRACE_GET_SYSCALL_INFO, pid, sizeof s, &s);
		if (s.op == PTRACE_SYSCALL_INFO_ENTRY && s.entry.nr == SYS_execve) break;
		if (!WIFSTOPPED(st)) die("no execve");
	}
	tell_call(pid);
	for (int i = 0; i < 3; i++) {
		MUST(PTRACE_SYSCALL, pid, 0, 0);
		int st = await(pid);
		tell(pid, st);
		say("  nr %s result %s", sysname(get_user(pid, REG_NR)), value((int)get_user(pid, REG_RESULT)));
		if (i == 1) i = !(options & PTRACE_O_TRACEEXEC) + 1; /* what comes then is the loader's business */
	}
	end(pid);
}
static void stops_event(void) { stops(PTRACE_O_TRACEEXEC); }
static void stops_none(void) { stops(0); }

static void failing(void)
{
	pid_t pid = traceme(execs_nothing);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEEXEC);
	run_out(PTRACE_CONT, pid);
}

/* SIGTRAP of an execve without TRACEEXEC: blocked or ignored, and killing when passed on. */
static void execs_blocked(void)
{
	sigset_t set;
	sigfillset(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	exec_self("exit5");
}
static void execs_ignoring(void)
{
	signal(SIGTRAP, SIG_IGN);
	exec_self("exit5");
}
static void trap_blocked(void) { run_out(PTRACE_CONT, traceme(execs_blocked)); }
static void trap_ignored(void) { run_out(PTRACE_CONT, traceme(execs_ignoring)); }
static void trap_passed(void)
{
	pid_t pid = traceme(execs);
	MUST(PTRACE_CONT, pid, 0, 0);
	int st = await(pid);
	tell(pid, st);
	MUST(PTRACE_CONT, pid, 0, SIGTRAP);
	await(pid);
}

/* At the event: the new memory is there, POKE reaches it, the old one's debug registers are gone. */
static void at_event(void)
{
	pid_t pid = traceme(execs);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEEXEC);
	MUST(PTRACE_CONT, pid, 0, 0);
	int st = await(pid);
	tell(pid, st);
	unsigned long v = 0, ip = get_user(pid, REG_IP), sp = get_user(pid, REG_SP);
	TRY(PTRACE_PEEKTEXT, pid, ip, &v);
	TRY(PTRACE_PEEKDATA, pid, sp, &v);
	say("argc %lu", v);
	char path[32];
	snprintf(path, sizeof path, "/proc/%d/mem", pid);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	say("mem %zd", pread(fd, &v, sizeof v, (off_t)sp));
	TRY(PTRACE_SYSCALL, pid, 0, 0);
	st = await(pid);
	tell(pid, st);
	TRY(PTRACE_DETACH, pid, 0, 0);
	await(pid);
}

/* execve of a thread that is not the leader. */
static struct gate ready;
static void *execs_thread(void *arg)
{
	exec_self("exit5");
	return arg;
}
static void thread_execs(void)
{
	pthread_t t;
	pthread_create(&t, NULL, execs_thread, NULL);
	pauses();
}
static void from_thread(long options, long request)
{
	pid_t pid = seized(options | PTRACE_O_TRACECLONE, thread_execs);
	int st;
	/* The leader's event and the thread's first stop, in whichever order; the leader goes on before the
	 * thread does, whose exec may give it the leader's id at once. Then that id again. */
	st = await(pid);
	unsigned long tid;
	MUST(PTRACE_GETEVENTMSG, pid, 0, &tid);
	name(tid, "thread");
	await(tid);
	MUST(request, pid, 0, 0);
	MUST(request, tid, 0, 0);
	pid_t got;
	while ((got = wait4(-1, &st, __WALL, NULL)) > 0) {
		say("%s %s", who(got), status(st));
		if (EVENT(st) == PTRACE_EVENT_EXEC) tell(got, st);
		if (WIFSTOPPED(st)) pt(request, got, 0, WSTOPSIG(st) != SIGTRAP && !EVENT(st) ? WSTOPSIG(st) : 0);
	}
	say("%s", errname(-errno));
}
static void thread_event(void) { from_thread(PTRACE_O_TRACEEXEC, PTRACE_CONT); }
static void thread_none(void) { from_thread(0, PTRACE_CONT); }

/* The same, where only the thread is traced: it takes the leader's id. */
static pid_t *thread_id;
static struct gate go;
static void *waits_then_execs(void *arg)
{
	*thread_id = self_tid();
	name(self_tid(), "thread");
	gate_open(&ready);
	gate_pass(&go);
	exec_self("exit5");
	return arg;
}
static void thread_waits_then_execs(void)
{
	pthread_t t;
	pthread_create(&t, NULL, waits_then_execs, NULL);
	pauses();
}
static void only_thread(void)
{
	thread_id = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	gate_make(&ready);
	gate_make(&go);
	pid_t pid = child(thread_waits_then_execs);
	gate_pass(&ready);
	pid_t tid = *thread_id;
	TRY(PTRACE_SEIZE, tid, 0, PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT);
	gate_open(&go);
	int st = await(pid);
	tell(pid, st);
	TRY(PTRACE_CONT, tid, 0, 0);
	TRY(PTRACE_CONT, pid, 0, 0);
	st = await(pid);
	tell(pid, st);
	TRY(PTRACE_CONT, pid, 0, 0);
	await(pid);
	WAIT(-1, __WALL);
}

/* Where only the leader is traced: it vanishes; the new one is not traced. */
static void only_leader(void)
{
	thread_id = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	gate_make(&ready);
	gate_make(&go);
	pid_t pid = child(thread_waits_then_execs);
	gate_pass(&ready);
	TRY(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACEEXEC);
	gate_open(&go);
	await(pid);
	WAIT(-1, __WALL);
}

/* Other threads die of it, each with its exit event. */
static void *dies(void *arg)
{
	gate_open(&ready);
	pauses();
	return arg;
}
static void leader_execs(void)
{
	pthread_t t;
	for (int i = 0; i < 2; i++) {
		pthread_create(&t, NULL, dies, NULL);
		gate_pass(&ready);
	}
	exec_self("exit5");
}
static void others_die(void)
{
	gate_make(&ready);
	seized(PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT | PTRACE_O_TRACECLONE, leader_execs);
	run_all(PTRACE_CONT);
}

/* vfork and exec, as every shell does. */
static void vfork_execs(void)
{
	pid_t pid = vfork();
	if (pid == 0) exec_self("exit5");
	int st;
	wait4(pid, &st, 0, NULL);
	syscall(SYS_exit_group, WEXITSTATUS(st));
}
static void vfork_followed(void)
{
	seized(PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEVFORKDONE | PTRACE_O_TRACEEXIT, vfork_execs);
	run_all(PTRACE_CONT);
}
static void vfork_parent_only(void)
{
	seized(PTRACE_O_TRACEEXEC | PTRACE_O_TRACEVFORKDONE, vfork_execs);
	run_all(PTRACE_CONT);
}

/* TRACEME, then exec: how every debugger starts. */
static void traceme_execs(void)
{
	pt(PTRACE_TRACEME, 0, 0, 0);
	exec_self("exit5");
}
static void start(void)
{
	pid_t pid = child(traceme_execs);
	int st = await(pid);
	tell(pid, st);
	run_out(PTRACE_CONT, pid);
}
static void vfork_start(void)
{
	pid_t pid = vfork();
	if (pid == 0) {
		syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0);
		execl(self_path, "probe", "-child", "exit5", NULL);
		_exit(95);
	}
	name(pid, "child");
	int st = await(pid);
	tell(pid, st);
	run_out(PTRACE_CONT, pid);
}

const struct probe_case exec_cases[] = {
	{"exec-stops", stops_none},
	{"exec-stops-event", stops_event},
	{"exec-failing", failing},
	{"exec-trap-blocked", trap_blocked},
	{"exec-trap-ignored", trap_ignored},
	{"exec-trap-passed", trap_passed},
	{"exec-at-event", at_event},
	{"exec-thread", thread_event},
	{"exec-thread-none", thread_none},
	{"exec-only-thread", only_thread},
	{"exec-only-leader", only_leader},
	{"exec-others-die", others_die},
	{"exec-vfork", vfork_followed},
	{"exec-vfork-parent", vfork_parent_only},
	{"exec-start", start},
	{"exec-vfork-start", vfork_start},
	{0},
};
