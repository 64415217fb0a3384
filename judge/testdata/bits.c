/* Prints what it is, meets signals, children and sleeps. With argument exec it
   executes itself, or the program that follows, and is executed by it again. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void handler(int sig) { write(1, "signal\n", 7); }

int main(int argc, char **argv)
{
	printf("%d bits\n", (int)sizeof(void *) * 8);
	fflush(stdout);
	if (argc == 2 && !strcmp(argv[1], "exec"))
		execl(argv[0], argv[0], "last", NULL);
	if (argc == 3 && !strcmp(argv[1], "exec"))
		execl(argv[2], argv[2], "back", argv[0], NULL);
	if (argc == 3 && !strcmp(argv[1], "back"))
		execl(argv[2], argv[2], "last", NULL);

	signal(SIGUSR1, handler);
	raise(SIGUSR1);
	struct stat st;
	printf("%d %d\n", stat("/etc/passwd", &st), (int)st.st_size);
	fflush(stdout);
	int status;
	if (!fork()) {
		execl("/bin/echo", "echo", "from a child", NULL);
		_exit(9);
	}
	wait(&status);
	printf("child %d\n", status);
	fflush(stdout);
	if (!fork()) {
		kill(getpid(), SIGTERM);
		pause();
	}
	wait(&status);
	printf("child %d\n", status);
	struct timespec t = {0, 10000000};
	printf("%d %d\n", malloc(1 << 22) != NULL, nanosleep(&t, NULL));
	fflush(stdout);
	if (!strcmp(argv[1], "abort"))
		abort();
	return 42;
}
