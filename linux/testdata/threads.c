// threads MODE: a process with threads. Prints "ready" and does what MODE says
// when SIGUSR1 comes, which one thread that is not the leader waits for.
//   exec    execs "threads done"; the leader sleeps meanwhile
//   alone   exits with 3; the leader has ended before "ready"
//   late    the same, but the leader ends when SIGUSR2 comes; then "alone"
//   pair    makes a thread that ends, and exits with 6 when it has
//   done    prints "done PID" and exits with 5
//   spawn   exits with 4; meanwhile the leader makes threads, one after another
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *mode;
static pthread_t leader;

static void *brief(void *p) { return p; }

static void *wait_for_it(void *self) {
	sigset_t set;
	int sig;
	if (!strcmp(mode, "alone")) pthread_join(leader, 0);
	puts("ready");
	fflush(stdout);
	if (!strcmp(mode, "late")) {
		pthread_join(leader, 0);
		puts("alone");
		fflush(stdout);
		mode = "alone";
	}
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigwait(&set, &sig);
	if (!strcmp(mode, "exec")) execl(self, self, "done", (char *)0);
	_exit(!strcmp(mode, "alone") ? 3 : 4);
}

int main(int argc, char **argv) {
	sigset_t set, late;
	pthread_t t;
	mode = argv[1];
	if (!strcmp(mode, "done")) {
		printf("done %d\n", getpid());
		fflush(stdout);
		_exit(5);
	}
	if (!strcmp(mode, "pair")) {
		pthread_create(&t, 0, brief, 0);
		pthread_join(t, 0);
		_exit(6);
	}
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	pthread_sigmask(SIG_BLOCK, &set, 0);
	sigemptyset(&late);
	sigaddset(&late, SIGUSR2);
	leader = pthread_self();
	pthread_create(&t, 0, wait_for_it, argv[0]);
	if (!strcmp(mode, "alone")) pthread_exit(0);
	if (!strcmp(mode, "late")) {
		int sig;
		sigwait(&late, &sig);
		pthread_exit(0);
	}
	for (;;) {
		if (strcmp(mode, "spawn")) pause();
		else if (!pthread_create(&t, 0, brief, 0)) pthread_detach(t);
	}
}
