// births N: makes N processes and N threads, in all ways, each of which looks
// whether it is as its parent has made it. Prints how many were not.
// births storm: makes processes, which make processes, until it is killed.
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static sigset_t mask;
static char *self;

static int look(void) {
	int sig = -1;
	sigset_t now;
	prctl(PR_GET_PDEATHSIG, &sig);
	pthread_sigmask(SIG_BLOCK, 0, &now);
	return sig != 0 || !sigismember(&now, SIGUSR1) || sigismember(&now, SIGUSR2);
}

static void *thread(void *arg) { return (void *)(long)look(); }

static int ended(pid_t pid) {
	int status;
	return waitpid(pid, &status, 0) != pid || status != 0;
}

static int vforked(void) {
	pid_t pid = vfork();
	if (pid == 0) _exit(look());
	return ended(pid);
}

static int spawned(void) {
	pid_t pid;
	char *argv[] = {self, "look", 0}, *env[] = {0};
	return posix_spawn(&pid, self, 0, 0, argv, env) || ended(pid);
}

static int process(void) {
	pid_t pid = fork();
	if (pid == 0) _exit(look());
	return ended(pid);
}

static void storm(void) {
	for (;;) {
		if (fork() == 0) {
			if (fork() == 0) pause();
			pthread_t t;
			pthread_create(&t, 0, thread, 0);
			pthread_join(t, 0);
			_exit(0);
		}
		wait(0);
	}
}

int main(int argc, char **argv) {
	self = argv[0];
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR1);
	if (!strcmp(argv[1], "look")) return look();
	sigprocmask(SIG_SETMASK, &mask, 0);
	if (!strcmp(argv[1], "storm")) storm();
	long wrong = 0;
	for (int i = 0; i < atoi(argv[1]); i++) {
		pthread_t t;
		void *r;
		wrong += process() + vforked() + spawned();
		pthread_create(&t, 0, thread, 0);
		pthread_join(t, &r);
		wrong += (long)r;
	}
	printf("%ld\n", wrong);
	return 0;
}
