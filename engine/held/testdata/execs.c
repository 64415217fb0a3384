// execs: a thread calls getsid; on SIGUSR1 the process executes another program.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *thread(void *unused)
{
	syscall(SYS_getsid, 0);
	return NULL;
}

int main(void)
{
	pthread_t t;
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	if (pthread_create(&t, NULL, thread, NULL))
		return 1;
	sigwait(&set, &sig);
	execl("/bin/echo", "echo", "executed", (char *)NULL);
	return 1;
}
