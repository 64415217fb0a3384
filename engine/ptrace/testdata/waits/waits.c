// waits: how often a wait, and another call, make a thread stop, which makes it sleep:
// before its process traces anybody, after, in a thread that was there before, and in a
// child.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { N = 200 };

static long slept(void)
{
	struct rusage ru;
	getrusage(RUSAGE_THREAD, &ru);
	return ru.ru_nvcsw;
}

static void count(const char *when)
{
	long before = slept();
	for (int i = 0; i < N; i++) wait4(-1, NULL, WNOHANG, NULL);
	long waits = slept() - before;
	before = slept();
	for (int i = 0; i < N; i++) syscall(SYS_getppid);
	printf("%s: %ld %ld\n", when, (waits + N / 2) / N, (slept() - before + N / 2) / N);
	fflush(stdout);
}

static int gate[2];

static void *other(void *arg)
{
	char c;
	if (read(gate[0], &c, 1) != 1) exit(2);
	count("another thread");
	return arg;
}

int main(void)
{
	pthread_t t;
	int st;
	if (pipe(gate)) return 1;
	pthread_create(&t, NULL, other, NULL);
	count("before");
	pid_t pid = fork();
	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		for (;;) pause();
	}
	if (waitpid(pid, &st, 0) != pid || !WIFSTOPPED(st)) return 3;
	ptrace(PTRACE_CONT, pid, 0, 0);
	count("a tracer");
	if (write(gate[1], "", 1) != 1) return 4;
	pthread_join(t, NULL);
	pid_t child = fork();
	if (child == 0) {
		count("a child");
		_exit(0);
	}
	waitpid(child, &st, 0);
	kill(pid, SIGKILL);
	waitpid(pid, &st, 0);
	return 0;
}
