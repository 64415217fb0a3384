/* Single-step and block-step. */
#include "probe.h"

/* Three instructions with names, then a call, then more. */
#ifdef __x86_64__
__asm__(".text\n.globl steps, steps_end\nsteps:\n\tnop\n\tmov $39, %eax\n\tsyscall\n\tnop\n\tmov $60, %eax\n\txor %edi, %edi\n\tsyscall\nsteps_end:\n\tud2\n");
__asm__(".text\n.globl blocks\nblocks:\n\tnop\n\tnop\n\tjmp 1f\n\tud2\n1:\tnop\n\tnop\n\tjmp 2f\n\tud2\n2:\tmov $60, %eax\n\tmov $2, %edi\n\tsyscall\n\tud2\n");
__asm__(".text\n.globl special\nspecial:\n\tpushf\n\tpop %rax\n\tcmp $1, %rax\n\txor %ecx, %ecx\n\tinc %ecx\n\tlea -64(%rsp), %rdi\n\txor %eax, %eax\n\tmov $3, %ecx\n\trep stosb\n\tmov %ss, %eax\n\tmov %eax, %ss\n\tnop\n\tmov $60, %eax\n\txor %edi, %edi\n\tsyscall\n\tud2\n");
#else
__asm__(".text\n.globl steps, steps_end\nsteps:\n\tnop\n\tmov $20, %eax\n\tint $0x80\n\tnop\n\tmov $1, %eax\n\txor %ebx, %ebx\n\tint $0x80\nsteps_end:\n\tud2\n");
__asm__(".text\n.globl blocks\nblocks:\n\tnop\n\tnop\n\tjmp 1f\n\tud2\n1:\tnop\n\tnop\n\tjmp 2f\n\tud2\n2:\tmov $1, %eax\n\tmov $2, %ebx\n\tint $0x80\n\tud2\n");
__asm__(".text\n.globl special\nspecial:\n\tpushf\n\tpop %eax\n\tcmp $1, %eax\n\txor %ecx, %ecx\n\tinc %ecx\n\tlea -64(%esp), %edi\n\txor %eax, %eax\n\tmov $3, %ecx\n\trep stosb\n\tmov %ss, %eax\n\tmov %eax, %ss\n\tnop\n\tmov $1, %eax\n\txor %ebx, %ebx\n\tint $0x80\n\tud2\n");
#endif
extern char steps[], steps_end[], blocks[], special[];

static char *goes_to;
static void runs_there(void) { ((void (*)(void))goes_to)(); }

/* at sends the tracee to a label, stopped before its first instruction. */
static pid_t at(char *label)
{
	goes_to = label;
	pid_t pid = traceme(runs_there);
	struct user_regs_struct r;
	MUST(PTRACE_GETREGS, pid, 0, &r);
	r.IP = (unsigned long)label;
	MUST(PTRACE_SETREGS, pid, 0, &r);
	return pid;
}

static void each_step(char *label, long request, int siginfo)
{
	pid_t pid = at(label);
	for (int i = 0; i < 40; i++) {
		MUST(request, pid, 0, 0);
		int st = quietly(pid);
		if (!WIFSTOPPED(st)) { say("%s", status(st)); return; }
		say("+%ld %s", (long)(get_user(pid, REG_IP) - (unsigned long)label), status(st));
		siginfo_t si;
		memset(&si, 0, sizeof si);
		MUST(PTRACE_GETSIGINFO, pid, 0, &si);
		if (siginfo) say("  code %d addr +%ld TF %d", si.si_code, (long)((unsigned long)si.si_addr - (unsigned long)label), (get_user(pid, REG_FLAGS) & 0x100) != 0);
	}
	end(pid);
}
static void singlestep(void) { each_step(steps, PTRACE_SINGLESTEP, 1); }
static void blockstep(void) { each_step(blocks, PTRACE_SINGLEBLOCK, 1); }
static void instructions(void) { each_step(special, PTRACE_SINGLESTEP, 0); }

/* From a call's entry, over it, and with SYSCALL between. */
static void over_call(void)
{
	pid_t pid = at(steps);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD);
	MUST(PTRACE_SYSCALL, pid, 0, 0);
	int st = await(pid);
	tell(pid, st);
	MUST(PTRACE_SINGLESTEP, pid, 0, 0);
	st = await(pid);
	tell_siginfo(pid);
	say("+%ld", (long)(get_user(pid, REG_IP) - (unsigned long)steps));
	MUST(PTRACE_SINGLESTEP, pid, 0, 0);
	await(pid);
	say("+%ld", (long)(get_user(pid, REG_IP) - (unsigned long)steps));
	MUST(PTRACE_SYSCALL, pid, 0, 0);
	st = await(pid);
	tell(pid, st);
	MUST(PTRACE_SINGLESTEP, pid, 0, 0);
	await(pid);
}

/* From an exit stop. */
static void from_exit(void)
{
	pid_t pid = at(steps);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD);
	MUST(PTRACE_SYSCALL, pid, 0, 0);
	await(pid);
	MUST(PTRACE_SYSCALL, pid, 0, 0);
	await(pid);
	MUST(PTRACE_SINGLESTEP, pid, 0, 0);
	await(pid);
	tell_siginfo(pid);
	say("+%ld", (long)(get_user(pid, REG_IP) - (unsigned long)steps));
	end(pid);
}

/* With a signal: the first stop is in the handler. */
static void handler(int sig) { (void)sig; }
static void has_handler(void)
{
	signal(SIGUSR1, handler);
	send_self(SIGUSR1);
	say("returned");
}
static void into_handler(void)
{
	pid_t pid = traceme(has_handler);
	MUST(PTRACE_CONT, pid, 0, 0);
	await(pid);
	MUST(PTRACE_SINGLESTEP, pid, 0, SIGUSR1);
	int st = await(pid);
	tell(pid, st);
	say("at the handler %d", get_user(pid, REG_IP) == (unsigned long)handler);
	MUST(PTRACE_SINGLESTEP, pid, 0, 0);
	st = await(pid);
	tell_siginfo(pid);
	run_out(PTRACE_CONT, pid);
}

/* Dropped: the step goes on where the program was. */
static void drops_and_steps(void)
{
	pid_t pid = traceme(has_handler);
	MUST(PTRACE_CONT, pid, 0, 0);
	await(pid);
	unsigned long ip = get_user(pid, REG_IP);
	MUST(PTRACE_SINGLESTEP, pid, 0, 0);
	await(pid);
	tell_siginfo(pid);
	long moved = get_user(pid, REG_IP) - ip;
	say("moved a little %d", moved > 0 && moved < 16);
	run_out(PTRACE_CONT, pid);
}

/* A fatal signal while stepping. */
static void fatal_step(void)
{
	pid_t pid = traceme(has_handler);
	MUST(PTRACE_SINGLESTEP, pid, 0, SIGTERM);
	await(pid);
}

/* Steps of a program that has set its own trap flag. */
static void own_trap_flag(void)
{
#ifdef __x86_64__
	__asm__ volatile("pushf\n\torl $0x100, (%%rsp)\n\tpopf\n\tnop\n\tnop\n\tpushf\n\tandl $~0x100, (%%rsp)\n\tpopf" ::: "memory", "cc");
#else
	__asm__ volatile("pushf\n\torl $0x100, (%%esp)\n\tpopf\n\tnop\n\tnop\n\tpushf\n\tandl $~0x100, (%%esp)\n\tpopf" ::: "memory", "cc");
#endif
	say("done");
}
static void own_flag(void)
{
	pid_t pid = traceme(own_trap_flag);
	for (int i = 0; i < 8; i++) {
		MUST(PTRACE_CONT, pid, 0, 0);
		int st = await(pid);
		if (!WIFSTOPPED(st)) return;
		tell_siginfo(pid);
	}
	end(pid);
}

/* A step over fork, vfork, clone and exec, with and without the events. */
static void forks(void)
{
	pid_t pid = syscall(SYS_fork);
	if (pid == 0) syscall(SYS_exit_group, 7);
	int st;
	wait4(pid, &st, 0, NULL);
	exec_self("exit5");
}
static void over_events(void)
{
	pid_t pid = traceme(forks);
	MUST(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEFORK | PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD);
	for (;;) {
		MUST(PTRACE_SYSCALL, pid, 0, 0);
		quietly(pid);
		if (get_user(pid, REG_NR) == SYS_fork) break;
	}
	MUST(PTRACE_SINGLESTEP, pid, 0, 0);
	int st = await(pid);
	unsigned long made = 0;
	MUST(PTRACE_GETEVENTMSG, pid, 0, &made);
	name(made, "made");
	tell(pid, st);
	MUST(PTRACE_SINGLESTEP, pid, 0, 0);
	st = await(pid);
	tell_siginfo(pid);
	await(made);
	MUST(PTRACE_SINGLESTEP, made, 0, 0);
	await(made);
	tell_siginfo(made);
	MUST(PTRACE_DETACH, made, 0, 0);
	MUST(PTRACE_CONT, pid, 0, 0);
	st = await(pid);
	MUST(PTRACE_CONT, pid, 0, WSTOPSIG(st));
	st = await(pid);
	tell(pid, st);
	MUST(PTRACE_SINGLESTEP, pid, 0, 0);
	st = await(pid);
	tell_siginfo(pid);
	run_out(PTRACE_CONT, pid);
}

/* A breakpoint in memory, stepped over as debuggers do. */
static void breakpoint(void)
{
	pid_t pid = at(steps);
	unsigned long word, was = get_user(pid, REG_IP);
	char *where = steps + 1;
	MUST(PTRACE_PEEKTEXT, pid, where, &word);
	MUST(PTRACE_POKETEXT, pid, where, (word & ~0xffUL) | 0xcc);
	MUST(PTRACE_CONT, pid, 0, 0);
	int st = await(pid);
	tell(pid, st);
	say("+%ld", (long)(get_user(pid, REG_IP) - was));
	MUST(PTRACE_POKETEXT, pid, where, word);
	MUST(PTRACE_POKEUSR, pid, REG_IP, where);
	MUST(PTRACE_SINGLESTEP, pid, 0, 0);
	await(pid);
	say("+%ld", (long)(get_user(pid, REG_IP) - was));
	run_out(PTRACE_CONT, pid);
}

/* A step cut short by CONT leaves no trace. */
static void then_cont(void)
{
	pid_t pid = at(steps);
	MUST(PTRACE_SINGLESTEP, pid, 0, 0);
	await(pid);
	MUST(PTRACE_DETACH, pid, 0, 0);
	await(pid);
}

const struct probe_case step_cases[] = {
	{"step", singlestep},
	{"step-block", blockstep},
	{"step-instructions", instructions},
	{"step-over-call", over_call},
	{"step-from-exit", from_exit},
	{"step-into-handler", into_handler},
	{"step-drop", drops_and_steps},
	{"step-fatal", fatal_step},
	{"step-own-flag", own_flag},
	{"step-over-events", over_events},
	{"step-breakpoint", breakpoint},
	{"step-then-detach", then_cont},
	{0},
};
