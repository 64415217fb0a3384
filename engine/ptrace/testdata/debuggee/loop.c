/* Runs until it is told to end, making the same calls again and again. */
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

volatile int rounds, leave;

static void on_term(int sig)
{
	leave = sig;
}

void beat(void)
{
	rounds++;
	syscall(SYS_getppid);
}

int main(void)
{
	signal(SIGTERM, on_term);
	printf("%d\n", (int)getpid());
	fflush(stdout);
	while (!leave) {
		struct timespec t = {0, 2000000};
		beat();
		nanosleep(&t, NULL);
	}
	printf("left by signal %d\n", leave);
	return 4;
}
