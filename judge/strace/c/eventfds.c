// cc: -static
// eventfd, signalfd, timerfd.
#include "calls.h"
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

int main(void) {
	uint64_t one = 1, got, mask = (1 << (SIGUSR1 - 1)) | (1 << (SIGINT - 1));
	struct signalfd_siginfo si;
	int e = S(eventfd2, 3, EFD_CLOEXEC | EFD_SEMAPHORE | EFD_NONBLOCK); S(eventfd, 0);
	S(eventfd2, -1, 5); S(write, e, &one, 8); S(read, e, &got, 8); S(read, e, &got, 4);
	S(rt_sigprocmask, SIG_BLOCK, &mask, NULL, 8);
	int s = S(signalfd4, -1, &mask, 8, SFD_CLOEXEC | SFD_NONBLOCK); S(signalfd, s, &mask, 8);
	S(signalfd4, 99, BAD, 8, 5); S(signalfd, -1, &mask, 3); S(signalfd4, s, NULL, 8, 0);
	S(kill, getpid(), SIGUSR1); S(lseek, s, 0, SEEK_SET);
	struct itimerspec t = {{0, 0}, {0, 1}}, far = {{1, 5}, {1000, 0}}, bad = {{-1, 0}, {0, 1000000000}}, old;
	int f = S(timerfd_create, CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	S(timerfd_create, CLOCK_REALTIME, 0); S(timerfd_create, 77, 5);
	S(timerfd_create, CLOCK_BOOTTIME_ALARM, TFD_CLOEXEC); S(timerfd_settime, f, 0, &far, &old);
	S(timerfd_settime, f, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &t, NULL);
	S(read, f, &got, 8); S(timerfd_gettime, f, &old); S(timerfd_settime, f, 0x80, &bad, &old);
	S(timerfd_settime, -1, 0, BAD, BAD); S(timerfd_gettime, -1, BAD); S(timerfd_gettime, f, BAD);
	S(timerfd_settime, f, 0, NULL, NULL); S(ioctl, f, _IOW('T', 0, uint64_t), &one);
	return 0;
}
