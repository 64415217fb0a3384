// skip N: traces itself, a child that makes N getppid calls, in the plain way:
// two PTRACE_SYSCALL stops a call, at the first of which the call is made to be
// none and at the second gets a result. Prints ns for each.
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(int argc, char **argv) {
	long n = atol(argv[1]);
	int status, entry = 1;
	pid_t pid = fork();
	if (pid == 0) {
		raise(SIGSTOP);
		double start = now();
		for (long i = 0; i < n; i++)
			if (syscall(SYS_getppid) != 7) _exit(1);
		printf("%.1f\n", (now() - start) / n);
		fflush(stdout);
		_exit(0);
	}
	waitpid(pid, &status, WUNTRACED);
	ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	waitpid(pid, &status, 0);
	kill(pid, SIGCONT);
	for (;;) {
		ptrace(PTRACE_SYSCALL, pid, 0, 0);
		if (waitpid(pid, &status, __WALL) < 0 || !WIFSTOPPED(status)) break;
		if (WSTOPSIG(status) != (SIGTRAP | 0x80)) continue;
		struct user_regs_struct regs;
		ptrace(PTRACE_GETREGS, pid, 0, &regs);
		if (entry && regs.orig_rax == SYS_getppid)
			ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, orig_rax), -1L);
		else if (!entry && regs.orig_rax == -1UL)
			ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, rax), 7L);
		entry = !entry;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
