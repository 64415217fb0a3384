// affinity N: calls getppid N times, and looks at its own affinity and at that
// of a second thread all the while, by calls and in /proc; changes its own now
// and then. Prints how often what it saw was not what it had set.
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static cpu_set_t all, one, *mine = &all;
static volatile int over;
static long wrong;

static void look(pid_t tid, cpu_set_t *want) {
	cpu_set_t got;
	CPU_ZERO(&got);
	sched_getaffinity(tid, sizeof got, &got);
	if (!CPU_EQUAL(&got, want)) wrong++;
}

static void status(cpu_set_t *want) {
	char line[4096];
	int count = 0;
	FILE *f = fopen("/proc/thread-self/status", "r");
	while (fgets(line, sizeof line, f))
		if (!strncmp(line, "Cpus_allowed:", 13))
			for (char *p = line + 13; *p; p++)
				if (strchr("0123456789abcdef", *p))
					count += __builtin_popcount(strtol((char[]){*p, 0}, 0, 16));
	fclose(f);
	if (count != CPU_COUNT(want)) wrong++;
}

static pid_t other;

static void *second(void *arg) {
	other = syscall(SYS_gettid);
	while (!over) usleep(100);
	look(0, &all);
	return 0;
}

int main(int argc, char **argv) {
	pthread_t t;
	sched_getaffinity(0, sizeof all, &all);
	for (int cpu = 0; CPU_COUNT(&one) == 0; cpu++)
		if (CPU_ISSET(cpu, &all)) CPU_SET(cpu, &one);
	pthread_create(&t, 0, second, 0);
	while (!*(volatile pid_t *)&other) sched_yield();
	for (long i = 0, n = atol(argv[1]); i < n; i++) {
		syscall(SYS_getppid);
		if (i % 10 == 0) status(mine);
		if (i % 100 == 0) {
			look(0, mine);
			look(other, &all);
		}
		if (i % 500 == 499) {
			mine = mine == &all ? &one : &all;
			sched_setaffinity(0, sizeof *mine, mine);
		}
	}
	over = 1;
	pthread_join(t, 0);
	printf("%ld\n", wrong);
	return 0;
}
