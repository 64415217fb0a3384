/* Says that it runs and that it has been continued, and waits. */
#include <signal.h>
#include <unistd.h>

static void continued(int sig) { write(1, "continued\n", 10); }

int main(void)
{
	struct sigaction action = {.sa_handler = continued, .sa_flags = SA_RESTART};
	sigaction(SIGCONT, &action, NULL);
	write(1, "runs\n", 5);
	for (;;)
		pause();
}
