/* A tracee's registers, in all the ways there are. */
#include "probe.h"

#include <elf.h>

static void pid_and_out(void)
{
	long r = syscall(SYS_getpid, 11, 12, 13);
	say("getpid is %s", who(r));
	syscall(SYS_exit_group, 3);
}

/* at_entry goes to the entry of the first call that follows. */
static pid_t at_entry(void (*fn)(void))
{
	pid_t pid = traceme(fn);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD);
	MUST(PTRACE_SYSCALL, pid, 0, 0);
	int st = quietly(pid);
	if (!SYSGOOD(st)) die("want an entry, have %s", status(st));
	return pid;
}

static void next_stop(pid_t pid)
{
	MUST(PTRACE_SYSCALL, pid, 0, 0);
	await(pid);
}

static void regs(void)
{
	struct user_regs_struct r, again, by_set;
	pid_t pid = at_entry(pid_and_out);
	memset(&r, 0, sizeof r);
	TRY(PTRACE_GETREGS, pid, 0, &r);
#ifdef __x86_64__
	say("nr %s rax %ld args %lu %lu %lu cs %#llx ss %#llx", sysname(r.orig_rax), (long)r.rax, (long)r.rdi, (long)r.rsi, (long)r.rdx, r.cs, r.ss);
	say("rcx is ip %d fs_base set %d gs_base %#llx ds %#llx", r.rcx == r.rip, r.fs_base != 0, r.gs_base, r.ds);
#else
	say("nr %s eax %ld args %lu %lu %lu cs %#lx", sysname(r.orig_eax), r.eax, r.ebx, r.ecx, r.edx, (long)r.xcs);
#endif
	for (size_t off = 0; off < sizeof r; off += sizeof(long))
		if (get_user(pid, off) != *(unsigned long *)((char *)&r + off)) say("PEEKUSER %zu differs", off);
	struct iovec iov = {&by_set, sizeof by_set};
	TRY(PTRACE_GETREGSET, pid, NT_PRSTATUS, &iov);
	say("set of %zu, same %d", iov.iov_len, !memcmp(&r, &by_set, sizeof r));
	TRY(PTRACE_SETREGS, pid, 0, &r);
	TRY(PTRACE_GETREGS, pid, 0, &again);
	say("same after SETREGS %d", !memcmp(&r, &again, sizeof r));
	next_stop(pid);
	TRY(PTRACE_GETREGS, pid, 0, &r);
	say("result %s nr %s", who(r.RESULT), sysname(get_user(pid, REG_NR)));
	r.RESULT = 4711;
	TRY(PTRACE_SETREGS, pid, 0, &r);
	run_out(PTRACE_CONT, pid);
}

/* User area: where it can be read and written, and where not. */
static void user_area(void)
{
	static const struct { const char *what; size_t off; } places[] = {
		{"unaligned", 1}, {"unaligned", 6}, {"end of registers", sizeof(struct user_regs_struct)},
		{"u_fpvalid", offsetof(struct user, u_fpvalid)}, {"u_tsize", offsetof(struct user, u_tsize)},
		{"magic", offsetof(struct user, magic)}, {"comm", offsetof(struct user, u_comm)},
		{"dr0", offsetof(struct user, u_debugreg)}, {"dr4", offsetof(struct user, u_debugreg) + 4 * sizeof(long)},
		{"dr6", offsetof(struct user, u_debugreg) + 6 * sizeof(long)}, {"dr7", offsetof(struct user, u_debugreg) + 7 * sizeof(long)},
		{"end", sizeof(struct user)}, {"far", 1 << 20}, {"negative", -sizeof(long)},
	};
	pid_t pid = at_entry(pid_and_out);
	for (size_t i = 0; i < LEN(places); i++) {
		unsigned long v = 0xeeee;
		long r = pt(PTRACE_PEEKUSR, pid, places[i].off, (unsigned long)&v);
		say("peek %s: %s %#lx", places[i].what, errname(r), v);
		r = pt(PTRACE_POKEUSR, pid, places[i].off, 0);
		say("poke %s: %s", places[i].what, errname(r));
	}
	end(pid);
}

/* What POKEUSER takes and refuses in registers that matter. */
static void poke_user(void)
{
	pid_t pid = at_entry(pid_and_out);
	TRY(PTRACE_POKEUSR, pid, REG_NR, SYS_getppid);
	next_stop(pid);
	say("result %s", who(get_user(pid, REG_RESULT)));
	TRY(PTRACE_POKEUSR, pid, REG_RESULT, self_pid());
#ifdef __x86_64__
	TRY(PTRACE_POKEUSR, pid, offsetof(struct user_regs_struct, cs), 0);
	TRY(PTRACE_POKEUSR, pid, offsetof(struct user_regs_struct, cs), 0x33);
	TRY(PTRACE_POKEUSR, pid, offsetof(struct user_regs_struct, ss), 1);
	TRY(PTRACE_POKEUSR, pid, offsetof(struct user_regs_struct, ds), 0x12345);
	TRY(PTRACE_POKEUSR, pid, offsetof(struct user_regs_struct, fs_base), 1UL << 63);
	TRY(PTRACE_POKEUSR, pid, offsetof(struct user_regs_struct, gs_base), 0x1000);
	say("gs_base %#lx", get_user(pid, offsetof(struct user_regs_struct, gs_base)));
#endif
	unsigned long flags = get_user(pid, REG_FLAGS);
	TRY(PTRACE_POKEUSR, pid, REG_FLAGS, flags | 0x3000 | 0x200000 | 1); /* only what a program may change */
	say("flags changed by %#lx", get_user(pid, REG_FLAGS) ^ flags);
	TRY(PTRACE_POKEUSR, pid, REG_FLAGS, flags);
	run_out(PTRACE_CONT, pid);
}

/* Change arguments at the entry. */
static void writes(void)
{
	static const char a[] = "first\n", b[] = "other\n";
	(void)b;
	long r = syscall(SYS_write, 1, a, 6);
	say("write is %ld", r);
}

static void arguments(void)
{
	pid_t pid = at_entry(writes);
	struct user_regs_struct r;
	MUST(PTRACE_GETREGS, pid, 0, &r);
#ifdef __x86_64__
	r.rdx = 3;
#else
	r.edx = 3;
#endif
	MUST(PTRACE_SETREGS, pid, 0, &r);
	next_stop(pid);
	MUST(PTRACE_GETREGS, pid, 0, &r);
	say("\nresult %ld", (long)r.RESULT);
	run_out(PTRACE_CONT, pid);
}

/* A call made none: number -1. */
static void skipped(void)
{
	pid_t pid = at_entry(pid_and_out);
	TRY(PTRACE_POKEUSR, pid, REG_NR, -1);
	tell_call(pid);
	next_stop(pid);
	tell_call(pid);
	say("nr %s result %s", sysname((int)get_user(pid, REG_NR)), errname((int)get_user(pid, REG_RESULT)));
	TRY(PTRACE_POKEUSR, pid, REG_RESULT, self_pid());
	run_out(PTRACE_CONT, pid);
}

/* A call made none by a result that is set at the entry. */
static void skipped_with_result(void)
{
	pid_t pid = at_entry(pid_and_out);
	TRY(PTRACE_POKEUSR, pid, REG_NR, -1);
	TRY(PTRACE_POKEUSR, pid, REG_RESULT, self_pid());
	next_stop(pid);
	say("result %s", who(get_user(pid, REG_RESULT)));
	run_out(PTRACE_CONT, pid);
}

/* Elsewhere: the tracer moves the program counter, after its stop. */
static void not_called(void)
{
	say("jumped here");
	syscall(SYS_exit_group, 9);
}

static void jump(void)
{
	pid_t pid = traceme(pauses);
	struct user_regs_struct r;
	MUST(PTRACE_GETREGS, pid, 0, &r);
	r.IP = (unsigned long)not_called;
	r.SP &= ~0xfUL;
	r.SP -= 8;
	TRY(PTRACE_SETREGS, pid, 0, &r);
	run_out(PTRACE_CONT, pid);
}

/* SETREGS with what cannot be. */
static void bad_regs(void)
{
	pid_t pid = at_entry(pid_and_out);
	struct user_regs_struct r, s;
	MUST(PTRACE_GETREGS, pid, 0, &r);
	s = r;
#ifdef __x86_64__
	s.cs = 0;
	TRY(PTRACE_SETREGS, pid, 0, &s);
	s = r;
	s.fs_base = 1UL << 62;
	TRY(PTRACE_SETREGS, pid, 0, &s);
	s = r;
	s.fs = 0x55555;
	TRY(PTRACE_SETREGS, pid, 0, &s);
#else
	s.xcs = 0;
	TRY(PTRACE_SETREGS, pid, 0, &s);
#endif
	MUST(PTRACE_SETREGS, pid, 0, &r);
	run_out(PTRACE_CONT, pid);
}

/* The sets, with every length. */
static void regset_sizes(void)
{
	static char room[16384];
	static const struct { const char *name; unsigned type; } notes[] = {
		{"PRSTATUS", NT_PRSTATUS}, {"PRFPREG", NT_PRFPREG}, {"PRPSINFO", NT_PRPSINFO}, {"386_TLS", NT_386_TLS},
		{"386_IOPERM", NT_386_IOPERM}, {"PRXFPREG", NT_PRXFPREG}, {"ARM_TLS", NT_ARM_TLS}, {"none", 0}, {"all ones", -1},
	};
	pid_t pid = at_entry(pid_and_out);
	for (size_t i = 0; i < LEN(notes); i++) {
		static const size_t lens[] = {0, 1, 4, 8, 20, 24, sizeof room};
		for (size_t j = 0; j < LEN(lens); j++) {
			struct iovec iov = {room, lens[j]};
			long r = pt(PTRACE_GETREGSET, pid, notes[i].type, (unsigned long)&iov);
			say("get %s of %zu: %s, %zu", notes[i].name, lens[j], errname(r), iov.iov_len);
			if (i > 1 || lens[j] > 24) continue;
			iov.iov_len = lens[j];
			r = pt(PTRACE_SETREGSET, pid, notes[i].type, (unsigned long)&iov);
			say("set %s of %zu: %s, %zu", notes[i].name, lens[j], errname(r), iov.iov_len);
		}
	}
	end(pid);
}

/* Floating point and vector registers. */
static double filled;
static void floats(void)
{
	double a[2] = {1.5, 2.5};
	__asm__ volatile("movupd %0, %%xmm6\n\tmovupd %0, %%xmm7" : : "m"(a) : "xmm6", "xmm7");
#ifdef __x86_64__
	long r;
	__asm__ volatile("syscall" : "=a"(r) : "0"(SYS_getpid) : "rcx", "r11", "memory");
#else
	int r;
	__asm__ volatile("int $0x80" : "=a"(r) : "0"(SYS_getpid) : "memory");
#endif
	__asm__ volatile("movupd %%xmm6, %0" : "=m"(a));
	filled = a[0];
	say("xmm6 is %g %g", a[0], a[1]);
}

static void fpregs(void)
{
	pid_t pid = at_entry(floats);
#ifdef __x86_64__
	struct user_fpregs_struct f;
	TRY(PTRACE_GETFPREGS, pid, 0, &f);
	double *x = (double *)&f.xmm_space[6 * 4];
#else
	struct user_fpxregs_struct f;
	struct user_fpregs_struct old;
	TRY(PTRACE_GETFPREGS, pid, 0, &old);
	say("cwd %#lx", old.cwd & 0xffff);
	TRY(PTRACE_SETFPREGS, pid, 0, &old);
	TRY(PTRACE_GETFPXREGS, pid, 0, &f);
	double *x = (double *)&f.xmm_space[6 * 4];
#endif
	say("cwd %#x mxcsr %#x xmm6 %g %g", f.cwd, (unsigned)f.mxcsr, x[0], x[1]);
	x[0] = 7.25;
#ifdef __x86_64__
	TRY(PTRACE_SETFPREGS, pid, 0, &f);
#else
	TRY(PTRACE_SETFPXREGS, pid, 0, &f);
#endif
	struct iovec iov = {&f, sizeof f};
	TRY(PTRACE_GETREGSET, pid, NT_PRFPREG, &iov);
	say("set of %zu", iov.iov_len);
	f.mxcsr = 0xffffffff;
#ifdef __x86_64__
	TRY(PTRACE_SETFPREGS, pid, 0, &f);
#endif
	run_out(PTRACE_CONT, pid);
}

static void xstate(void)
{
	static char before[16384], after[16384];
	pid_t pid = at_entry(floats);
	struct iovec iov = {before, sizeof before};
	TRY(PTRACE_GETREGSET, pid, NT_X86_XSTATE, &iov);
	size_t size = iov.iov_len;
	say("size %zu", size);
	double *x = (double *)(before + 160 + 6 * 16);
	say("xmm6 %g %g, in use %d", x[0], x[1], (before[512] & 2) != 0);
	x[1] = 8.5;
	TRY(PTRACE_SETREGSET, pid, NT_X86_XSTATE, &iov);
	iov.iov_base = after;
	iov.iov_len = sizeof after;
	TRY(PTRACE_GETREGSET, pid, NT_X86_XSTATE, &iov);
	say("size %zu, xmm as written %d", iov.iov_len, !memcmp(before + 160, after + 160, 256));
	iov.iov_len = 4;
	TRY(PTRACE_GETREGSET, pid, NT_X86_XSTATE, &iov);
	iov.iov_len = 64;
	TRY(PTRACE_GETREGSET, pid, NT_X86_XSTATE, &iov);
	say("size %zu", iov.iov_len);
	iov.iov_len = 64;
	TRY(PTRACE_SETREGSET, pid, NT_X86_XSTATE, &iov);
	run_out(PTRACE_CONT, pid);
}

#ifdef __x86_64__
static void arch_prctl_request(void)
{
	pid_t pid = at_entry(pid_and_out);
	unsigned long base = 0, again = 0;
	TRY(PTRACE_ARCH_PRCTL, pid, &base, 0x1003); /* ARCH_GET_FS */
	say("fs_base as in the registers %d", base == get_user(pid, offsetof(struct user_regs_struct, fs_base)));
	TRY(PTRACE_ARCH_PRCTL, pid, 0x2000, 0x1001); /* ARCH_SET_GS */
	TRY(PTRACE_ARCH_PRCTL, pid, &again, 0x1004);
	say("gs_base %#lx", again);
	TRY(PTRACE_ARCH_PRCTL, pid, 0, 0x9999);
	end(pid);
}
#endif

const struct probe_case register_cases[] = {
	{"registers", regs},
	{"registers-user-area", user_area},
	{"registers-poke-user", poke_user},
	{"registers-arguments", arguments},
	{"registers-skip", skipped},
	{"registers-skip-result", skipped_with_result},
	{"registers-jump", jump},
	{"registers-bad", bad_regs},
	{"registers-set-sizes", regset_sizes},
	{"registers-floats", fpregs},
	{"registers-xstate", xstate},
#ifdef __x86_64__
	{"registers-arch-prctl", arch_prctl_request},
#endif
	{0},
};
