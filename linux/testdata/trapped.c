// trapped: does what the lines of its standard input say, and tells what came
// of it.
//
//	loop N     calls getppid N times; how often the thread slept meanwhile,
//	           which each stop makes it do
//	int80      calls getppid by int $0x80
//	x32        calls getppid by its x32 number
//	clone      makes a child with CLONE_UNTRACED by clone; is the argument as it was?
//	clone3     the same by clone3
//	filter     installs a seccomp filter that allows everything
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static long slept(void) {
	struct rusage ru;
	getrusage(RUSAGE_SELF, &ru);
	return ru.ru_nvcsw;
}

static long raw(long nr, unsigned long *arg0) {
	long r;
	register long r10 asm("r10") = 0;
	register long r8 asm("r8") = 0;
	asm volatile("syscall" : "=a"(r), "+D"(*arg0) : "a"(nr), "S"(0), "d"(0), "r"(r10), "r"(r8) : "rcx", "r11", "memory");
	return r;
}

static struct clone_args args3;

static void clone_child(int three) {
	unsigned long want = CLONE_UNTRACED | (three ? 0 : SIGCHLD), arg = want;
	long pid;
	if (three) {
		memset(&args3, 0, sizeof args3);
		args3.flags = want;
		args3.exit_signal = SIGCHLD;
		unsigned long p = (unsigned long)&args3;
		register long r10 asm("r10") = 0;
		asm volatile("syscall" : "=a"(pid) : "a"(SYS_clone3), "D"(p), "S"(sizeof args3), "r"(r10) : "rcx", "r11", "memory");
		arg = args3.flags;
	} else
		pid = raw(SYS_clone, &arg);
	if (pid == 0) {
		printf("child %d %ld\n", arg == want, (long)syscall(SYS_getppid) > 0);
		fflush(stdout);
		_exit(0);
	}
	int status;
	waitpid(pid, &status, 0);
	printf("cloned %d %d\n", arg == want, status);
}

int main(void) {
	char line[64];
	puts("ready");
	fflush(stdout);
	while (fgets(line, sizeof line, stdin)) {
		long n, r = 0;
		if (sscanf(line, "loop %ld", &n) == 1) {
			long before = slept();
			for (long i = 0; i < n; i++) r = syscall(SYS_getppid);
			printf("looped %ld %ld\n", r > 0 && r != 4711 ? 1 : r, slept() - before);
		} else if (!strcmp(line, "int80\n")) {
			asm volatile("int $0x80" : "=a"(r) : "a"(64) : "memory");
			printf("int80 %d\n", r == getppid());
		} else if (!strcmp(line, "x32\n")) {
			errno = 0;
			syscall(0x40000000 | SYS_getppid);
			printf("x32 %d\n", errno);
		} else if (!strcmp(line, "filter\n")) {
			struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
			struct sock_fprog prog = {1, &allow};
			prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
			printf("filter %d\n", prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog));
		} else
			clone_child(!strcmp(line, "clone3\n"));
		fflush(stdout);
	}
	return 0;
}
