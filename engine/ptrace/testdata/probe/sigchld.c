/* SIGCHLD of a tracer: when it comes, what it says, and waiting for it. */
#include "probe.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <time.h>

static void usr1_then_exit(void)
{
	send_self(SIGUSR1);
	syscall(SYS_exit_group, 4);
}

static sigset_t chld;
static void block(void)
{
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, NULL);
}

/* one waits for a SIGCHLD that must come; none says that there is none. */
static void one(void)
{
	siginfo_t si;
	struct timespec t = {5, 0};
	int sig;
	do sig = sigtimedwait(&chld, &si, &t);
	while (sig < 0 && errno == EINTR);
	say("  %s", sig < 0 ? "no SIGCHLD" : info(&si));
}
static void none(void)
{
	siginfo_t si;
	struct timespec t = {0, 0};
	if (sigtimedwait(&chld, &si, &t) > 0) say("  too much: %s", info(&si));
}

/* What it says at each kind of stop. */
static void at_stops(long options, long request, void (*fn)(void))
{
	block();
	pid_t pid = traceme(fn);
	one();
	MUST(PTRACE_SETOPTIONS, pid, 0, options);
	int sig = 0;
	for (;;) {
		MUST(request, pid, 0, sig);
		one();
		int st = await(pid);
		none();
		if (!WIFSTOPPED(st)) return;
		sig = WSTOPSIG(st) == SIGUSR1 || WSTOPSIG(st) == SIGTERM ? WSTOPSIG(st) : 0;
		if (EVENT(st) == PTRACE_EVENT_FORK) {
			unsigned long made;
			MUST(PTRACE_GETEVENTMSG, pid, 0, &made);
			name(made, "made");
			quietly(made);
			none(); /* taken above with the parent's, or not yet: one signal is pending at most */
		}
	}
}
static void handles(void)
{
	signal(SIGUSR1, SIG_IGN);
	send_self(SIGUSR1);
	syscall(SYS_getpid);
	syscall(SYS_exit_group, 9);
}
static void killed(void)
{
	send_self(SIGUSR1);
}
static void execs(void) { exec_self("exit5"); }
static void of_signals(void) { at_stops(0, PTRACE_CONT, handles); }
static void of_calls(void) { at_stops(PTRACE_O_TRACESYSGOOD, PTRACE_SYSCALL, handles); }
static void of_calls_plain(void) { at_stops(0, PTRACE_SYSCALL, handles); }
static void of_exit(void) { at_stops(PTRACE_O_TRACEEXIT, PTRACE_CONT, handles); }
static void of_kill(void) { at_stops(PTRACE_O_TRACEEXIT, PTRACE_CONT, killed); }
static void of_exec(void) { at_stops(PTRACE_O_TRACEEXEC, PTRACE_CONT, execs); }

/* Of INTERRUPT, group-stop, LISTEN and SIGCONT. */
static void of_groups(void)
{
	block();
	pid_t pid = seized(0, pauses);
	asleep(pid);
	none();
	MUST(PTRACE_INTERRUPT, pid, 0, 0);
	one();
	await(pid);
	MUST(PTRACE_CONT, pid, 0, 0);
	asleep(pid);
	kill(pid, SIGSTOP);
	one();
	await(pid);
	MUST(PTRACE_CONT, pid, 0, SIGSTOP);
	one();
	await(pid);
	MUST(PTRACE_LISTEN, pid, 0, 0);
	none();
	kill(pid, SIGCONT);
	one();
	await(pid);
	MUST(PTRACE_CONT, pid, 0, 0);
	one();
	await(pid);
	MUST(PTRACE_CONT, pid, 0, SIGCONT);
	asleep(pid);
	MUST(PTRACE_KILL, pid, 0, 0);
	one();
	await(pid);
	none();
}

/* It is pending once however many stops there are. */
static void coalesced(void)
{
	block();
	pid_t a = traceme(usr1_then_exit), b = traceme(usr1_then_exit);
	one();
	none();
	MUST(PTRACE_CONT, a, 0, 0);
	siginfo_t si;
	waitid(P_PID, a, &si, WSTOPPED | WNOWAIT);
	MUST(PTRACE_CONT, b, 0, 0);
	waitid(P_PID, b, &si, WSTOPPED | WNOWAIT);
	one();
	none();
	await(a);
	await(b);
	end(a);
	end(b);
}

/* sigsuspend with SIGCHLD blocked, as older straces wait. */
static volatile int handled;
static void on_chld(int sig) { (void)sig; handled++; }
static void catch(int flags)
{
	struct sigaction sa = {.sa_handler = on_chld, .sa_flags = flags};
	sigaction(SIGCHLD, &sa, NULL);
}
static void suspend(void)
{
	sigset_t old;
	block();
	catch(0);
	pid_t pid = traceme(usr1_then_exit);
	sigemptyset(&old);
	handled = 0;
	sigsuspend(&old); /* that of the first stop */
	for (int i = 0; i < 2; i++) {
		MUST(PTRACE_CONT, pid, 0, 0);
		int before = handled;
		while (handled == before) sigsuspend(&old);
		WAIT(pid, WNOHANG);
	}
	say("handled %d", handled);
}

/* ppoll and pselect with SIGCHLD let in for its time, and epoll_pwait. */
static void polled(void)
{
	sigset_t open;
	block();
	catch(SA_RESTART);
	sigemptyset(&open);
	pid_t pid = traceme(usr1_then_exit);
	int r = ppoll(NULL, 0, NULL, &open);
	say("ppoll %d %s, handled %d", r, errname(-errno), handled);
	MUST(PTRACE_CONT, pid, 0, 0);
	r = ppoll(NULL, 0, NULL, &open);
	say("ppoll %d %s, handled %d", r, errname(-errno), handled);
	WAIT(pid, WNOHANG);
	MUST(PTRACE_CONT, pid, 0, 0);
	r = pselect(0, NULL, NULL, NULL, NULL, &open);
	say("pselect %d %s, handled %d", r, errname(-errno), handled);
	WAIT(pid, WNOHANG);
	pid = traceme(usr1_then_exit);
	int fd = epoll_create1(0);
	struct epoll_event ev;
	r = epoll_pwait(fd, &ev, 1, -1, &open);
	say("epoll_pwait %d %s, handled %d", r, errname(-errno), handled);
	end(pid);
}

/* signalfd, in poll, as gdb's event loop could. */
static void by_fd(void)
{
	block();
	int fd = signalfd(-1, &chld, SFD_CLOEXEC);
	pid_t pid = traceme(usr1_then_exit);
	for (int i = 0; i < 3; i++) {
		struct pollfd p = {fd, POLLIN, 0};
		int r = poll(&p, 1, 5000);
		struct signalfd_siginfo si;
		if (r == 1 && read(fd, &si, sizeof si) == sizeof si)
			say("signalfd: signal %d code %d pid %s status %d uid %d", si.ssi_signo, si.ssi_code, who(si.ssi_pid), si.ssi_status, si.ssi_uid);
		else say("signalfd: nothing");
		if (i) WAIT(pid, WNOHANG | __WALL);
		if (i < 2) MUST(PTRACE_CONT, pid, 0, 0);
	}
}

/* A handler that runs while the tracer reads from a pipe, with SA_RESTART and without. */
static int pipefd[2];
static struct gate may_end;
static void usr1_then_writes(void)
{
	asleep(getppid());
	send_self(SIGUSR1);
	asleep(getppid());
	if (write(pipefd[1], "x", 1) != 1) _exit(1);
	gate_pass(&may_end);
}
static void waits_in_handler(int sig)
{
	(void)sig;
	int st, saved = errno;
	pid_t got;
	while ((got = wait4(-1, &st, WNOHANG | __WALL, NULL)) > 0) {
		say("handler: %s %s", who(got), status(st));
		if (WIFSTOPPED(st)) pt(PTRACE_CONT, got, 0, 0);
	}
	handled++;
	errno = saved;
}
static void handler_reads(int flags)
{
	if (pipe(pipefd)) die("pipe: %m");
	gate_make(&may_end);
	pid_t pid = traceme(usr1_then_writes);
	struct sigaction sa = {.sa_handler = waits_in_handler, .sa_flags = flags};
	sigaction(SIGCHLD, &sa, NULL);
	MUST(PTRACE_CONT, pid, 0, 0);
	char c;
	ssize_t n = read(pipefd[0], &c, 1);
	say("read %s", errname(n < 0 ? -errno : n));
	if (n < 0) say("read again %zd", read(pipefd[0], &c, 1));
	gate_open(&may_end);
	while (handled < 2) usleep(1000);
}
static void handler_restart(void) { handler_reads(SA_RESTART); }
static void handler_plain(void) { handler_reads(0); }

/* A handler while the tracer waits: the wait is broken, or goes on. */
static void handler_waits(int flags)
{
	catch(flags);
	pid_t pid = traceme(usr1_then_exit);
	handled = 0;
	MUST(PTRACE_CONT, pid, 0, 0);
	int st;
	pid_t got;
	do got = wait4(pid, &st, 0, NULL); /* the stop is there before the handler has run: no EINTR, or with it */
	while (got < 0 && errno == EINTR);
	say("%s %s", who(got), status(st));
	MUST(PTRACE_CONT, pid, 0, 0);
	do got = wait4(pid, &st, 0, NULL);
	while (got < 0 && errno == EINTR);
	say("%s %s, handled %d", who(got), status(st), handled);
}
static void waits_restart(void) { handler_waits(SA_RESTART); }
static void waits_plain(void) { handler_waits(0); }

/* SA_NOCLDSTOP: of stops no SIGCHLD, of deaths one. */
static void nocldstop(void)
{
	block();
	struct sigaction sa = {.sa_handler = on_chld, .sa_flags = SA_NOCLDSTOP};
	sigaction(SIGCHLD, &sa, NULL);
	pid_t pid = traceme(usr1_then_exit);
	none();
	MUST(PTRACE_CONT, pid, 0, 0);
	await(pid);
	none();
	MUST(PTRACE_CONT, pid, 0, 0);
	one();
	await(pid);
	none();
}

/* Ignored: none at all, though blocked. */
static void ignored(void)
{
	signal(SIGCHLD, SIG_IGN);
	block();
	pid_t pid = traceme(usr1_then_exit);
	none();
	MUST(PTRACE_CONT, pid, 0, 0);
	await(pid);
	none();
	end(pid);
	none();
}

/* Default, and not blocked: it breaks no sleep. */
static void usr1_when_asleep(void)
{
	asleep(getppid());
	send_self(SIGUSR1);
}
static void by_default(void)
{
	pid_t pid = traceme(usr1_when_asleep);
	MUST(PTRACE_CONT, pid, 0, 0);
	struct timespec t = {0, 100000000};
	int r = nanosleep(&t, NULL);
	say("nanosleep %d", r);
	WAIT(pid, WNOHANG);
	end(pid);
}

/* The tracer is not the parent: both have theirs. */
static pid_t *tracee;
static struct gate ready, go;
static void worker(void)
{
	gate_pass(&go);
	send_self(SIGUSR1);
	syscall(SYS_exit_group, 5);
}
static void tracer(void)
{
	block();
	MUST(PTRACE_SEIZE, *tracee, 0, 0);
	gate_open(&go);
	one();
	await(*tracee);
	MUST(PTRACE_CONT, *tracee, 0, 0);
	one();
	await(*tracee);
	none();
}
static void two_parents(void)
{
	gate_make(&go);
	gate_make(&ready);
	block();
	tracee = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	*tracee = child(worker);
	pid_t t = child(tracer);
	/* The tracee's, then the tracer's: one signal is pending at most. */
	one();
	WAIT(*tracee, 0);
	quietly(t);
}

/* An exit signal that is not SIGCHLD: the parent gets that; a tracer SIGCHLD. */
static char stack[65536] __attribute__((aligned(16)));
static int leaves(void *arg)
{
	(void)arg;
	pt(PTRACE_TRACEME, 0, 0, 0);
	send_self(SIGUSR1);
	syscall(SYS_exit, 3);
	return 0;
}
static void exit_signal(void)
{
	block();
	sigset_t two;
	sigemptyset(&two);
	sigaddset(&two, SIGUSR2);
	sigprocmask(SIG_BLOCK, &two, NULL);
	sigaddset(&chld, SIGUSR2);
	pid_t pid = clone(leaves, stack + sizeof stack, SIGUSR2, NULL);
	name(pid, "clone");
	one();
	await(pid);
	MUST(PTRACE_CONT, pid, 0, 0);
	one();
	await(pid);
	none();
}

const struct probe_case sigchld_cases[] = {
	{"sigchld-signals", of_signals},
	{"sigchld-calls", of_calls},
	{"sigchld-calls-plain", of_calls_plain},
	{"sigchld-exit", of_exit},
	{"sigchld-kill", of_kill},
	{"sigchld-exec", of_exec},
	{"sigchld-groups", of_groups},
	{"sigchld-coalesced", coalesced},
	{"sigchld-suspend", suspend},
	{"sigchld-poll", polled},
	{"sigchld-fd", by_fd},
	{"sigchld-handler-restart", handler_restart},
	{"sigchld-handler", handler_plain},
	{"sigchld-wait-restart", waits_restart},
	{"sigchld-wait", waits_plain},
	{"sigchld-nocldstop", nocldstop},
	{"sigchld-ignored", ignored},
	{"sigchld-default", by_default},
	{"sigchld-two-parents", two_parents},
	{"sigchld-exit-signal", exit_signal},
	{0},
};
