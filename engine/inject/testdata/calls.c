// Makes the same ROUNDS of calls in the main thread, then in two threads at
// once, then in a child, and writes what each of them saw: result, errno, the
// memory given, signals, and whether it took long, before or after the call.
// "calls exec" does so after another execve of itself. With LONG_SLEEP set its
// sleeps last half a second, so that a signal is sure to come first.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 8, LONG = 90000000 };

static __thread volatile int signo, code, sender;
static pid_t parent;

// Process ids differ from run to run, so what is written says whose they are.
// getppid may be tampered with: /proc tells the parent.
static pid_t parent_of_self(void)
{
	pid_t pid = 0;
	FILE *f = fopen("/proc/self/stat", "r");
	if (f == NULL || fscanf(f, "%*d (%*[^)]) %*c %d", &pid) != 1) {
		printf("no parent: errno %d\n", errno);
		exit(1);
	}
	fclose(f);
	return pid;
}

static void handler(int s, siginfo_t *i, void *u)
{
	signo = s, code = i->si_code, sender = i->si_pid;
}

static long long since(const struct timespec *a, const struct timespec *b)
{
	return (b->tv_sec - a->tv_sec) * 1000000000LL + b->tv_nsec - a->tv_nsec;
}

struct report {
	char text[1 << 14];
	size_t n;
};

static void note(struct report *r, const char *what, long result, int err, const char *mem)
{
	r->n += snprintf(r->text + r->n, sizeof r->text - r->n, "%s %ld errno %d signal %d/%d/%d [%.8s]\n",
			 what, result, err, signo, code, sender, mem);
	signo = code = sender = 0;
}

static void *rounds(void *arg)
{
	struct report *r = arg;
	for (int i = 0; i < ROUNDS; i++) {
		char path[] = "no/such/", in[] = "........";
		long n;
		int err;

		errno = 0;
		n = syscall(SYS_chdir, path);
		note(r, "chdir", n, errno, path);

		errno = 0;
		n = syscall(SYS_getppid);
		err = errno;
		if (n == getpid() || n == parent)
			note(r, n == parent ? "getppid" : "getppid is getpid", 0, err, "");
		else
			note(r, "getppid other", n, err, "");

		errno = 0;
		n = syscall(SYS_readlink, "/proc/self/ns/../comm", in, 4L);
		note(r, "readlink", n, errno, in);

		struct timespec ms = {0, getenv("LONG_SLEEP") ? 500000000 : 1000000};
		errno = 0;
		n = syscall(SYS_nanosleep, &ms, &ms);
		note(r, "nanosleep", n, errno, "");

		struct timespec t[3];
		memset(t, 0, sizeof t);
		clock_gettime(CLOCK_MONOTONIC, &t[0]);
		errno = 0;
		n = syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t[1]);
		err = errno;
		clock_gettime(CLOCK_MONOTONIC, &t[2]);
		if (n == 0 && t[1].tv_sec)
			note(r, since(&t[0], &t[1]) > LONG ? since(&t[1], &t[2]) > LONG ? "clock slow slow" : "clock slow"
				: since(&t[1], &t[2]) > LONG ? "clock then slow" : "clock", n, err, "");
		else
			note(r, since(&t[0], &t[2]) > LONG ? "no clock slow" : "no clock", n, err, "");
	}
	return NULL;
}

static void show(const char *who, struct report *r)
{
	printf("%s:\n%s", who, r->text);
	fflush(stdout);
	r->n = 0;
}

int main(int argc, char **argv)
{
	static struct report r[2];
	pid_t self = getpid();
	struct sigaction sa = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};

	if (argc > 1) {
		execl("/proc/self/exe", argv[0], (char *)0);
		printf("execve errno %d\n", errno);
	}
	parent = parent_of_self();
	sigaction(SIGUSR1, &sa, NULL);
	sigaction(SIGRTMIN, &sa, NULL);
	sa.sa_flags |= SA_RESTART;
	sigaction(SIGUSR2, &sa, NULL);
	sigset_t blocked;
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGALRM);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	rounds(&r[0]);
	show("main", &r[0]);

	pthread_t th[2];
	for (int i = 0; i < 2; i++)
		if (pthread_create(&th[i], NULL, rounds, &r[i]))
			return 1;
	for (int i = 0; i < 2; i++)
		pthread_join(th[i], NULL);
	show("thread", &r[0]);
	show("thread", &r[1]);

	pid_t pid = fork();
	if (pid == 0) {
		parent = self;
		rounds(&r[0]);
		show("child", &r[0]);
		_exit(3);
	}
	int status;
	waitpid(pid, &status, 0);
	sigpending(&blocked);
	printf("child %#x, SIGALRM pending %d\n", status, sigismember(&blocked, SIGALRM));
	return 5;
}
