// pingpong N: two threads wake each other N times by futex.
#include <linux/futex.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static volatile int turn;
static long rounds;

static void play(int me) {
	for (long i = 0; i < rounds; i++) {
		while (turn != me) syscall(SYS_futex, &turn, FUTEX_WAIT_PRIVATE, !me, 0, 0, 0);
		turn = !me;
		syscall(SYS_futex, &turn, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
	}
}

static void *second(void *arg) {
	play(1);
	return 0;
}

int main(int argc, char **argv) {
	pthread_t t;
	rounds = atol(argv[1]);
	pthread_create(&t, 0, second, 0);
	play(0);
	pthread_join(t, 0);
	return 0;
}
