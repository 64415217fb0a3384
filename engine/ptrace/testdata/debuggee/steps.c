/* Something for a debugger to stop in: calls, a loop, a signal, children. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int total;
volatile int handled;
static const char *words[] = {"one", "two", "three"};

static void on_usr1(int sig)
{
	handled = sig;
}

int square(int n)
{
	int r = n * n;
	return r;
}

int sum(int n)
{
	int s = 0;
	for (int i = 1; i <= n; i++)
		s += square(i);
	return s;
}

int fact(int n)
{
	if (n <= 1)
		return 1;
	return n * fact(n - 1);
}

static void has_child(int code)
{
	int st;
	pid_t pid = fork();
	if (pid == 0) {
		total += 100;
		_exit(code);
	}
	waitpid(pid, &st, 0);
	printf("child exited %d\n", WEXITSTATUS(st));
}

static void has_program(void)
{
	int st;
	pid_t pid = vfork();
	if (pid == 0) {
		execl("/bin/true", "true", NULL);
		_exit(99);
	}
	waitpid(pid, &st, 0);
	printf("program exited %d\n", WEXITSTATUS(st));
}

int main(int argc, char **argv)
{
	signal(SIGUSR1, on_usr1);
	total = sum(3);
	printf("total %d\n", total);
	total = fact(4);
	printf("fact %d of %s\n", total, words[1]);
	raise(SIGUSR1);
	printf("handled %d\n", handled);
	has_child(7);
	has_program();
	fflush(stdout);
	if (argc > 1 && !strcmp(argv[1], "crash"))
		*(volatile int *)8 = 1;
	if (argc > 1 && !strcmp(argv[1], "exec"))
		execl("/bin/echo", "echo", "executed", NULL);
	return 3;
}
