/* Executes itself again and again from a thread that is not the leader, while
   other threads sleep, spin and make calls. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static char *self, next[16];
static int left;

static void *sleeper(void *arg) { for (;;) pause(); }
static void *spinner(void *arg) { for (;;) __asm__ volatile("" ::: "memory"); }
static void *caller(void *arg) { for (;;) getppid(); }

static void *executor(void *arg)
{
	if (left == 0)
		exit(7);
	sprintf(next, "%d", left - 1);
	execl(self, self, next, NULL);
	exit(9);
}

int main(int argc, char **argv)
{
	self = argv[0];
	left = atoi(argv[1]);
	printf("round %d: %s\n", left, getpid() == syscall(SYS_gettid) ? "leader" : "another");
	fflush(stdout);
	void *(*work[])(void *) = {sleeper, spinner, caller, executor};
	pthread_t threads[4];
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, work[i], NULL);
	if (left % 2)
		pthread_exit(NULL); /* the leader may be a zombie by then */
	pthread_join(threads[3], NULL);
	return 8;
}
