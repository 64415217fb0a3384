/* A 64-bit tracer of a 32-bit program; PROBE_OTHER names the program built for the other. */
#include "probe.h"

#include <elf.h>

static void execs_other(void)
{
	const char *other = getenv("PROBE_OTHER");
	if (!other) _exit(94);
	execl(other, "probe", "-child", "getpid", NULL);
	_exit(93);
}

static void other_program(void)
{
	if (!getenv("PROBE_OTHER")) { say("no other program"); return; }
	pid_t pid = traceme(execs_other);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD);
	MUST(PTRACE_CONT, pid, 0, 0);
	int st = await(pid);
	tell_siginfo(pid);
	static char room[4096];
	struct iovec iov = {room, sizeof room};
	TRY(PTRACE_GETREGSET, pid, NT_PRSTATUS, &iov);
	say("registers of %zu", iov.iov_len);
	iov.iov_len = sizeof room;
	TRY(PTRACE_GETREGSET, pid, NT_PRFPREG, &iov);
	say("floats of %zu", iov.iov_len);
	struct user_regs_struct r;
	TRY(PTRACE_GETREGS, pid, 0, &r);
#ifdef __x86_64__
	say("cs %#llx", r.cs);
#else
	say("cs %#lx", (long)r.xcs);
#endif
	for (;;) {
		MUST(PTRACE_SYSCALL, pid, 0, 0);
		st = quietly(pid);
		if (!WIFSTOPPED(st)) { say("%s", status(st)); return; }
		struct ptrace_syscall_info s;
		memset(&s, 0, sizeof s);
		MUST(PTRACE_GET_SYSCALL_INFO, pid, sizeof s, &s);
		if (s.op == PTRACE_SYSCALL_INFO_ENTRY && (s.entry.nr == 20 || s.entry.nr == 39 || s.entry.nr == 231 || s.entry.nr == 252))
			say("entry %llu arch %#x", s.entry.nr, s.arch);
	}
}

#ifdef __x86_64__
/* A 32-bit call of a 64-bit program. */
static void calls_both(void)
{
	long r;
	__asm__ volatile("int $0x80" : "=a"(r) : "0"(20) : "r8", "r9", "r10", "r11", "memory");
	say("int 0x80: %s", who(r));
	syscall(SYS_getpid);
}
static void both(void)
{
	pid_t pid = traceme(calls_both);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD);
	run_out(PTRACE_SYSCALL, pid);
}
#endif

const struct probe_case compat_cases[] = {
	{"compat-other-program", other_program},
#ifdef __x86_64__
	{"compat-int80", both},
#endif
	{0},
};
