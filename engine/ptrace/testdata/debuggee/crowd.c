/* Fifty processes, ten of which have twenty threads each; all ends are checked. */
#include <pthread.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES = 50, THREADED = 10, THREADS = 20 };

static void *work(void *arg)
{
	for (int i = 0; i < 3; i++)
		syscall(SYS_getppid);
	return arg;
}

static int member(int i)
{
	pthread_t t[THREADS];
	if (i < THREADED) {
		for (int j = 0; j < THREADS; j++)
			pthread_create(&t[j], NULL, work, NULL);
		for (int j = 0; j < THREADS; j++)
			pthread_join(t[j], NULL);
	}
	work(NULL);
	return i;
}

int main(void)
{
	int st, wrong = 0, ended = 0;
	pid_t pid[PROCESSES];
	for (int i = 0; i < PROCESSES; i++)
		if ((pid[i] = fork()) == 0)
			_exit(member(i));
	pid_t got;
	while ((got = wait(&st)) > 0) {
		int i = 0;
		while (i < PROCESSES && pid[i] != got)
			i++;
		if (i == PROCESSES || !WIFEXITED(st) || WEXITSTATUS(st) != i)
			wrong++;
		ended++;
	}
	printf("ended %d, wrong %d\n", ended, wrong);
	return wrong != 0;
}
