// blocked KIND MS: blocks in one system call for MS milliseconds, by the call's
// own timeout or until a child wakes it, and reports "RESULT ERRNO MICROSECONDS
// MICROSECONDS-WAITED-FOR-A-CPU", the last with the waker's.
// Before it blocks it prints "ready".
#define _GNU_SOURCE
#include <errno.h>
#include <linux/aio_abi.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int ms;
static int64_t now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}
static void handler(int s) { (void)s; }
static volatile uint32_t *word;	// futex word; then how late the waker was, in us
static void nap(int64_t start) {
	int64_t end = start + ms * 1000LL;
	while (now() < end) usleep(end - now());
	word[1] = now() - end;
}
static pid_t child;
#define LATER(what) if ((child = fork()) == 0) { nap(now()); what; _exit(0); }

int main(int argc, char **argv) {
	const char *k = argv[1];
	ms = atoi(argv[2]);
	int handle = argc > 3;	// SIGUSR1 with a handler, without SA_RESTART
	struct sigaction sa = {.sa_handler = handler};
	sigaction(SIGUSR1, &sa, 0);
	struct timespec ts = {ms / 1000, ms % 1000 * 1000000L}, keep = ts;
	struct timeval tv = {ms / 1000, ms % 1000 * 1000};
	int fds[2], q = 0;
	char c;
	pipe(fds);
	struct pollfd pf = {fds[0], POLLIN, 0};
	int ep = epoll_create1(0);
	struct epoll_event ev = {EPOLLIN, {0}};
	epoll_ctl(ep, EPOLL_CTL_ADD, fds[0], &ev);
	word = mmap(0, 4096, 3, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	aio_context_t ctx = 0;
	struct io_event ioev;
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof in;
	int s = socket(AF_INET, SOCK_STREAM, 0);
	bind(s, (void *)&in, sizeof in);
	listen(s, 1);
	getsockname(s, (void *)&in, &len);
	if (!strcmp(k, "msgrcv")) q = msgget(IPC_PRIVATE, 0600);
	if (!strncmp(k, "sem", 3)) q = semget(IPC_PRIVATE, 1, 0600);
	syscall(SYS_io_setup, 4, &ctx);
	struct { long t; char b[8]; } m = {1, ""};
	struct sembuf down = {0, -1, 0}, up = {0, 1, 0};
	long r = -2;
	pid_t me = getpid();

	if (!strcmp(k, "read")) LATER(write(fds[1], "x", 1))
	if (!strcmp(k, "futex")) LATER(*word = 1; syscall(SYS_futex, word, FUTEX_WAKE, 1))
	if (!strcmp(k, "wait4")) LATER()
	if (!strcmp(k, "accept")) LATER(int d = socket(AF_INET, SOCK_STREAM, 0); connect(d, (void *)&in, len); sleep(1))
	if (!strcmp(k, "msgrcv")) LATER(msgsnd(q, &m, 1, 0))
	if (!strcmp(k, "semop")) LATER(semop(q, &up, 1))
	if (!strcmp(k, "pause") || handle) LATER(kill(me, SIGUSR1))
	printf("ready %d\n", me);
	fflush(stdout);

	int64_t start = now();
	if (!strcmp(k, "read")) r = read(fds[0], &c, 1);
	if (!strcmp(k, "nanosleep")) r = syscall(SYS_nanosleep, &ts, &ts);
	if (!strcmp(k, "clock_nanosleep")) r = syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &ts, &ts);
	if (handle) ms = 60000, tv.tv_sec = ts.tv_sec = 60;
	if (!strcmp(k, "poll")) r = syscall(SYS_poll, &pf, 1, ms);
	if (!strcmp(k, "ppoll")) r = syscall(SYS_ppoll, &pf, 1, &ts, 0, 8);
	if (!strcmp(k, "select")) r = syscall(SYS_select, 0, 0, 0, 0, &tv);
	if (!strcmp(k, "epoll_wait")) r = syscall(SYS_epoll_wait, ep, &ev, 1, ms);
	if (!strcmp(k, "epoll_pwait2")) r = syscall(441, ep, &ev, 1, &ts, 0, 8);
	if (!strcmp(k, "futex")) r = syscall(SYS_futex, word, FUTEX_WAIT, 0, 0);
	if (!strcmp(k, "futex_timeout")) r = syscall(SYS_futex, word, FUTEX_WAIT, 0, &ts);
	if (!strcmp(k, "wait4")) r = wait4(child, 0, 0, 0) > 0 ? 0 : -1;
	if (!strcmp(k, "sigtimedwait")) r = syscall(SYS_rt_sigtimedwait, &set, 0, &ts, 8);
	if (!strcmp(k, "accept")) r = accept(s, 0, 0) > 0 ? 0 : -1;
	if (!strcmp(k, "msgrcv")) r = msgrcv(q, &m, 8, 0, 0);
	if (!strcmp(k, "semop")) r = semop(q, &down, 1);
	if (!strcmp(k, "semtimedop")) r = semtimedop(q, &down, 1, &ts);
	if (!strcmp(k, "io_getevents")) r = syscall(SYS_io_getevents, ctx, 1, 1, &ioev, &ts);
	if (!strcmp(k, "pause")) r = pause();
	int e = errno;
	int64_t took = now() - start;
	if (!handle && (!strcmp(k, "sigtimedwait") || !strcmp(k, "epoll_pwait2") || !strcmp(k, "semtimedop") || !strcmp(k, "io_getevents")) && memcmp(&ts, &keep, sizeof ts)) e = 9999;	// the program's own memory was changed
	if (!strcmp(k, "msgrcv")) msgctl(q, IPC_RMID, 0);
	if (!strncmp(k, "sem", 3)) semctl(q, 0, IPC_RMID);
	// How long it waited for a CPU, in ns: what a busy machine adds.
	long long ran, waited = 0;
	FILE *f = fopen("/proc/self/schedstat", "r");
	if (f) fscanf(f, "%lld %lld", &ran, &waited);
	printf("%ld %d %lld %lld\n", r, r < 0 ? e : 0, (long long)took, waited / 1000 + word[1]);
	return 0;
}
