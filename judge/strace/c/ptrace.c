// cc: -static
// ptrace, each request on a child of our own.
#include "calls.h"
#include <elf.h>
#include <linux/audit.h>
#include <linux/ptrace.h>
#include <sys/reg.h>
#include <sys/user.h>

int main(void) {
	int status;
	long word;
	int pid = S(fork);
	if (pid == 0) { S(ptrace, PTRACE_TRACEME); S(kill, getpid(), SIGSTOP); S(getppid); S(exit_group, 0); }
	// A traced child cannot be traced twice: its own request fails, and it goes on.
	S(wait4, pid, &status, WUNTRACED, NULL);
	struct user_regs_struct regs; struct user_fpregs_struct fp; siginfo_t info; char buf[1024];
	struct iovec v = {buf, sizeof buf}; uint64_t mask = 0;
	int reqs[] = {PTRACE_PEEKTEXT, PTRACE_PEEKDATA, PTRACE_PEEKUSR, PTRACE_POKEDATA, PTRACE_POKEUSR,
		PTRACE_CONT, PTRACE_KILL, PTRACE_SINGLESTEP, PTRACE_SYSCALL, PTRACE_LISTEN, PTRACE_INTERRUPT,
		PTRACE_DETACH, 31, 32, 33, 77, 0x4299};
	for (int i = 0; i < sizeof reqs / 4; i++) { S(ptrace, reqs[i], pid, 0, &word); S(ptrace, reqs[i], -1, 8, SIGUSR1); }
	S(ptrace, PTRACE_GETREGS, pid, 0, &regs); S(ptrace, PTRACE_SETREGS, pid, 0, &regs);
	S(ptrace, PTRACE_GETFPREGS, pid, 0, &fp); S(ptrace, PTRACE_SETFPREGS, pid, 0, BAD);
	S(ptrace, PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_EXITKILL);
	S(ptrace, PTRACE_SETOPTIONS, pid, 0, 0x1000); S(ptrace, PTRACE_GETEVENTMSG, pid, 0, &word);
	S(ptrace, PTRACE_GETSIGINFO, pid, 0, &info); memset(&info, 0, sizeof info);
	info.si_signo = SIGUSR1; S(ptrace, PTRACE_SETSIGINFO, pid, 0, &info);
	S(ptrace, PTRACE_SETSIGINFO, pid, 0, BAD);
	v.iov_len = sizeof regs; S(ptrace, PTRACE_GETREGSET, pid, NT_PRSTATUS, &v);
	S(ptrace, PTRACE_SETREGSET, pid, NT_PRSTATUS, &v);
	S(ptrace, PTRACE_GETREGSET, pid, NT_FPREGSET, &v);
	S(ptrace, PTRACE_GETREGSET, pid, NT_X86_XSTATE, &v);
	S(ptrace, PTRACE_GETREGSET, pid, 0x777, BAD);
	S(ptrace, PTRACE_SEIZE, pid, 0, PTRACE_O_TRACEEXIT | PTRACE_O_TRACESECCOMP);
	S(ptrace, PTRACE_SEIZE, -1, 5, 0x1000); S(ptrace, PTRACE_ATTACH, pid);
	S(ptrace, PTRACE_ATTACH, -1);
	struct ptrace_peeksiginfo_args pk = {0, PTRACE_PEEKSIGINFO_SHARED, 3};
	S(ptrace, PTRACE_PEEKSIGINFO, pid, &pk, &info); S(ptrace, PTRACE_PEEKSIGINFO, pid, BAD, BAD);
	S(ptrace, PTRACE_GETSIGMASK, pid, 8, &mask); S(ptrace, PTRACE_SETSIGMASK, pid, 8, &mask);
	S(ptrace, PTRACE_SETSIGMASK, pid, 3, BAD); S(ptrace, PTRACE_SECCOMP_GET_FILTER, pid, 0, buf);
	S(ptrace, PTRACE_SECCOMP_GET_METADATA, pid, 16, buf);
	S(ptrace, PTRACE_GET_SYSCALL_INFO, pid, sizeof buf, buf);
	S(ptrace, PTRACE_GET_RSEQ_CONFIGURATION, pid, 24, buf); 
	S(ptrace, PTRACE_GET_THREAD_AREA, pid, 12, buf);
	S(ptrace, PTRACE_PEEKUSR, pid, 8 * ORIG_RAX, &word);
	S(ptrace, PTRACE_PEEKUSR, pid, offsetof(struct user, u_debugreg[7]), &word);
	S(ptrace, PTRACE_POKEUSR, pid, 8 * RIP, 5); S(ptrace, PTRACE_PEEKUSR, pid, 5000, &word);
	S(ptrace, PTRACE_PEEKUSR, pid, 3, BAD); S(ptrace, PTRACE_POKETEXT, pid, 0x400000, 0x90);
	S(ptrace, PTRACE_ARCH_PRCTL, pid, BAD, 0x1003); S(ptrace, PTRACE_SYSEMU, pid, 0, 0);
	S(ptrace, PTRACE_SYSEMU_SINGLESTEP, pid, 0, 0); S(ptrace, PTRACE_TRACEME, 1, 2, 3);
	S(ptrace, -1, 1, 2, 3);
	S(kill, pid, SIGCONT); S(wait4, pid, &status, 0, NULL);
	return 0;
}
