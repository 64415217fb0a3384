/* Job control: group-stop, LISTEN, INTERRUPT, SIGCONT. */
#include "probe.h"

static pid_t listening(int sig)
{
	pid_t pid = seized(0, pauses);
	asleep(pid);
	kill(pid, sig);
	int st = await(pid); /* the signal-delivery-stop */
	tell(pid, st);
	MUST(PTRACE_CONT, pid, 0, sig);
	st = await(pid); /* the group-stop */
	tell(pid, st);
	return pid;
}

static void listen_to(int sig)
{
	pid_t pid = listening(sig);
	TRY(PTRACE_LISTEN, pid, 0, 0);
	TRY(PTRACE_CONT, pid, 0, 0);
	TRY(PTRACE_LISTEN, pid, 0, 0);
	WAIT(pid, __WALL | WNOHANG);
	kill(pid, SIGCONT);
	int st = await(pid); /* the end of the stop */
	tell(pid, st);
	TRY(PTRACE_CONT, pid, 0, 0);
	st = await(pid); /* SIGCONT itself */
	tell(pid, st);
	TRY(PTRACE_CONT, pid, 0, SIGCONT);
	asleep(pid);
	WAIT(pid, __WALL | WNOHANG);
	end(pid);
}
static void listen_stop(void) { listen_to(SIGSTOP); }
static void listen_tstp(void) { listen_to(SIGTSTP); }
static void listen_ttin(void) { listen_to(SIGTTIN); }

/* Without LISTEN it runs in spite of the stop. */
static void cont(void)
{
	pid_t pid = listening(SIGSTOP);
	TRY(PTRACE_CONT, pid, 0, 0);
	asleep(pid);
	WAIT(pid, __WALL | WNOHANG);
	kill(pid, SIGCONT);
	int st = await(pid);
	tell(pid, st);
	end(pid);
}

/* INTERRUPT while it listens. */
static void interrupt(void)
{
	pid_t pid = listening(SIGSTOP);
	MUST(PTRACE_LISTEN, pid, 0, 0);
	TRY(PTRACE_INTERRUPT, pid, 0, 0);
	int st = await(pid);
	tell(pid, st);
	TRY(PTRACE_LISTEN, pid, 0, 0);
	kill(pid, SIGCONT);
	st = await(pid);
	tell(pid, st);
	end(pid);
}

/* SIGSTOP that the tracer drops. */
static void dropped(void)
{
	pid_t pid = seized(0, pauses);
	asleep(pid);
	kill(pid, SIGSTOP);
	await(pid);
	MUST(PTRACE_CONT, pid, 0, 0);
	asleep(pid);
	WAIT(pid, __WALL | WNOHANG);
	end(pid);
}

/* Not seized: the group-stop looks like the signal, but has no siginfo. */
static void attached(void)
{
	pid_t pid = traceme(pauses);
	MUST(PTRACE_CONT, pid, 0, 0);
	asleep(pid);
	kill(pid, SIGSTOP);
	int st = await(pid);
	tell(pid, st);
	MUST(PTRACE_CONT, pid, 0, SIGSTOP);
	st = await(pid);
	tell(pid, st);
	TRY(PTRACE_LISTEN, pid, 0, 0);
	TRY(PTRACE_CONT, pid, 0, 0);
	asleep(pid);
	WAIT(pid, __WALL | WNOHANG);
	kill(pid, SIGCONT);
	st = await(pid);
	tell(pid, st);
	end(pid);
}

/* SIGKILL while it listens. */
static void killed(void)
{
	pid_t pid = listening(SIGSTOP);
	MUST(PTRACE_LISTEN, pid, 0, 0);
	kill(pid, SIGKILL);
	await(pid);
}

/* Detach during a group-stop leaves it stopped; SIGCONT then wakes it. */
static void detached(void)
{
	pid_t pid = listening(SIGSTOP);
	TRY(PTRACE_DETACH, pid, 0, 0);
	WAIT(pid, WUNTRACED);
	WAIT(pid, WUNTRACED | WNOHANG);
	kill(pid, SIGCONT);
	WAIT(pid, WCONTINUED);
	end(pid);
	/* The same out of LISTEN: it must be stopped again first. */
	pid = listening(SIGSTOP);
	MUST(PTRACE_LISTEN, pid, 0, 0);
	TRY(PTRACE_DETACH, pid, 0, 0);
	MUST(PTRACE_INTERRUPT, pid, 0, 0);
	await(pid);
	TRY(PTRACE_DETACH, pid, 0, 0);
	WAIT(pid, WUNTRACED);
	end(pid);
}

/* Detach with SIGSTOP. */
static void detached_with(void)
{
	pid_t pid = traceme(pauses);
	TRY(PTRACE_DETACH, pid, 0, SIGSTOP);
	WAIT(pid, WUNTRACED);
	kill(pid, SIGCONT);
	WAIT(pid, WCONTINUED);
	pid_t second = interrupted(0);
	TRY(PTRACE_DETACH, second, 0, SIGTERM); /* no signal stop: not delivered */
	asleep(second);
	WAIT(second, WNOHANG);
	end(pid);
	end(second);
}

/* Attach to one that is stopped already. */
static pid_t stopped_child(void)
{
	pid_t pid = child(pauses);
	asleep(pid);
	kill(pid, SIGSTOP);
	WAIT(pid, WUNTRACED);
	return pid;
}
static void attach_stopped(void)
{
	pid_t pid = stopped_child();
	TRY(PTRACE_ATTACH, pid, 0, 0);
	int st = await(pid);
	tell_siginfo(pid);
	(void)st;
	TRY(PTRACE_CONT, pid, 0, 0);
	end(pid);
}
static void seize_stopped(void)
{
	pid_t pid = stopped_child();
	TRY(PTRACE_SEIZE, pid, 0, 0);
	int st = await(pid);
	tell(pid, st);
	TRY(PTRACE_LISTEN, pid, 0, 0);
	kill(pid, SIGCONT);
	st = await(pid);
	tell(pid, st);
	TRY(PTRACE_DETACH, pid, 0, 0);
	asleep(pid);
	WAIT(pid, WNOHANG);
	end(pid);
}

/* The real parent is another: it is told of stops only by the tracer's leave. */
static int tell_fd[2];
static void parent_of_one(void)
{
	pid_t pid = child(pauses);
	if (write(tell_fd[1], &pid, sizeof pid) != sizeof pid) die("pipe");
	int st;
	for (;;) {
		pid_t got = wait4(pid, &st, WUNTRACED | WCONTINUED, NULL);
		say("parent: %s %s", who(got), status(st));
		if (write(tell_fd[1], &st, sizeof st) != sizeof st) die("pipe");
		if (!WIFSTOPPED(st) && st != 0xffff) return;
	}
}
static pid_t grandchild(void)
{
	pid_t pid;
	if (pipe(tell_fd)) die("pipe: %m");
	child(parent_of_one);
	if (read(tell_fd[0], &pid, sizeof pid) != sizeof pid) die("pipe: %m");
	return pid;
}
static void parent_heard(void)
{
	int st;
	if (read(tell_fd[0], &st, sizeof st) != sizeof st) die("pipe: %m");
}
static void of_others(void)
{
	pid_t pid = grandchild();
	asleep(pid);
	TRY(PTRACE_SEIZE, pid, 0, 0);
	kill(pid, SIGSTOP);
	int st = await(pid);
	MUST(PTRACE_CONT, pid, 0, SIGSTOP);
	st = await(pid);
	tell(pid, st);
	TRY(PTRACE_LISTEN, pid, 0, 0);
	parent_heard(); /* the parent hears of the group-stop too */
	kill(pid, SIGCONT);
	parent_heard();
	st = await(pid);
	tell(pid, st);
	TRY(PTRACE_CONT, pid, 0, 0);
	st = await(pid);
	tell(pid, st);
	MUST(PTRACE_CONT, pid, 0, SIGCONT);
	kill(pid, SIGTERM);
	await(pid);
	MUST(PTRACE_CONT, pid, 0, SIGTERM);
	await(pid); /* the tracer is told of the death first, the parent when it has waited */
	parent_heard();
	int end_of_parent;
	wait4(-1, &end_of_parent, 0, NULL);
	say("the parent %s", status(end_of_parent));
}

/* A process of two threads stops as one. */
static struct gate there;
static pid_t *tid_of_second;
static void *second(void *arg)
{
	*tid_of_second = self_tid();
	name(self_tid(), "second");
	gate_open(&there);
	pauses();
	return arg;
}
static void two_threads(void)
{
	pthread_t t;
	pthread_create(&t, NULL, second, NULL);
	pauses();
}
static void threads(void)
{
	tid_of_second = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	gate_make(&there);
	pid_t pid = child(two_threads);
	gate_pass(&there);
	pid_t tid = *tid_of_second;
	asleep(tid);
	asleep(pid);
	TRY(PTRACE_SEIZE, pid, 0, 0);
	TRY(PTRACE_SEIZE, tid, 0, 0);
	syscall(SYS_tgkill, pid, tid, SIGSTOP);
	int st = await(tid);
	tell(tid, st);
	WAIT(pid, __WALL | WNOHANG);
	MUST(PTRACE_CONT, tid, 0, SIGSTOP);
	st = await(pid);
	tell(pid, st);
	st = await(tid);
	tell(tid, st);
	TRY(PTRACE_LISTEN, pid, 0, 0);
	TRY(PTRACE_LISTEN, tid, 0, 0);
	kill(pid, SIGCONT);
	st = await(pid);
	tell(pid, st);
	st = await(tid);
	tell(tid, st);
	kill(pid, SIGKILL);
	await(tid);
	await(pid);
}

const struct probe_case group_cases[] = {
	{"group-listen-stop", listen_stop},
	{"group-listen-tstp", listen_tstp},
	{"group-listen-ttin", listen_ttin},
	{"group-cont", cont},
	{"group-interrupt", interrupt},
	{"group-dropped", dropped},
	{"group-attached", attached},
	{"group-killed", killed},
	{"group-detached", detached},
	{"group-detached-with", detached_with},
	{"group-attach-stopped", attach_stopped},
	{"group-seize-stopped", seize_stopped},
	{"group-of-others", of_others},
	{"group-threads", threads},
	{0},
};
