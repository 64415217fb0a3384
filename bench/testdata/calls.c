// calls N: makes N getppid calls and prints ns for each.
// calls N IDLE: the same beside IDLE child processes that only sleep, and after
// "ready", printed when they do, at the first line of input.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void idle(int ready) {
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (write(ready, "", 1) != 1) _exit(1);
	for (;;) pause();
}

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(int argc, char **argv) {
	long n = atol(argv[1]);
	if (argc > 2) {
		int ready[2];
		char c;
		if (pipe(ready)) return 1;
		for (long i = atol(argv[2]); i > 0; i--) {
			pid_t pid = fork();
			if (pid == 0) idle(ready[1]);
			if (pid < 0 || read(ready[0], &c, 1) != 1) {
				perror("fork");
				return 1;
			}
		}
		printf("ready\n");
		fflush(stdout);
		if (getchar() < 0) return 1;
	}
	double start = now();
	for (long i = 0; i < n; i++) syscall(SYS_getppid);
	printf("%.1f\n", (now() - start) / n);
	fflush(stdout);
	_exit(0);
}
