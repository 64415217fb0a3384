/* Threads: as tracees, and as tracers. */
#include "probe.h"

static unsigned long room[4];

static void *makes_call(void *arg)
{
	syscall(SYS_getpid);
	return arg;
}

static void three_threads(void)
{
	for (int i = 0; i < 3; i++) {
		pthread_t t;
		pthread_create(&t, NULL, makes_call, NULL);
		pthread_join(t, NULL);
	}
}

/* Clone events, stops and ends of each thread. */
static void followed(void)
{
	pid_t pid = traceme(three_threads);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXIT);
	MUST(PTRACE_CONT, pid, 0, 0);
	run_all(PTRACE_CONT);
}
static void followed_seized(void)
{
	seized(PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXIT, three_threads);
	run_all(PTRACE_CONT);
}

/* Threads that are attached to one by one. */
static struct board { pid_t tid[4]; struct gate there, leave, leader; } *board;
static void board_make(void)
{
	board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	gate_make(&board->there);
	gate_make(&board->leave);
	gate_make(&board->leader);
}
static void *stays(void *arg)
{
	int i = (int)(intptr_t)arg;
	board->tid[i] = self_tid();
	name(self_tid(), "thread%d", i);
	gate_open(&board->there);
	gate_pass(&board->leave);
	syscall(SYS_exit, i);
	return NULL;
}
static void with_two_threads(void)
{
	for (int i = 1; i <= 2; i++) {
		pthread_t t;
		pthread_create(&t, NULL, stays, (void *)(intptr_t)i);
	}
	pauses();
}
static pid_t started(void (*fn)(void))
{
	board_make();
	pid_t pid = child(fn);
	gate_pass(&board->there);
	gate_pass(&board->there);
	asleep(board->tid[1]);
	asleep(board->tid[2]);
	asleep(pid);
	return pid;
}

static void one_of_them(void)
{
	pid_t pid = started(with_two_threads);
	pid_t tid = board->tid[1];
	TRY(PTRACE_SEIZE, tid, 0, 0);
	TRY(PTRACE_INTERRUPT, tid, 0, 0);
	WAIT(tid, 0);
	say("in the group of %s", errname(waitid(P_PID, pid, NULL, WSTOPPED | WNOHANG) < 0 ? -errno : 0));
	TRY(PTRACE_CONT, pid, 0, 0); /* the leader is not traced */
	TRY(PTRACE_GETEVENTMSG, board->tid[2], 0, room);
	TRY(PTRACE_CONT, tid, 0, 0);
	gate_open(&board->leave);
	gate_open(&board->leave);
	await(tid); /* the exit of a traced thread is told */
	WAIT(tid, __WALL);
	end(pid);
}

/* ATTACH to a thread sends SIGSTOP to that thread; a signal to the process goes to any. */
static void attach_thread(void)
{
	pid_t pid = started(with_two_threads);
	TRY(PTRACE_ATTACH, board->tid[2], 0, 0);
	WAIT(board->tid[2], 0);
	tell_siginfo(board->tid[2]);
	TRY(PTRACE_DETACH, board->tid[2], 0, 0);
	WAIT(board->tid[2], __WALL);
	end(pid);
}

/* The end of the process, seen by all three. */
static void all_end(int sig)
{
	pid_t pid = started(with_two_threads);
	MUST(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACEEXIT);
	MUST(PTRACE_SEIZE, board->tid[1], 0, PTRACE_O_TRACEEXIT);
	MUST(PTRACE_SEIZE, board->tid[2], 0, PTRACE_O_TRACEEXIT);
	kill(pid, sig);
	if (sig != SIGKILL) { /* any of them has it: the leader, which does not block it */
		int st;
		pid_t got = wait4(-1, &st, __WALL, NULL);
		say("%s", status(st));
		MUST(PTRACE_CONT, got, 0, sig);
	}
	run_all(PTRACE_CONT);
}
static void all_term(void) { all_end(SIGTERM); }

/* The leader ends first; its exit is told when the last thread has ended. */
static void leader_leaves(void)
{
	for (int i = 1; i <= 2; i++) {
		pthread_t t;
		pthread_create(&t, NULL, stays, (void *)(intptr_t)i);
	}
	gate_pass(&board->leader);
	syscall(SYS_exit, 6);
}
static void leader_first(void)
{
	pid_t pid = started(leader_leaves);
	MUST(PTRACE_SEIZE, pid, 0, 0);
	MUST(PTRACE_SEIZE, board->tid[1], 0, 0);
	MUST(PTRACE_SEIZE, board->tid[2], 0, 0);
	gate_open(&board->leader);
	gone(pid);
	WAIT(pid, __WALL | WNOHANG);
	WAIT(-1, __WALL | WNOHANG);
	TRY(PTRACE_CONT, pid, 0, 0);
	MUST(PTRACE_INTERRUPT, board->tid[1], 0, 0);
	await(board->tid[1]);
	gate_open(&board->leave);
	await(board->tid[2]);
	WAIT(pid, __WALL | WNOHANG);
	MUST(PTRACE_CONT, board->tid[1], 0, 0);
	gate_open(&board->leave);
	await(board->tid[1]);
	await(pid);
	WAIT(-1, __WALL);
}

/* A tracer of threads: only the thread that attached may ask. */
static pid_t traced;
static void *asks(void *arg)
{
	name(self_tid(), "asker");
	TRY(PTRACE_CONT, traced, 0, 0);
	TRY(PTRACE_GETEVENTMSG, traced, 0, room);
	say("wait __WNOTHREAD: %s", errname(wait4(traced, NULL, __WALL | __WNOTHREAD | WNOHANG, NULL) < 0 ? -errno : 0));
	return arg;
}
static void other_thread_asks(void)
{
	traced = traceme(pauses);
	pthread_t t;
	pthread_create(&t, NULL, asks, NULL);
	pthread_join(t, NULL);
	TRY(PTRACE_CONT, traced, 0, 0);
	end(traced);
}

/* But any thread of the tracer may wait for it. */
static void *waits(void *arg)
{
	int st = 0;
	pid_t got = wait4(traced, &st, __WALL, NULL);
	say("the other thread: %s %s", who(got), status(st));
	return arg;
}
static void other_thread_waits(void)
{
	traced = traceme(pauses);
	MUST(PTRACE_CONT, traced, 0, 0);
	asleep(traced);
	kill(traced, SIGUSR1);
	pthread_t t;
	pthread_create(&t, NULL, waits, NULL);
	pthread_join(t, NULL);
	TRY(PTRACE_CONT, traced, 0, SIGUSR1);
	await(traced);
}

/* Two threads, each a tracer with a tracee of its own. */
static void calls_twice(void)
{
	syscall(SYS_getpid);
	syscall(SYS_getppid);
	syscall(SYS_exit_group, 0);
}
static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;
static void *traces(void *arg)
{
	pthread_mutex_lock(&making);
	pid_t pid = traceme(calls_twice);
	pthread_mutex_unlock(&making);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD);
	int st, stops = 0;
	for (;;) {
		MUST(PTRACE_SYSCALL, pid, 0, 0);
		pid_t got = wait4(-1, &st, __WALL | __WNOTHREAD, NULL);
		if (got != pid) say("waited for somebody else's");
		if (!WIFSTOPPED(st)) break;
		stops++;
	}
	*(int *)arg = stops;
	return NULL;
}
static void two_tracers(void)
{
	pthread_t t[3];
	int stops[3] = {0};
	for (size_t i = 0; i < LEN(t); i++) pthread_create(&t[i], NULL, traces, &stops[i]);
	for (size_t i = 0; i < LEN(t); i++) pthread_join(t[i], NULL);
	say("stops %d %d %d", stops[0], stops[1], stops[2]);
}

/* The tracing thread ends: its tracees are let go, though the process lives. */
static pid_t victim;
static void *seizes_and_ends(void *arg)
{
	TRY(PTRACE_SEIZE, victim, 0, 0);
	TRY(PTRACE_INTERRUPT, victim, 0, 0);
	quietly(victim);
	return arg;
}
static void tracer_thread_ends(void)
{
	victim = child(pauses);
	asleep(victim);
	pthread_t t;
	pthread_create(&t, NULL, seizes_and_ends, NULL);
	pthread_join(t, NULL);
	asleep(victim); /* it runs again */
	TRY(PTRACE_CONT, victim, 0, 0);
	TRY(PTRACE_SEIZE, victim, 0, 0);
	end(victim);
}

const struct probe_case thread_cases[] = {
	{"thread-followed", followed},
	{"thread-followed-seized", followed_seized},
	{"thread-one-of-them", one_of_them},
	{"thread-attach", attach_thread},
	{"thread-all-term", all_term},
	{"thread-leader-first", leader_first},
	{"thread-other-asks", other_thread_asks},
	{"thread-other-waits", other_thread_waits},
	{"thread-two-tracers", two_tracers},
	{"thread-tracer-ends", tracer_thread_ends},
	{0},
};
