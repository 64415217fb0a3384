/* A process becomes a tracer while its threads are anywhere: in user mode, in a wait, in other calls that sleep. */
#include "probe.h"

#include <poll.h>
#include <time.h>

/* What a child does whose parent sleeps: it makes that its tracer, and stops. */
static void when_it_sleeps(void)
{
	asleep(getppid());
	must("PTRACE_TRACEME", PTRACE_TRACEME, 0, 0, 0);
	send_self(SIGUSR1);
	syscall(SYS_exit_group, 7);
}
static void then(pid_t pid)
{
	MUST(PTRACE_CONT, pid, 0, 0);
	await(pid);
	WAIT(-1, WNOHANG);
}

static void in_wait4(void)
{
	pid_t pid = child(when_it_sleeps);
	WAIT(pid, 0);
	then(pid);
}
static void in_wait_any(void)
{
	pid_t pid = child(when_it_sleeps);
	WAIT(-1, WUNTRACED | __WALL);
	then(pid);
}
static void in_waitid(void)
{
	pid_t pid = child(when_it_sleeps);
	siginfo_t si;
	memset(&si, 0, sizeof si);
	int r = waitid(P_PID, pid, &si, WSTOPPED | WEXITED);
	say("waitid %s %s", errname(r < 0 ? -errno : r), info(&si));
	then(pid);
}

static volatile int chlds;
static void on_chld(int sig) { (void)sig; chlds++; }
static void block_chld(void (*handler)(int))
{
	struct sigaction sa = {.sa_handler = handler};
	sigaction(SIGCHLD, &sa, NULL);
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
}
static void in_sigsuspend(void)
{
	block_chld(on_chld);
	pid_t pid = child(when_it_sleeps);
	sigset_t none;
	sigemptyset(&none);
	int r = sigsuspend(&none);
	say("sigsuspend %s, %d SIGCHLD", errname(r < 0 ? -errno : r), chlds);
	WAIT(pid, WNOHANG);
	then(pid);
}
static void in_ppoll(void)
{
	block_chld(on_chld);
	pid_t pid = child(when_it_sleeps);
	sigset_t none;
	sigemptyset(&none);
	struct timespec t = {20, 0};
	int r = ppoll(NULL, 0, &t, &none);
	say("ppoll %s, %d SIGCHLD", errname(r < 0 ? -errno : r), chlds);
	WAIT(pid, WNOHANG);
	then(pid);
}
static void in_sigtimedwait(void)
{
	block_chld(SIG_DFL);
	pid_t pid = child(when_it_sleeps);
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	siginfo_t si;
	memset(&si, 0, sizeof si);
	struct timespec t = {20, 0};
	int r = sigtimedwait(&set, &si, &t);
	say("sigtimedwait %s %s", errname(r < 0 ? -errno : 0), r < 0 ? "" : info(&si));
	WAIT(pid, WNOHANG);
	then(pid);
}

/* Nothing wakes it but what it waits for. */
static struct gate before;
static void when_it_sleeps_then_writes(void)
{
	asleep(getppid());
	must("PTRACE_TRACEME", PTRACE_TRACEME, 0, 0, 0);
	gate_open(&before);
	send_self(SIGUSR1);
	syscall(SYS_exit_group, 7);
}
static void in_read(void)
{
	gate_make(&before);
	pid_t pid = child(when_it_sleeps_then_writes);
	char c;
	ssize_t n = read(before.fd[0], &c, 1);
	say("read %s", errname(n < 0 ? -errno : n));
	await(pid);
	then(pid);
}
static void in_poll(void)
{
	gate_make(&before);
	pid_t pid = child(when_it_sleeps_then_writes);
	struct pollfd p = {before.fd[0], POLLIN, 0};
	int n = poll(&p, 1, 20000);
	say("poll %s", errname(n < 0 ? -errno : n));
	await(pid);
	then(pid);
}
static void in_vfork(void)
{
	pid_t pid = vfork();
	if (pid == 0) {
		pt(PTRACE_TRACEME, 0, 0, 0);
		exec_self("exit5");
	}
	name(pid, "child");
	WAIT(pid, 0);
	then(pid);
}
static void in_user_mode(void)
{
	pid_t pid = fork();
	if (pid == 0) {
		must("PTRACE_TRACEME", PTRACE_TRACEME, 0, 0, 0);
		send_self(SIGUSR1);
		syscall(SYS_exit_group, 7);
	}
	name(pid, "child");
	int st;
	pid_t got;
	while ((got = wait4(pid, &st, WNOHANG, NULL)) == 0) {}
	say("polled: %s %s", who(got), status(st));
	then(pid);
}

/* It is told of a death once, be it by a wait that has begun before. */
static void dies_at_once(void)
{
	asleep(getppid());
	must("PTRACE_TRACEME", PTRACE_TRACEME, 0, 0, 0);
	syscall(SYS_exit_group, 3);
}
static void told_once(void)
{
	for (int i = 0; i < 5; i++) {
		pid_t first = fork();
		if (first == 0) {
			/* each time another is the tracer, which has not been one */
			pid_t pid = fork();
			if (pid == 0) dies_at_once();
			int st = 0;
			pid_t got = wait4(-1, &st, 0, NULL);
			int again = wait4(-1, NULL, WNOHANG, NULL) < 0 ? errno : 0;
			_exit(got != pid || st != 3 << 8 ? 1 : again == ECHILD ? 0 : 2);
		}
		name(first, "tracer%d", i);
		WAIT(first, 0);
	}
}

/* One thread of a process begins to trace another's child; a second one waits, or comes to. */
static pid_t other;
static struct gate begun, go_on, end_it;
static void *seizes(void *arg)
{
	if (arg) asleep(*(pid_t *)arg);
	MUST(PTRACE_SEIZE, other, 0, 0);
	gate_open(&begun);
	if (!arg) gate_pass(&go_on);
	MUST(PTRACE_INTERRUPT, other, 0, 0);
	gate_pass(&end_it);
	return NULL;
}
static void told_of_other(pthread_t t)
{
	WAIT(-1, __WALL);
	kill(other, SIGKILL);
	WAIT(-1, __WALL);
	gate_open(&end_it);
	pthread_join(t, NULL);
}
static void waits_after(void)
{
	pthread_t t;
	WAIT(-1, __WALL | WNOHANG);
	pthread_create(&t, NULL, seizes, NULL);
	gate_pass(&begun);
	WAIT(-1, __WALL | WNOHANG); /* it has a tracee now */
	gate_open(&go_on);
	told_of_other(t);
	WAIT(-1, __WALL);
}
static void waits_before(void)
{
	pthread_t t;
	pid_t me = self_pid(), own = child(pauses);
	pthread_create(&t, NULL, seizes, &me);
	told_of_other(t);
	end(own);
	WAIT(-1, __WALL);
}
static void in_threads(void (*fn)(void))
{
	gate_make(&begun);
	gate_make(&go_on);
	gate_make(&end_it);
	other = child(pauses);
	pid_t tracer = child(fn);
	WAIT(tracer, 0);
	end(other);
}
static void thread_after(void) { in_threads(waits_after); }
static void thread_before(void) { in_threads(waits_before); }

/* Threads that sleep in this and that as another begins to trace: none is broken. */
static struct gate wake;
static pid_t sleepers[6];
static long results[6];
static int word;
static void *sleeps(void *arg)
{
	int i = (int)(long)arg;
	char c;
	struct pollfd p = {wake.fd[0], POLLIN, 0};
	struct timespec t = {0, 300000000};
	long r = -1;
	sleepers[i] = self_tid();
	switch (i) {
	case 0: r = read(wake.fd[0], &c, 1); break;
	case 1: r = poll(&p, 1, 20000); break;
	case 2: r = ppoll(&p, 1, NULL, NULL); break;
	case 3: r = nanosleep(&t, NULL); break;
	case 4: r = syscall(SYS_futex, &word, 0 /* FUTEX_WAIT */, 0, NULL, NULL, 0); break;
	case 5: r = wait4(-1, NULL, __WALL | __WNOTHREAD, NULL); break;
	}
	results[i] = r < 0 ? -errno : r;
	return NULL;
}
static void sleepers_go_on(void)
{
	pthread_t t[LEN(sleepers)];
	gate_make(&wake);
	for (long i = 0; i < (long)LEN(t); i++) pthread_create(&t[i], NULL, sleeps, (void *)i);
	for (int i = 0; i < 3; i++) {
		while (!__atomic_load_n(&sleepers[i], __ATOMIC_SEQ_CST)) usleep(100);
		asleep(sleepers[i]);
	}
	while (!__atomic_load_n(&sleepers[4], __ATOMIC_SEQ_CST)) usleep(100);
	asleep(sleepers[4]);
	pid_t pid = traceme(pauses);
	__atomic_store_n(&word, 1, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, &word, 1 /* FUTEX_WAKE */, 9, NULL, NULL, 0);
	for (int i = 0; i < 3; i++) gate_open(&wake);
	for (size_t i = 0; i < LEN(t); i++) pthread_join(t[i], NULL);
	for (size_t i = 0; i < LEN(t); i++) say("%zu: %s", i, errname(results[i]));
	end(pid);
}

/* What a tracer sees of seccomp is its own: it can give all its threads filters, or has given one to one. */
static struct sock_filter allow[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
static struct sock_fprog allows = {LEN(allow), allow};
static void *waits_at(void *arg)
{
	gate_pass(arg);
	return arg;
}
static void all_threads_filtered(void)
{
	pthread_t t;
	gate_make(&go_on);
	pthread_create(&t, NULL, waits_at, &go_on);
	pid_t pid = traceme(pauses);
	say("mode %d", prctl(PR_GET_SECCOMP, 0, 0, 0, 0));
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	long r = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &allows);
	say("filters for all: %s", errname(r < 0 ? -errno : r));
	say("mode %d", prctl(PR_GET_SECCOMP, 0, 0, 0, 0));
	MUST(PTRACE_CONT, pid, 0, 0);
	kill(pid, SIGTERM);
	await(pid);
	end(pid);
	gate_open(&go_on);
	pthread_join(t, NULL);
}
static void *has_a_filter(void *arg)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	long r = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &allows);
	say("a filter for one: %s", errname(r < 0 ? -errno : r));
	gate_open(&begun);
	gate_pass(arg);
	say("mode %d", prctl(PR_GET_SECCOMP, 0, 0, 0, 0));
	WAIT(other, __WALL | WNOHANG);
	return arg;
}
static void one_thread_filtered(void)
{
	pthread_t t;
	gate_make(&begun);
	gate_make(&go_on);
	pthread_create(&t, NULL, has_a_filter, &go_on);
	gate_pass(&begun);
	other = traceme(pauses);
	say("mode %d, no_new_privs %d", prctl(PR_GET_SECCOMP, 0, 0, 0, 0), prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	gate_open(&go_on);
	pthread_join(t, NULL);
	MUST(PTRACE_CONT, other, 0, 0);
	kill(other, SIGTERM);
	await(other);
	end(other);
}

/* It has given up its privileges before. */
static void without_privileges(void)
{
	if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534)) say("not privileged");
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	pid_t pid = child(when_it_sleeps);
	WAIT(pid, 0);
	say("no_new_privs %d", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	then(pid);
}

/* What it makes is none, until it has a tracee of its own. */
static void forks_a_tracer(void)
{
	pid_t pid = traceme(pauses);
	end(pid);
	pid_t next = fork();
	if (next == 0) {
		name(self_pid(), "next");
		WAIT(-1, WNOHANG);
		pid = child(when_it_sleeps);
		WAIT(pid, 0);
		then(pid);
		_exit(0);
	}
	int st;
	pid_t got = wait4(next, &st, 0, NULL);
	say("%d %s", got == next, status(st));
}

/* Children that are made at that very moment become tracers in their turn. */
static void *traces_one(void *arg)
{
	pid_t pid = fork();
	if (pid == 0) dies_at_once();
	int st = 0;
	pid_t got = wait4(pid, &st, 0, NULL);
	*(int *)arg = got == pid && st == 3 << 8;
	return arg;
}
static void makes_tracers(void)
{
	pthread_t t;
	int right = 0, st, all = 0;
	pthread_create(&t, NULL, traces_one, &right);
	for (int i = 0; i < 4; i++) {
		pid_t next = fork();
		if (next == 0) {
			int mine = 0;
			traces_one(&mine);
			_exit(mine ? 0 : 1);
		}
		all += wait4(next, &st, 0, NULL) == next && st == 0;
	}
	pthread_join(t, NULL);
	_exit(right && all == 4 ? 0 : 1);
}
static void races(void)
{
	for (int i = 0; i < 8; i++) {
		pid_t pid = fork();
		if (pid == 0) makes_tracers();
		int st = -1;
		wait4(pid, &st, 0, NULL);
		if (st != 0) say("round %d: %s", i, status(st));
	}
	say("done");
}

const struct probe_case become_cases[] = {
	{"become-in-wait4", in_wait4},
	{"become-in-wait-any", in_wait_any},
	{"become-in-waitid", in_waitid},
	{"become-in-sigsuspend", in_sigsuspend},
	{"become-in-ppoll", in_ppoll},
	{"become-in-sigtimedwait", in_sigtimedwait},
	{"become-in-read", in_read},
	{"become-in-poll", in_poll},
	{"become-in-vfork", in_vfork},
	{"become-in-user-mode", in_user_mode},
	{"become-told-once", told_once},
	{"become-thread-after", thread_after},
	{"become-thread-before", thread_before},
	{"become-sleepers", sleepers_go_on},
	{"become-filters-for-all", all_threads_filtered},
	{"become-filter-for-one", one_thread_filtered},
	{"become-unprivileged", without_privileges},
	{"become-forks", forks_a_tracer},
	{"become-races", races},
	{NULL, NULL},
};
