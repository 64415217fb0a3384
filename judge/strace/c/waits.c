// cc: -static
// epoll, poll and select.
#include "calls.h"
#include <sys/epoll.h>

int main(void) {
	int p[2];
	struct timespec ts = {0, 1000}, bad = {-1, 0}, long_ = {5, 0};
	struct timeval tv = {0, 1000};
	uint64_t mask = 1 << (SIGUSR1 - 1);
	S(pipe, p);
	int e = S(epoll_create1, EPOLL_CLOEXEC); S(epoll_create1, 5); S(epoll_create, 10);
	S(epoll_create, -1);
	struct epoll_event ev = {EPOLLIN | EPOLLET | EPOLLRDHUP, {.u64 = 0x1234567890}}, out[4],
		odd = {EPOLLONESHOT | EPOLLEXCLUSIVE | EPOLLWAKEUP | 0x8000000, {.u32 = 5}};
	S(epoll_ctl, e, EPOLL_CTL_ADD, p[0], &ev); S(epoll_ctl, e, EPOLL_CTL_ADD, p[0], &ev);
	S(epoll_ctl, e, EPOLL_CTL_ADD, p[1], &odd); odd.events = EPOLLOUT;
	S(epoll_ctl, e, EPOLL_CTL_ADD, p[1], &odd); S(epoll_ctl, e, EPOLL_CTL_MOD, p[0], &ev);
	S(epoll_ctl, e, 77, -1, BAD); S(epoll_ctl, -1, EPOLL_CTL_DEL, 5, NULL);
	S(epoll_ctl, e, EPOLL_CTL_DEL, 500, &ev);
	S(epoll_wait, e, out, 4, 0); S(write, p[1], "x", 1); S(epoll_wait, e, out, 4, -1);
	S(epoll_wait, e, out, 1, 100); S(epoll_wait, e, BAD, 4, 0); S(epoll_wait, -1, out, -1, 5);
	S(epoll_ctl, e, EPOLL_CTL_DEL, p[1], NULL); S(epoll_wait, e, out, 4, 1);
	S(epoll_pwait, e, out, 4, 0, &mask, 8); S(epoll_pwait, e, out, 4, 0, NULL, 8);
	S(epoll_pwait, -1, BAD, 4, 0, BAD, 5); S(epoll_pwait2, e, out, 4, &ts, NULL, 0);
	S(epoll_pwait2, e, out, 4, &bad, &mask, 8); S(epoll_pwait2, e, out, 4, NULL, &mask, 3);
	S(epoll_pwait2, -1, BAD, 0, BAD, NULL, 0);
	struct pollfd f[3] = {{p[0], POLLIN | POLLPRI}, {p[1], POLLOUT | POLLRDHUP | 0x4000}, {-1, 0}},
		none[1] = {{99, POLLIN}}, many[40];
	S(poll, f, 3, -1); S(poll, f + 2, 1, 0); S(poll, none, 1, 5); S(poll, f, 0, 0);
	S(poll, NULL, 0, 1); S(poll, BAD, 3, 0); S(poll, f, 2000000, 0);
	for (int i = 0; i < 40; i++) many[i] = (struct pollfd){p[0], POLLIN}; S(poll, many, 40, 0);
	S(ppoll, f, 3, &long_, NULL, 0); S(ppoll, f + 2, 1, &ts, &mask, 8);
	S(ppoll, f, 1, NULL, &mask, 8); S(ppoll, f, 1, &bad, BAD, 5); S(ppoll, BAD, -1, BAD, BAD, 8);
	fd_set r, w, x; FD_ZERO(&r); FD_ZERO(&w); FD_ZERO(&x); FD_SET(p[0], &r); FD_SET(p[1], &w);
	FD_SET(0, &w);
	S(select, p[1] + 1, &r, &w, &x, NULL); FD_SET(p[0], &r);
	S(select, p[0] + 1, &r, NULL, NULL, &tv); FD_ZERO(&r); S(select, 5, &r, &r, &r, &tv);
	S(select, 0, NULL, NULL, NULL, &tv); S(select, -1, BAD, NULL, NULL, BAD); FD_SET(900, &r);
	S(select, 1024, &r, NULL, NULL, &tv); S(select, 3, BAD, NULL, NULL, NULL);
	struct { void *m; size_t l; } sig = {&mask, 8}, sig5 = {BAD, 5}; FD_ZERO(&r); FD_SET(p[0], &r);
	S(pselect6, p[0] + 1, &r, NULL, NULL, &ts, &sig); S(pselect6, 0, NULL, NULL, NULL, &ts, NULL);
	S(pselect6, 0, NULL, NULL, NULL, &bad, &sig5); S(pselect6, 0, NULL, NULL, NULL, BAD, BAD);
	sig.m = NULL; long_ = (struct timespec){5, 0};
	S(pselect6, 5, &r, &w, &x, &long_, &sig);
	return 0;
}
