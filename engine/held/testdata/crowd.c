// crowd THREADS CALLS: each thread makes CALLS calls of getsid(0) and prints
// the sum of their results, and the number of errors, in the end.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static int calls;

static void *thread(void *sums)
{
	long *sum = sums;

	for (int i = 0; i < calls; i++) {
		long r = syscall(SYS_getsid, 0);

		if (r < 0)
			sum[1]++;
		else
			sum[0] += r;
	}
	return NULL;
}

int main(int argc, char **argv)
{
	int n = atoi(argv[1]);
	pthread_t *threads = calloc(n, sizeof *threads);
	long (*sums)[2] = calloc(n, sizeof *sums), sum = 0, errors = 0;

	calls = atoi(argv[2]);
	for (int i = 0; i < n; i++)
		if (pthread_create(&threads[i], NULL, thread, sums[i]))
			return 1;
	for (int i = 0; i < n; i++) {
		pthread_join(threads[i], NULL);
		sum += sums[i][0];
		errors += sums[i][1];
	}
	printf("%ld %ld\n", sum, errors);
	return 0;
}
