/* A tracer of its own child, which calls getppid: "change" makes it another call
   and gives it another result; "vm" resumes it by PTRACE_SYSVM, in both spellings. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#define SYSVM 33

static pid_t child;

static int wait_stop(void)
{
	int status;
	if (waitpid(child, &status, 0) != child) exit(10);
	if (WIFEXITED(status)) {
		printf("exited %d\n", WEXITSTATUS(status));
		exit(0);
	}
	return WSTOPSIG(status);
}

static void must(long r)
{
	if (r < 0) {
		perror("ptrace");
		exit(11);
	}
}

static struct user_regs_struct regs(void)
{
	struct user_regs_struct r;
	must(ptrace(PTRACE_GETREGS, child, 0, &r));
	return r;
}

/* until the entry of the next getppid */
static void next_getppid(void)
{
	for (;;) {
		if (wait_stop() == (SIGTRAP | 0x80)) {
			struct user_regs_struct r = regs();
			if (r.orig_rax == SYS_getppid && (long)r.rax == -ENOSYS) return;
		}
		must(ptrace(PTRACE_SYSCALL, child, 0, 0));
	}
}

static void show(const char *what)
{
	struct user_regs_struct r = regs();
	printf("%s: %s of %s\n", what, (long)r.rax == -ENOSYS ? "entry" : "exit",
		r.orig_rax == SYS_getppid ? "getppid" : r.orig_rax == SYS_getuid ? "getuid" : "another");
}

static void change(void)
{
	next_getppid();
	struct user_regs_struct r = regs();
	r.orig_rax = SYS_getpid;
	must(ptrace(PTRACE_SETREGS, child, 0, &r));
	must(ptrace(PTRACE_SYSCALL, child, 0, 0));
	wait_stop();
	r = regs();
	printf("number at the exit: %s\n", r.orig_rax == SYS_getpid ? "getpid" : "another");
	r.rax = 4711;
	must(ptrace(PTRACE_SETREGS, child, 0, &r));
	must(ptrace(PTRACE_CONT, child, 0, 0));
	wait_stop();
}

static void vm(long request, long skip_exit, long skip_both)
{
	next_getppid();
	must(ptrace(request, child, (void *)skip_exit, 0));
	wait_stop();
	show("after SKIPEXIT");
	must(ptrace(PTRACE_SYSCALL, child, 0, 0));
	next_getppid();
	struct user_regs_struct r = regs();
	r.rax = 4711;
	must(ptrace(PTRACE_SETREGS, child, 0, &r));
	must(ptrace(request, child, (void *)skip_both, 0));
	wait_stop();
	show("after SKIPCALL");
	must(ptrace(PTRACE_CONT, child, 0, 0));
	wait_stop();
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	pid_t parent = getpid();
	child = fork();
	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		for (int i = 0; i < 2; i++) {
			long got = syscall(SYS_getppid);
			syscall(SYS_getuid);
			printf("got %s\n", got == 4711 ? "4711" : got == parent ? "its parent" : "another");
		}
		return 3;
	}
	wait_stop();
	must(ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
	if (!strcmp(argv[1], "vm")) {
		printf("supported: %ld\n", syscall(SYS_ptrace, SYSVM, child, 0x80000000L, 0));
		printf("unknown bit: %ld\n", syscall(SYS_ptrace, SYSVM, child, 8L, 0) < 0 ? (long)errno : 0);
	}
	must(ptrace(PTRACE_SYSCALL, child, 0, 0));
	if (!strcmp(argv[1], "change")) change();
	else if (argc > 2) vm(PTRACE_SYSCALL, 0x2, 0x6);
	else vm(SYSVM, 2, 3);
	return 12;
}
