/* Every way to wait. */
#include "probe.h"

#include <time.h>
#include <sys/resource.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

static void usr1_then_exit(void)
{
	send_self(SIGUSR1);
	syscall(SYS_exit_group, 4);
}
static void exits(void) { syscall(SYS_exit_group, 6); }

/* say_waitid prints a waitid. */
static int say_waitid(const char *text, int type, id_t id, int options)
{
	siginfo_t si;
	memset(&si, 0, sizeof si);
	int r = syscall(SYS_waitid, type, id, &si, options, NULL);
	if (r < 0) say("waitid %s: %s", text, errname(-errno));
	else if (si.si_pid == 0 && si.si_signo == 0) say("waitid %s: nothing", text);
	else say("waitid %s: %s", text, info(&si));
	return r < 0 ? -errno : si.si_pid;
}
#define WAITID(type, id, options) say_waitid(#type " " #options, type, id, options)

static void blocking(void)
{
	pid_t pid = traceme(usr1_then_exit);
	MUST(PTRACE_CONT, pid, 0, 0);
	WAIT(pid, 0);
	MUST(PTRACE_CONT, pid, 0, SIGUSR1);
	WAIT(-1, 0);
	WAIT(-1, 0);
}

/* The stop is there before, or comes while the tracer sleeps. */
static struct gate start;
static void when_told(void)
{
	gate_pass(&start);
	send_self(SIGUSR1);
	gate_pass(&start);
	send_self(SIGUSR2);
}
static void *tells_later(void *arg)
{
	asleep((pid_t)(intptr_t)arg);
	gate_open(&start);
	return NULL;
}
static void late(void)
{
	gate_make(&start);
	pid_t pid = traceme(when_told);
	for (int i = 0; i < 2; i++) {
		pthread_t t;
		MUST(PTRACE_CONT, pid, 0, 0);
		pthread_create(&t, NULL, tells_later, (void *)(intptr_t)self_tid());
		WAIT(pid, 0);
		pthread_join(t, NULL);
	}
	end(pid);
}

static void polling(void)
{
	gate_make(&start);
	pid_t pid = traceme(when_told);
	WAIT(pid, WNOHANG);
	MUST(PTRACE_CONT, pid, 0, 0);
	WAIT(pid, WNOHANG);
	WAIT(-1, WNOHANG);
	gate_open(&start);
	int st = 0, polls = 0;
	pid_t got;
	while ((got = wait4(-1, &st, WNOHANG | __WALL, NULL)) == 0) polls++;
	say("%s %s after polls", who(got), status(st));
	WAIT(pid, WNOHANG);
	kill(pid, SIGKILL);
	while ((got = wait4(-1, &st, WNOHANG, NULL)) == 0) polls++;
	say("%s %s", who(got), status(st));
	WAIT(-1, WNOHANG);
}

/* Which flags a tracee needs: none beyond __WALL and __WCLONE say who is meant. */
static void flags(void)
{
	pid_t pid = traceme(usr1_then_exit);
	MUST(PTRACE_CONT, pid, 0, 0);
	siginfo_t si;
	waitid(P_PID, pid, &si, WSTOPPED | WNOWAIT | __WALL);
	WAIT(pid, __WCLONE | WNOHANG); /* not a clone child, but traced by us */
	MUST(PTRACE_CONT, pid, 0, 0);
	WAIT(pid, __WALL | __WNOTHREAD);
	pid = traceme(usr1_then_exit);
	WAIT(pid, 0x40);
	WAIT(pid, WEXITED); /* not of wait4 */
	WAIT(pid, -1);
	say_waitid("no option", P_PID, pid, 0);
	say_waitid("bad option", P_PID, pid, WEXITED | 0x40);
	say_waitid("bad type", 77, pid, WEXITED);
	say_waitid("pid 0", P_PID, 0, WEXITED);
	say_waitid("pid -1", P_PID, -1, WEXITED);
	say_waitid("pidfd -1", P_PIDFD, -1, WEXITED);
	say_waitid("pidfd of a pipe", P_PIDFD, 1, WEXITED);
	end(pid);
}

/* ECHILD, in all forms. */
static void nobody(void)
{
	WAIT(-1, 0);
	WAIT(-1, WNOHANG);
	WAIT(1, 0);
	WAIT(self_pid(), 0);
	WAIT(0, 0);
	say("group of nobody: %s", errname(wait4(-99999999, NULL, 0, NULL) < 0 ? -errno : 0));
	say("INT_MIN: %s", errname(wait4(-2147483647 - 1, NULL, 0, NULL) < 0 ? -errno : 0));
	WAITID(P_ALL, 0, WEXITED);
	WAITID(P_ALL, 0, WEXITED | WNOHANG);
	WAITID(P_PID, 1, WEXITED);
	pid_t pid = traceme(exits);
	WAIT(1, 0);
	WAIT(1, WNOHANG);
	MUST(PTRACE_CONT, pid, 0, 0);
	WAIT(pid, 0);
	WAIT(pid, 0);
}

/* NULL where the answer would go, and memory that is not there. */
static void no_answer(void)
{
	pid_t pid = traceme(usr1_then_exit);
	MUST(PTRACE_CONT, pid, 0, 0);
	pid_t got = wait4(pid, NULL, 0, NULL);
	say("%s", who(got));
	MUST(PTRACE_CONT, pid, 0, 0);
	long r = syscall(SYS_wait4, pid, (void *)16, 0, NULL);
	say("status nowhere: %s", errname(r < 0 ? -errno : 0));
	WAIT(pid, 0); /* taken all the same */
	pid = traceme(exits);
	MUST(PTRACE_CONT, pid, 0, 0);
	siginfo_t si = {0};
	waitid(P_PID, pid, &si, WEXITED | WNOWAIT);
	r = syscall(SYS_waitid, P_PID, pid, NULL, WEXITED, NULL);
	say("without siginfo: %s", errname(r < 0 ? -errno : 0));
}

/* waitid in all its forms. */
static void ids(void)
{
	pid_t pid = traceme(usr1_then_exit);
	WAITID(P_PID, pid, WEXITED | WNOHANG);
	MUST(PTRACE_CONT, pid, 0, 0);
	WAITID(P_PID, pid, WSTOPPED | WNOWAIT);
	WAITID(P_PID, pid, WSTOPPED | WNOWAIT);
	WAITID(P_ALL, 0, WSTOPPED | WNOWAIT);
	WAITID(P_PGID, getpgrp(), WSTOPPED | WNOWAIT);
	WAITID(P_PGID, 0, WSTOPPED | WNOWAIT);
	WAITID(P_PID, pid, WSTOPPED);
	WAITID(P_PID, pid, WSTOPPED | WNOHANG);
	WAITID(P_PID, pid, WCONTINUED | WNOHANG);
	MUST(PTRACE_CONT, pid, 0, 0);
	WAITID(P_PID, pid, WEXITED | WNOWAIT);
	WAITID(P_PID, pid, WEXITED);
	WAITID(P_PID, pid, WEXITED);
}

/* WEXITED alone waits for the stop too: a tracee's stop is always told. */
static void exited_only(void)
{
	pid_t pid = traceme(usr1_then_exit);
	MUST(PTRACE_CONT, pid, 0, 0);
	WAITID(P_PID, pid, WEXITED);
	end(pid);
	pid = traceme(usr1_then_exit);
	MUST(PTRACE_CONT, pid, 0, 0);
	siginfo_t si;
	waitid(P_PID, pid, &si, WSTOPPED | WNOWAIT);
	WAITID(P_PID, pid, WCONTINUED | WNOHANG);
	end(pid);
}

static void pidfds(void)
{
	pid_t pid = traceme(usr1_then_exit);
	int fd = syscall(SYS_pidfd_open, pid, 0);
	if (fd < 0) die("pidfd_open: %m");
	MUST(PTRACE_CONT, pid, 0, 0);
	WAITID(P_PIDFD, fd, WSTOPPED | WNOWAIT);
	WAITID(P_PIDFD, fd, WSTOPPED);
	fcntl(fd, F_SETFL, O_NONBLOCK); /* then a wait that would block is EAGAIN */
	WAITID(P_PIDFD, fd, WSTOPPED);
	MUST(PTRACE_CONT, pid, 0, 0);
	siginfo_t si;
	waitid(P_PID, pid, &si, WEXITED | WNOWAIT);
	WAITID(P_PIDFD, fd, WEXITED);
	WAITID(P_PIDFD, fd, WEXITED);
}

/* By process group. */
static void own_group(void)
{
	setpgid(0, 0);
	send_self(SIGUSR1);
	pauses();
}
static void groups(void)
{
	pid_t a = traceme(own_group), b = traceme(usr1_then_exit);
	MUST(PTRACE_CONT, a, 0, 0);
	siginfo_t si;
	waitid(P_PID, a, &si, WSTOPPED | WNOWAIT);
	MUST(PTRACE_CONT, b, 0, 0);
	waitid(P_PID, b, &si, WSTOPPED | WNOWAIT);
	WAIT(-a, 0);
	WAIT(0, 0);
	WAIT(0, WNOHANG);
	WAIT(-a, WNOHANG);
	say("own group by number: %s", errname(wait4(-getpgrp(), NULL, WNOHANG, NULL) < 0 ? -errno : 0));
	say_waitid("P_PGID of nobody", P_PGID, 99999999, WEXITED);
	end(a);
	end(b);
}

/* Real children and tracees at once; in which order, the tracer chooses. */
static void mixed(void)
{
	pid_t real = child(exits), traced = traceme(usr1_then_exit);
	gone(real);
	MUST(PTRACE_CONT, traced, 0, 0);
	siginfo_t si;
	waitid(P_PID, traced, &si, WSTOPPED | WNOWAIT);
	WAIT(traced, 0);
	WAIT(real, 0);
	MUST(PTRACE_CONT, traced, 0, 0);
	WAIT(-1, 0);
	WAIT(-1, 0);
	/* All of many. */
	pid_t c[6];
	for (size_t i = 0; i < LEN(c); i++) c[i] = i % 2 ? child(exits) : traceme(usr1_then_exit);
	for (size_t i = 0; i < LEN(c); i += 2) MUST(PTRACE_CONT, c[i], 0, 0);
	int count[3] = {0}, st;
	pid_t got;
	while ((got = wait4(-1, &st, 0, NULL)) > 0) {
		count[WIFSTOPPED(st) ? 0 : WEXITSTATUS(st) == 4 ? 1 : 2]++;
		if (WIFSTOPPED(st)) MUST(PTRACE_CONT, got, 0, 0);
	}
	say("stops %d, exits %d, of children %d, then %s", count[0], count[1], count[2], errname(-errno));
}

/* A tracer that is not the parent has only tracees; it waits while a child of its own runs. */
static pid_t *found;
static struct gate go;
static void not_parent(void)
{
	pid_t real = child(pauses);
	TRY(PTRACE_SEIZE, *found, 0, 0);
	gate_open(&go);
	WAIT(-1, 0);
	TRY(PTRACE_CONT, *found, 0, SIGUSR1);
	WAIT(-1, 0);
	WAIT(-1, WNOHANG);
	end(real);
	WAIT(-1, WNOHANG);
}
static void gated(void)
{
	gate_pass(&go);
	send_self(SIGUSR1);
}
static void other_tracer(void)
{
	found = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	gate_make(&go);
	*found = child(gated);
	await(child(not_parent));
	await(*found);
}

/* WUNTRACED and WCONTINUED of a child nobody traces. */
static void job_control(void)
{
	pid_t pid = child(pauses);
	asleep(pid);
	kill(pid, SIGSTOP);
	siginfo_t si;
	waitid(P_PID, pid, &si, WSTOPPED | WNOWAIT);
	WAIT(pid, WNOHANG);
	WAIT(pid, WUNTRACED);
	WAIT(pid, WUNTRACED | WNOHANG);
	kill(pid, SIGCONT);
	WAIT(pid, WNOHANG);
	WAIT(pid, WCONTINUED | WNOHANG);
	WAIT(pid, WCONTINUED | WNOHANG);
	kill(pid, SIGTERM);
	WAIT(pid, 0);
}

/* The wait is broken by a signal with and without SA_RESTART, or ignored. */
static volatile int handled;
static void on_alarm(int sig)
{
	handled++;
	if (sig == SIGUSR2) return;
}
static void tells_parent(void)
{
	asleep(getppid());
	kill(getppid(), SIGUSR2);
	asleep(getppid());
	send_self(SIGUSR1);
}
static void broken(int sa_flags)
{
	struct sigaction sa = {.sa_handler = on_alarm, .sa_flags = sa_flags};
	sigaction(SIGUSR2, &sa, NULL);
	pid_t pid = traceme(tells_parent);
	MUST(PTRACE_CONT, pid, 0, 0);
	WAIT(pid, 0);
	say("handled %d", handled);
	if (!(sa_flags & SA_RESTART)) WAIT(pid, 0);
	end(pid);
}
static void restarts(void) { broken(SA_RESTART); }
static void broken_off(void) { broken(0); }
static void ignored_signal(void)
{
	signal(SIGUSR2, SIG_IGN);
	pid_t pid = traceme(tells_parent);
	MUST(PTRACE_CONT, pid, 0, 0);
	WAIT(pid, 0);
	end(pid);
}
static void broken_waitid(void)
{
	struct sigaction sa = {.sa_handler = on_alarm};
	sigaction(SIGUSR2, &sa, NULL);
	pid_t pid = traceme(tells_parent);
	MUST(PTRACE_CONT, pid, 0, 0);
	WAITID(P_ALL, 0, WEXITED | WSTOPPED);
	WAITID(P_ALL, 0, WEXITED | WSTOPPED);
	end(pid);
}

/* The tracer itself is stopped and continued while it waits. */
static void waits_for_tracee(void)
{
	pid_t pid = traceme(pauses);
	MUST(PTRACE_CONT, pid, 0, 0);
	*found = pid;
	WAIT(pid, 0);
	gate_pass(&go);
	end(pid);
}
static void stopped_tracer(void)
{
	gate_make(&go);
	found = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t tracer = child(waits_for_tracee);
	while (!*(volatile pid_t *)found) usleep(1000);
	asleep(tracer);
	kill(tracer, SIGSTOP);
	WAIT(tracer, WUNTRACED);
	kill(*found, SIGUSR1);
	kill(tracer, SIGCONT);
	WAIT(tracer, WCONTINUED);
	gate_open(&go);
	WAIT(tracer, 0);
}

/* rusage is filled in. */
static void burns(void)
{
	struct timespec t;
	do clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	while (t.tv_nsec < 30000000);
	send_self(SIGUSR1);
	syscall(SYS_exit_group, 0);
}
static int used(const struct rusage *u)
{
	return u->ru_utime.tv_sec + u->ru_stime.tv_sec > 0 || u->ru_utime.tv_usec + u->ru_stime.tv_usec > 5000;
}
static void usage(void)
{
	struct rusage u;
	int st;
	pid_t pid = traceme(burns);
	MUST(PTRACE_CONT, pid, 0, 0);
	for (int i = 0; i < 2; i++) {
		memset(&u, 0, sizeof u);
		pid_t got = wait4(pid, &st, 0, &u);
		say("%s %s used time %d, maxrss %d, faults %d", who(got), status(st),
			used(&u), u.ru_maxrss > 100, u.ru_minflt > 0);
		if (WIFSTOPPED(st)) MUST(PTRACE_CONT, pid, 0, 0);
	}
	pid = traceme(burns);
	MUST(PTRACE_CONT, pid, 0, 0);
	siginfo_t si;
	memset(&u, 0, sizeof u);
	int r = syscall(SYS_waitid, P_PID, pid, &si, WSTOPPED, &u);
	say("waitid %d used time %d", r, used(&u));
	end(pid);
}

/* A pipe is read to its end before the wait: the tracee must get there without it. */
static int pipefd[2];
static void writes_much(void)
{
	close(pipefd[0]);
	char b[1000];
	memset(b, 'x', sizeof b);
	for (int i = 0; i < 200; i++)
		if (write(pipefd[1], b, sizeof b) != sizeof b) _exit(1);
	_exit(11);
}
static void pipe_first(void)
{
	if (pipe(pipefd)) die("pipe: %m");
	pid_t pid = seized(PTRACE_O_EXITKILL, writes_much);
	close(pipefd[1]);
	char b[4096];
	ssize_t n;
	long total = 0;
	while ((n = read(pipefd[0], b, sizeof b)) > 0) total += n;
	say("read %ld", total);
	WAIT(pid, 0);
}

/* A clone child (no SIGCHLD) needs __WCLONE or __WALL; a traced one none. */
static char stack[65536] __attribute__((aligned(16)));
static int leaves(void *arg)
{
	(void)arg;
	syscall(SYS_exit, 3);
	return 0;
}
static int leaves_traced(void *arg)
{
	(void)arg;
	pt(PTRACE_TRACEME, 0, 0, 0);
	send_self(SIGUSR1);
	syscall(SYS_exit, 3);
	return 0;
}
static void clone_child(void)
{
	pid_t pid = clone(leaves, stack + sizeof stack, 0, NULL);
	name(pid, "clone");
	WAIT(pid, 0);
	WAIT(-1, WNOHANG);
	WAIT(pid, __WCLONE);
	pid = clone(leaves_traced, stack + sizeof stack, 0, NULL);
	name(pid, "traced");
	siginfo_t si;
	waitid(P_PID, pid, &si, WSTOPPED | WNOWAIT | __WALL);
	WAIT(pid, 0);
	MUST(PTRACE_CONT, pid, 0, 0);
	WAIT(pid, 0);
	WAIT(pid, __WALL);
	pid = clone(leaves, stack + sizeof stack, SIGCHLD, NULL);
	name(pid, "usual");
	WAIT(-1, __WCLONE);
	WAIT(pid, 0);
}

/* Children of another thread, with and without __WNOTHREAD. */
static pid_t theirs;
static struct gate made, leave;
static void *makes_one(void *arg)
{
	theirs = child(exits);
	prctl(PR_SET_PDEATHSIG, 0);
	gate_open(&made);
	gate_pass(&leave);
	return arg;
}
static void no_thread(void)
{
	gate_make(&made);
	gate_make(&leave);
	pthread_t t;
	pthread_create(&t, NULL, makes_one, NULL);
	gate_pass(&made);
	gone(theirs);
	WAIT(theirs, __WNOTHREAD);
	WAIT(theirs, __WNOTHREAD | WNOHANG);
	WAIT(theirs, 0);
	gate_open(&leave);
	pthread_join(t, NULL);
}

/* Several stopped at once: all are told, none twice. */
static void crowd(void)
{
	enum { N = 30 };
	pid_t pid[N];
	int stopped[N] = {0}, ended[N] = {0}, st, wrong = 0;
	for (int i = 0; i < N; i++) pid[i] = traceme(usr1_then_exit);
	for (int i = 0; i < N; i++) MUST(PTRACE_CONT, pid[i], 0, 0);
	pid_t got;
	while ((got = wait4(-1, &st, __WALL, NULL)) > 0) {
		int i = 0;
		while (i < N && pid[i] != got) i++;
		if (i == N) { wrong++; continue; }
		if (WIFSTOPPED(st)) {
			stopped[i]++;
			MUST(PTRACE_CONT, got, 0, 0);
		} else ended[i]++;
	}
	for (int i = 0; i < N; i++) if (stopped[i] != 1 || ended[i] != 1) wrong++;
	say("wrong %d, then %s", wrong, errname(-errno));
}

/* SIGCHLD ignored: children are not kept, tracees are told. */
static void ignoring_chld(void)
{
	signal(SIGCHLD, SIG_IGN);
	pid_t real = child(exits);
	gone(real);
	WAIT(real, 0);
	pid_t pid = traceme(usr1_then_exit);
	MUST(PTRACE_CONT, pid, 0, 0);
	WAIT(pid, 0);
	MUST(PTRACE_CONT, pid, 0, 0);
	WAIT(pid, 0); /* the death of a tracee is told all the same, or not */
	WAIT(-1, 0);
}

/* The same by SA_NOCLDWAIT. */
static void nocldwait(void)
{
	struct sigaction sa = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT};
	sigaction(SIGCHLD, &sa, NULL);
	pid_t pid = traceme(usr1_then_exit);
	MUST(PTRACE_CONT, pid, 0, 0);
	WAIT(pid, 0);
	MUST(PTRACE_CONT, pid, 0, 0);
	WAIT(pid, 0);
}

/* A tracee that is kept at the entry of its own wait stays there when what it waits for comes. */
static void waits_for_stopped(void)
{
	pid_t below = fork();
	while (below == 0) pause();
	int st;
	syscall(SYS_wait4, below, &st, WUNTRACED | __WNOTHREAD, NULL);
	pause();
}
static void kept_at_entry(void)
{
	pid_t pid = seized(PTRACE_O_TRACEFORK | PTRACE_O_TRACESYSGOOD, waits_for_stopped);
	await(pid);
	unsigned long msg;
	MUST(PTRACE_GETEVENTMSG, pid, 0, &msg);
	pid_t below = msg;
	name(below, "below");
	quietly(below);
	MUST(PTRACE_CONT, below, 0, 0);
	do {
		MUST(PTRACE_SYSCALL, pid, 0, 0);
		quietly(pid);
	} while (get_user(pid, REG_NR) != SYS_wait4);
	asleep(below);
	kill(below, SIGSTOP);
	await(below);
	MUST(PTRACE_CONT, below, 0, SIGSTOP);
	await(below);
	say("%s, at %s", errname(get_user(pid, REG_RESULT)), sysname(get_user(pid, REG_NR)));
	TRY(PTRACE_SYSCALL, pid, 0, 0);
	await(pid);
	say("%s", value(get_user(pid, REG_RESULT)));
	end(below);
	end(pid);
}

const struct probe_case wait_cases[] = {
	{"wait-blocking", blocking},
	{"wait-late", late},
	{"wait-polling", polling},
	{"wait-flags", flags},
	{"wait-nobody", nobody},
	{"wait-no-answer", no_answer},
	{"wait-id", ids},
	{"wait-id-exited", exited_only},
	{"wait-pidfd", pidfds},
	{"wait-groups", groups},
	{"wait-mixed", mixed},
	{"wait-other-tracer", other_tracer},
	{"wait-job-control", job_control},
	{"wait-restart", restarts},
	{"wait-broken", broken_off},
	{"wait-ignored-signal", ignored_signal},
	{"wait-broken-id", broken_waitid},
	{"wait-stopped-tracer", stopped_tracer},
	{"wait-usage", usage},
	{"wait-pipe-first", pipe_first},
	{"wait-clone-child", clone_child},
	{"wait-no-thread", no_thread},
	{"wait-crowd", crowd},
	{"wait-ignoring-chld", ignoring_chld},
	{"wait-nocldwait", nocldwait},
	{"wait-kept-at-entry", kept_at_entry},
	{0},
};
