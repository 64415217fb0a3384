// crowd COUNT: COUNT threads, a quarter each blocked in a futex, in read and
// in poll, and a quarter that count, asleep between.
// crowd churn COUNT: COUNT threads that make short-lived threads all the time.
// crowd fork COUNT: the same, and others that fork, exec, take signals and
// write to each other.
//
// It prints "ready", then obeys lines on standard input: "tick" is answered when
// every thread that counts has counted further; "end" lets all threads end and
// is answered by how many there were and how many saw an error.
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX = 4096 };
static atomic_long ticks[MAX];
static int counts[MAX];
static pthread_t ids[MAX];
static atomic_int begun, errors, over;
static int woken[2];
static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static char *self;

static void bad(const char *what, int status) {
	fprintf(stderr, "crowd: %s: %#x, %s\n", what, status, strerror(errno));
	errors++;
}

static void nap(long us) {
	struct timespec t = {0, us * 1000};
	while (nanosleep(&t, &t) < 0 && errno == EINTR);
}

static void *counter(void *arg) {
	begun++;
	for (; !over; ticks[(long)arg]++) nap(20000);
	return 0;
}

static void *waiter(void *arg) {
	pthread_mutex_lock(&mu);
	begun++;
	while (!over) pthread_cond_wait(&cond, &mu);
	pthread_mutex_unlock(&mu);
	return 0;
}

static void *reader(void *arg) {
	char c;
	begun++;
	if (read(woken[0], &c, 1) != 1) bad("read", 0);
	return 0;
}

static void *poller(void *arg) {
	struct pollfd p = {woken[0], POLLIN, 0};
	char c;
	begun++;
	if (syscall(SYS_poll, &p, 1, -1) != 1) bad("poll", 0);
	return 0;
}

static void *brief(void *arg) {
	getppid();
	return arg;
}

static void *maker(void *arg) {
	begun++;
	for (; !over; ticks[(long)arg]++) {
		pthread_t t[4];
		void *r;
		for (long i = 0; i < 4; i++)
			if (pthread_create(&t[i], 0, brief, (void *)i)) bad("pthread_create", 0), abort();
		for (long i = 0; i < 4; i++) {
			pthread_join(t[i], &r);
			if (r != (void *)i) bad("join", (long)r);
		}
	}
	return 0;
}

static void *forker(void *arg) {
	begun++;
	for (; !over; ticks[(long)arg]++) {
		int status, exec = ticks[(long)arg] % 4 == 0;
		pid_t pid = exec ? vfork() : fork();
		if (pid == 0) {
			if (exec) {
				execl(self, self, "brief", (char *)0);
				_exit(8);
			}
			signal(SIGALRM, SIG_IGN);
			pthread_t t;
			pthread_create(&t, 0, brief, 0);
			pthread_join(t, 0);
			_exit(7);
		}
		if (pid < 0) bad("fork", 0);
		else {
			while (waitpid(pid, &status, 0) < 0 && errno == EINTR);
			if (status != 7 << 8) bad("child", status);
		}
	}
	return 0;
}

static int pipes[2];

static void *writer(void *arg) {
	begun++;
	for (; !over; ticks[(long)arg]++) {
		char c = 'x';
		while (write(pipes[1], &c, 1) < 0 && errno == EINTR);
		while (read(pipes[0], &c, 1) < 0 && errno == EINTR);
		if (c != 'x') bad("pipe", c);
	}
	return 0;
}

static void *busy(void *arg) {
	begun++;
	for (; !over; ticks[(long)arg]++) {
		for (int i = 0; i < 50; i++) getppid();
		nap(500);
	}
	return 0;
}

static void handler(int sig) { getppid(); }

static void begin(int i, void *(*fn)(void *), int counting) {
	counts[i] = counting;
	if (pthread_create(&ids[i], 0, fn, (void *)(long)i)) {
		perror("pthread_create");
		exit(1);
	}
}

int main(int argc, char **argv) {
	self = "/proc/self/exe";
	if (argc == 2 && !strcmp(argv[1], "brief")) return 7;
	int n = atoi(argv[argc - 1]);
	if (pipe(woken) || pipe(pipes) || n > MAX) return 1;
	pthread_attr_t attr;
	for (int i = 0; i < n; i++) {
		if (argc == 2) {
			void *(*kinds[])(void *) = {counter, waiter, reader, poller};
			begin(i, kinds[i % 4], i % 4 == 0);
		} else if (!strcmp(argv[1], "churn") || i % 4 == 0)
			begin(i, maker, 1);
		else {
			void *(*kinds[])(void *) = {forker, writer, busy};
			begin(i, kinds[i % 4 - 1], 1);
		}
	}
	while (begun < n) nap(1000);
	if (argc > 2 && !strcmp(argv[1], "fork")) {
		struct sigaction sa = {.sa_handler = handler, .sa_flags = SA_RESTART};
		sigaction(SIGALRM, &sa, 0);
		struct itimerval it = {{0, 3000}, {0, 3000}};
		setitimer(ITIMER_REAL, &it, 0);
	}
	printf("ready\n");
	fflush(stdout);
	static char line[64];
	while (fgets(line, sizeof line, stdin)) {
		if (!strcmp(line, "tick\n")) {
			static long before[MAX];
			for (int i = 0; i < n; i++) before[i] = ticks[i];
			for (int i = 0; i < n; i++)
				while (counts[i] && ticks[i] == before[i]) nap(1000);
			printf("ticked %d\n", errors);
		} else
			break;
		fflush(stdout);
	}
	pthread_mutex_lock(&mu);
	over = 1;
	pthread_cond_broadcast(&cond);
	pthread_mutex_unlock(&mu);
	// Readers take one byte each; what is left wakes the pollers.
	for (int i = 0; i < n; i++)
		if (write(woken[1], "x", 1) != 1) bad("write", 0);
	for (int i = 0; i < n; i++) pthread_join(ids[i], 0);
	printf("ended %d %d\n", n, errors);
	fflush(stdout);
	return 0;
}
