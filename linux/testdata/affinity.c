// affinity N: calls getppid N times, and looks at its own affinity, at that of a
// thread that sleeps and at that of one that makes calls as fast as it can all the
// while, by calls and in /proc; changes its own now and then, and has children which look
// at what they have inherited. Prints how often what it saw was not what it had set.
// affinity spin: calls getppid a thousand times and then computes. affinity call: calls
// it until it is killed.
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static cpu_set_t all, one, *mine = &all;
static volatile int over;
static atomic_long wrong;

static void look(pid_t tid, cpu_set_t *want) {
	cpu_set_t got;
	CPU_ZERO(&got);
	sched_getaffinity(tid, sizeof got, &got);
	if (!CPU_EQUAL(&got, want)) wrong++;
}

static void status(pid_t tid, cpu_set_t *want) {
	char path[64], line[4096];
	int count = 0;
	snprintf(path, sizeof path, "/proc/self/task/%d/status", tid);
	FILE *f = fopen(path, "r");
	while (fgets(line, sizeof line, f))
		if (!strncmp(line, "Cpus_allowed:", 13))
			for (char *p = line + 13; *p; p++)
				if (strchr("0123456789abcdef", *p))
					count += __builtin_popcount(strtol((char[]){*p, 0}, 0, 16));
	fclose(f);
	if (count != CPU_COUNT(want)) wrong++;
}

static volatile pid_t asleep, busy;

static void *sleeper(void *arg) {
	asleep = syscall(SYS_gettid);
	while (!over) usleep(100);
	look(0, &all);
	return 0;
}

static void *caller(void *arg) {
	busy = syscall(SYS_gettid);
	while (!over) syscall(SYS_getppid);
	look(0, &all);
	return 0;
}

static void *looker(void *want) {
	look(0, want);
	return 0;
}

static void child(char *path) {
	int status;
	pid_t pid = fork();
	if (!pid) {
		look(0, mine);
		if (!wrong) execl(path, path, CPU_COUNT(mine) == 1 ? "one" : "all", NULL);
		_exit(1);
	}
	waitpid(pid, &status, 0);
	if (status) wrong++;
	pthread_t t;
	pthread_create(&t, 0, looker, mine);
	pthread_join(t, 0);
}

int main(int argc, char **argv) {
	pthread_t t[2];
	sched_getaffinity(0, sizeof all, &all);
	if (!strcmp(argv[1], "one")) return CPU_COUNT(&all) != 1;
	if (!strcmp(argv[1], "all")) return CPU_COUNT(&all) == 1;
	if (!strcmp(argv[1], "spin")) {
		for (int i = 0; i < 1000; i++) syscall(SYS_getppid);
		for (;;) asm volatile("");
	}
	while (!strcmp(argv[1], "call")) syscall(SYS_getppid);
	pid_t self = getpid();
	for (int cpu = 0; CPU_COUNT(&one) == 0; cpu++)
		if (CPU_ISSET(cpu, &all)) CPU_SET(cpu, &one);
	pthread_create(t, 0, sleeper, 0);
	pthread_create(t + 1, 0, caller, 0);
	while (!asleep || !busy) sched_yield();
	for (long i = 0, n = atol(argv[1]); i < n; i++) {
		syscall(SYS_getppid);
		if (i % 10 == 0) status(self, mine);
		if (i % 10 == 5) status(busy, &all);
		if (i % 100 == 0) {
			look(0, mine);
			look(asleep, &all);
			look(busy, &all);
		}
		if (i % 250 == 0) child(argv[0]);
		if (i % 500 == 499) {
			mine = mine == &all ? &one : &all;
			sched_setaffinity(0, sizeof *mine, mine);
		}
	}
	over = 1;
	pthread_join(t[0], 0);
	pthread_join(t[1], 0);
	printf("%ld\n", wrong);
	return 0;
}
