/* Threads and processes, one after the other: what strace -f is for. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void on_usr2(int sig)
{
	(void)sig;
	syscall(SYS_getuid);
}

static void *work(void *arg)
{
	int fd = open("/dev/null", O_WRONLY);
	if (write(fd, "thread", 6) != 6)
		return arg;
	close(fd);
	syscall(SYS_getppid);
	return NULL;
}

static void in_thread(void)
{
	pthread_t t;
	pthread_create(&t, NULL, work, NULL);
	pthread_join(t, NULL);
}

static int child(int depth)
{
	int st = 0;
	syscall(SYS_getppid);
	in_thread();
	pid_t pid = depth ? fork() : vfork();
	if (pid == 0) {
		if (depth)
			_exit(child(depth - 1));
		execl("/bin/true", "true", NULL);
		_exit(99);
	}
	waitpid(pid, &st, 0);
	return WEXITSTATUS(st) + 1;
}

int main(void)
{
	signal(SIGUSR2, on_usr2);
	in_thread();
	raise(SIGUSR2);
	int levels = child(3);
	printf("levels %d\n", levels);
	return levels;
}
