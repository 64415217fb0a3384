/* Each request where it must fail: no tracee, not stopped, somebody else's, bad arguments. */
#include "probe.h"

static unsigned long word;
static char room[8192];

/* Every request that needs a stopped tracee. */
static void all_requests(pid_t pid)
{
	struct iovec iov = {room, sizeof room};
	struct ptrace_peeksiginfo_args peek = {0, 0, 1};
	TRY(PTRACE_PEEKTEXT, pid, &word, &word);
	TRY(PTRACE_PEEKDATA, pid, &word, &word);
	TRY(PTRACE_PEEKUSR, pid, 0, &word);
	TRY(PTRACE_POKETEXT, pid, &word, 1);
	TRY(PTRACE_POKEDATA, pid, &word, 1);
	TRY(PTRACE_POKEUSR, pid, 0, 0);
	TRY(PTRACE_CONT, pid, 0, 0);
	TRY(PTRACE_SINGLESTEP, pid, 0, 0);
	TRY(PTRACE_SINGLEBLOCK, pid, 0, 0);
	TRY(PTRACE_SYSCALL, pid, 0, 0);
	TRY(PTRACE_SYSEMU, pid, 0, 0);
	TRY(PTRACE_SYSEMU_SINGLESTEP, pid, 0, 0);
	TRY(PTRACE_GETREGS, pid, 0, room);
	TRY(PTRACE_SETREGS, pid, 0, room);
	TRY(PTRACE_GETFPREGS, pid, 0, room);
	TRY(PTRACE_SETFPREGS, pid, 0, room);
	TRY(PTRACE_GETREGSET, pid, 1, &iov);
	TRY(PTRACE_SETREGSET, pid, 1, &iov);
	TRY(PTRACE_SETOPTIONS, pid, 0, 0);
	TRY(PTRACE_GETEVENTMSG, pid, 0, room);
	TRY(PTRACE_GETSIGINFO, pid, 0, room);
	TRY(PTRACE_SETSIGINFO, pid, 0, room);
	TRY(PTRACE_PEEKSIGINFO, pid, &peek, room);
	TRY(PTRACE_GETSIGMASK, pid, 8, room);
	TRY(PTRACE_SETSIGMASK, pid, 8, room);
	TRY(PTRACE_LISTEN, pid, 0, 0);
	TRY(PTRACE_SECCOMP_GET_FILTER, pid, 0, 0);
	TRY(PTRACE_SECCOMP_GET_METADATA, pid, 16, room);
	TRY(PTRACE_GET_SYSCALL_INFO, pid, 88, room);
	TRY(PTRACE_GET_RSEQ_CONFIGURATION, pid, 24, room);
	TRY(0x4210, pid, 32, room); /* SET_SYSCALL_USER_DISPATCH_CONFIG */
	TRY(0x4211, pid, 32, room); /* GET_SYSCALL_USER_DISPATCH_CONFIG */
	TRY(0x4212, pid, 88, room); /* SET_SYSCALL_INFO */
	TRY(PTRACE_DETACH, pid, 0, 0);
}

/* None of them on a process that nobody traces. */
static void untraced(void)
{
	pid_t pid = child(pauses);
	asleep(pid);
	all_requests(pid);
	TRY(PTRACE_INTERRUPT, pid, 0, 0);
	TRY(PTRACE_KILL, pid, 0, 0);
	TRY(9999, pid, 0, 0);
	end(pid);
}

/* None on one that does not exist, has ended, or cannot be one. */
static void nobody(void)
{
	pid_t pid = child(pauses);
	end(pid);
	TRY(PTRACE_CONT, pid, 0, 0);
	TRY(PTRACE_ATTACH, pid, 0, 0);
	TRY(PTRACE_SEIZE, pid, 0, 0);
	TRY(PTRACE_INTERRUPT, pid, 0, 0);
	TRY(PTRACE_KILL, pid, 0, 0);
	TRY(PTRACE_PEEKDATA, pid, &word, &word);
	TRY(9999, pid, 0, 0);
	TRY(PTRACE_CONT, 0, 0, 0);
	TRY(PTRACE_ATTACH, 0, 0, 0);
	TRY(PTRACE_SEIZE, -1, 0, 0);
	TRY(PTRACE_CONT, -1, 0, 0);
	TRY(PTRACE_GETREGS, -1, 0, room);
	pid_t zombie = child(pauses);
	kill(zombie, SIGKILL);
	gone(zombie);
	TRY(PTRACE_ATTACH, zombie, 0, 0);
	TRY(PTRACE_SEIZE, zombie, 0, 0);
	TRY(PTRACE_CONT, zombie, 0, 0);
	await(zombie);
}

/* None on a tracee that runs, but for INTERRUPT. */
static void running(void)
{
	pid_t pid = seized(0, pauses);
	asleep(pid);
	all_requests(pid);
	TRY(PTRACE_SEIZE, pid, 0, 0);
	TRY(PTRACE_ATTACH, pid, 0, 0);
	TRY(9999, pid, 0, 0);
	TRY(PTRACE_INTERRUPT, pid, 0, 0);
	int st = await(pid);
	tell(pid, st);
	TRY(PTRACE_CONT, pid, 0, 0);
	TRY(PTRACE_CONT, pid, 0, 0);
	end(pid);
}

/* Oneself, one's own threads, and TRACEME twice. */
static pid_t sibling;
static struct gate sibling_there;
static void *thread_waits(void *arg)
{
	sibling = self_tid();
	name(sibling, "thread");
	gate_open(&sibling_there);
	pauses();
	return arg;
}

static void twice(void)
{
	TRY(PTRACE_TRACEME, 0, 0, 0);
	TRY(PTRACE_TRACEME, 0, 0, 0);
	TRY(PTRACE_TRACEME, 1234, 5, 6);
}

static void own(void)
{
	pthread_t t;
	gate_make(&sibling_there);
	pthread_create(&t, NULL, thread_waits, NULL);
	gate_pass(&sibling_there);
	TRY(PTRACE_ATTACH, self_pid(), 0, 0);
	TRY(PTRACE_SEIZE, self_pid(), 0, 0);
	TRY(PTRACE_ATTACH, sibling, 0, 0);
	TRY(PTRACE_SEIZE, sibling, 0, 0);
	TRY(PTRACE_CONT, self_pid(), 0, 0);
	await(child(twice));
}

/* A tracee of somebody else. */
static pid_t theirs;
static struct gate try_now, tried;
static void stranger(void)
{
	gate_pass(&try_now);
	TRY(PTRACE_ATTACH, theirs, 0, 0);
	TRY(PTRACE_SEIZE, theirs, 0, 0);
	TRY(PTRACE_CONT, theirs, 0, 0);
	TRY(PTRACE_PEEKDATA, theirs, &word, &word);
	TRY(PTRACE_INTERRUPT, theirs, 0, 0);
	TRY(PTRACE_DETACH, theirs, 0, 0);
	TRY(PTRACE_KILL, theirs, 0, 0);
	int st;
	say("wait: %s", errname(wait4(theirs, &st, __WALL, NULL) < 0 ? -errno : 0));
	gate_open(&tried);
}

static void of_another(void)
{
	gate_make(&try_now);
	gate_make(&tried);
	theirs = traceme(pauses);
	pid_t other = child(stranger);
	gate_open(&try_now);
	gate_pass(&tried);
	await(other);
	TRY(PTRACE_DETACH, theirs, 0, 0);
	end(theirs);
}

/* One's own child that traces one, and a ring. */
static void traces_parent(void)
{
	pid_t parent = getppid();
	TRY(PTRACE_SEIZE, parent, 0, 0);
	TRY(PTRACE_INTERRUPT, parent, 0, 0);
	int st = WAIT(parent, __WALL);
	tell(parent, st);
	TRY(PTRACE_DETACH, parent, 0, 0);
}

static void by_child(void)
{
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
	await(child(traces_parent));
}

/* Requests that there are none of, at a stopped tracee. */
static void unknown(void)
{
	pid_t pid = traceme(pauses);
	TRY(9999, pid, 0, 0);
	TRY(10, pid, 0, 0);
	TRY(11, pid, 0, 0);
	TRY(0x42ff, pid, 0, 0);
	TRY(-1, pid, 0, 0);
	end(pid);
}

/* Options, flags and signals that there are none of. */
static void bad_numbers(void)
{
	pid_t pid = child(pauses);
	TRY(PTRACE_SEIZE, pid, 1, 0);
	TRY(PTRACE_SEIZE, pid, 0, 0x100);
	TRY(PTRACE_SEIZE, pid, 0, -1);
	TRY(PTRACE_SEIZE, pid, 0, 1 << 22);
	TRY(PTRACE_ATTACH, pid, 7, 7); /* both are ignored */
	WAIT(pid, __WALL);
	TRY(PTRACE_ATTACH, pid, 0, 0);
	TRY(PTRACE_SEIZE, pid, 0, 0);
	TRY(PTRACE_SETOPTIONS, pid, 0, 0x100);
	TRY(PTRACE_SETOPTIONS, pid, 0, -1);
	TRY(PTRACE_SETOPTIONS, pid, 1, 0x7f); /* addr is ignored */
	TRY(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_EXITKILL);
	TRY(PTRACE_SETOPTIONS, pid, 0, 0xff);
	TRY(PTRACE_SETOPTIONS, pid, 0, 0);
	TRY(PTRACE_CONT, pid, 0, 65);
	TRY(PTRACE_CONT, pid, 0, -1);
	TRY(PTRACE_SYSCALL, pid, 0, 65);
	TRY(PTRACE_SINGLESTEP, pid, 0, 1000);
	TRY(PTRACE_DETACH, pid, 0, 65);
	TRY(PTRACE_DETACH, pid, 0, -1);
	TRY(PTRACE_INTERRUPT, pid, 0, 0); /* not seized */
	TRY(PTRACE_LISTEN, pid, 0, 0);
	TRY(PTRACE_CONT, pid, 123, 64);
	WAIT(pid, __WALL);
}

/* LISTEN at stops that are no group-stop; INTERRUPT of one that is stopped. */
static void bad_listen(void)
{
	pid_t pid = interrupted(0);
	TRY(PTRACE_LISTEN, pid, 0, 0); /* any EVENT_STOP will do */
	TRY(PTRACE_CONT, pid, 0, 0);
	TRY(PTRACE_INTERRUPT, pid, 0, 0);
	await(pid);
	TRY(PTRACE_INTERRUPT, pid, 0, 0);
	TRY(PTRACE_CONT, pid, 0, 0);
	await(pid); /* the INTERRUPT while it was stopped */
	TRY(PTRACE_SYSCALL, pid, 0, 0);
	await(pid);
	TRY(PTRACE_LISTEN, pid, 0, 0);
	end(pid);
}

/* KILL stopped and running. */
static void kills(void)
{
	pid_t pid = traceme(pauses);
	TRY(PTRACE_KILL, pid, 0, 0);
	await(pid);
	pid = seized(0, pauses);
	asleep(pid);
	TRY(PTRACE_KILL, pid, 0, 0);
	await(pid);
	TRY(PTRACE_KILL, pid, 0, 0);
}

/* Memory of the tracer's own that is not there. */
static void faults(void)
{
	pid_t pid = traceme(pauses);
	void *bad = (void *)16;
	struct iovec iov = {bad, 512};
	TRY(PTRACE_PEEKTEXT, pid, &word, bad);
	TRY(PTRACE_PEEKUSR, pid, 0, bad);
	TRY(PTRACE_GETREGS, pid, 0, bad);
	TRY(PTRACE_SETREGS, pid, 0, bad);
	TRY(PTRACE_GETFPREGS, pid, 0, bad);
	TRY(PTRACE_SETFPREGS, pid, 0, bad);
	TRY(PTRACE_GETREGSET, pid, 1, bad);
	TRY(PTRACE_GETREGSET, pid, 1, &iov);
	TRY(PTRACE_SETREGSET, pid, 1, &iov);
	TRY(PTRACE_GETEVENTMSG, pid, 0, bad);
	TRY(PTRACE_GETSIGINFO, pid, 0, bad);
	TRY(PTRACE_SETSIGINFO, pid, 0, bad);
	TRY(PTRACE_PEEKSIGINFO, pid, bad, room);
	TRY(PTRACE_GETSIGMASK, pid, 8, bad);
	TRY(PTRACE_SETSIGMASK, pid, 8, bad);
	TRY(PTRACE_GETSIGMASK, pid, 4, room);
	TRY(PTRACE_SETSIGMASK, pid, 16, room);
	TRY(PTRACE_GET_SYSCALL_INFO, pid, 88, bad);
	TRY(PTRACE_GET_SYSCALL_INFO, pid, 0, bad);
	end(pid);
}

/* A user without privilege, and somebody else's process. */
static pid_t roots;
static void as_nobody(void)
{
	if (setgid(65534) || setuid(65534)) { say("setuid: %s", errname(-errno)); return; }
	TRY(PTRACE_ATTACH, roots, 0, 0);
	TRY(PTRACE_SEIZE, roots, 0, 0);
	TRY(PTRACE_CONT, roots, 0, 0);
	TRY(PTRACE_ATTACH, 1, 0, 0);
}

static void not_allowed(void)
{
	roots = child(pauses);
	await(child(as_nobody));
	end(roots);
}

/* A process that has made itself undumpable, and root. */
static void undumpable_pauses(void)
{
	prctl(PR_SET_DUMPABLE, 0);
	pauses();
}

static void undumpable(void)
{
	pid_t pid = child(undumpable_pauses);
	asleep(pid);
	TRY(PTRACE_SEIZE, pid, 0, 0);
	TRY(PTRACE_INTERRUPT, pid, 0, 0);
	await(pid);
	end(pid);
}

const struct probe_case request_cases[] = {
	{"request-untraced", untraced},
	{"request-nobody", nobody},
	{"request-running", running},
	{"request-own", own},
	{"request-of-another", of_another},
	{"request-by-child", by_child},
	{"request-unknown", unknown},
	{"request-bad-numbers", bad_numbers},
	{"request-bad-listen", bad_listen},
	{"request-kill", kills},
	{"request-faults", faults},
	{"request-not-allowed", not_allowed},
	{"request-undumpable", undumpable},
	{0},
};
