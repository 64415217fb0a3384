// vfork MS: a parent that waits in vfork while its child, which neither execs
// nor ends, sleeps for MS milliseconds. Before, it prints "ready", and after
// "child" and the wait status; it ends with its standard input.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
	int ms = atoi(argv[1]), status;
	struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
	printf("ready\n");
	fflush(stdout);
	pid_t pid = vfork();
	if (pid == 0) {
		syscall(SYS_nanosleep, &t, 0);
		syscall(SYS_exit, 7);
	}
	if (waitpid(pid, &status, 0) != pid) return 1;
	printf("child %d\n", status);
	fflush(stdout);
	return getchar() != EOF;
}
