// cc: -static -pthread
// Threads, one after another, that make calls, take signals and execute.
#include "calls.h"
#include <linux/futex.h>
#include <pthread.h>

static int lock, done;

// begin lets the thread that made this one come to where it waits for it.
static void begin(void) {
	struct timespec ts = {0, 100000000};
	S(nanosleep, &ts, NULL);
}

static void *work(void *arg) {
	begin();
	S(gettid);
	S(getpid);
	S(futex, &done, FUTEX_WAKE_PRIVATE, 1);
	return NULL;
}

static void *replace(void *arg) {
	begin();
	char *argv[] = {"true", NULL};
	S(execve, "/bin/true", argv, argv);
	return NULL;
}

static void *leave(void *arg) {
	begin();
	S(exit_group, 3);
	return NULL;
}

int main(void) {
	pthread_t t;
	for (int i = 0; i < 3; i++) {
		pthread_create(&t, NULL, work, NULL);
		pthread_join(t, NULL);
	}
	if (S(fork) == 0) {
		pthread_create(&t, NULL, leave, NULL);
		pthread_join(t, NULL);
	}
	S(wait4, -1, NULL, 0, NULL);
	pthread_create(&t, NULL, replace, NULL);
	pthread_join(t, NULL);
	return 0;
}
