/* Library calls for ltrace. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	int st;
	char *s = strdup("library");
	printf("%zu\n", strlen(s));
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0)
		_exit(atoi("6"));
	waitpid(pid, &st, 0);
	free(s);
	puts(getenv("NOT_THERE") ? "there" : "not there");
	return WEXITSTATUS(st);
}
