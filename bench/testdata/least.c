// least [-n] CMD...: the least that a tracer of openat can do: entry and exit, by
// a seccomp filter, of the program and all that it makes; what they are is asked
// of the kernel, and nothing is done with it. With -n not even that is asked.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void become(char **argv) {
	struct sock_filter openat[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = {sizeof openat / sizeof *openat, openat};
	raise(SIGSTOP);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &prog)) {
		perror("least: seccomp");
		_exit(127);
	}
	execvp(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

int main(int argc, char **argv) {
	int status, end = 1, ask = 1;
	char info[88];
	if (argc > 1 && strcmp(argv[1], "-n") == 0) ask = 0, argc--, argv++;
	if (argc < 2) return 1;
	pid_t child = fork(), pid;
	if (child == 0) become(argv + 1);
	if (child < 0 || waitpid(child, &status, WUNTRACED) < 0 ||
	    ptrace(PTRACE_SEIZE, child, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK |
	           PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL)) {
		perror("least");
		return 1;
	}
	kill(child, SIGCONT);
	while ((pid = wait4(-1, &status, __WALL, NULL)) > 0 || errno == EINTR) {
		if (pid < 0) continue;
		if (!WIFSTOPPED(status)) {
			if (pid == child) end = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
			continue;
		}
		int sig = WSTOPSIG(status), event = status >> 16;
		if (event == PTRACE_EVENT_SECCOMP) {
			if (ask) ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, info);
			ptrace(PTRACE_SYSCALL, pid, 0, 0);
		} else if (sig == (SIGTRAP | 0x80)) {
			if (ask) ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, info);
			ptrace(PTRACE_CONT, pid, 0, 0);
		} else {
			ptrace(PTRACE_CONT, pid, 0, event ? 0 : sig);
		}
	}
	return end;
}
