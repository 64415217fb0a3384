// cc: -static
// Clocks, sleeps and timers.
#include "calls.h"
#include <sys/timex.h>

int main(void) {
	struct timespec ts = {0, 1000}, past = {1000000000, 99999999999}, bad = {-1, 2000000000}, rem, res;
	struct timeval tv, future = {2000000000, 1};
	struct timezone tz = {60, 1};
	long now;
	S(time, &now); S(time, NULL); S(time, BAD); S(gettimeofday, &tv, NULL);
	S(gettimeofday, &tv, &tz); S(gettimeofday, BAD, BAD); S(gettimeofday, NULL, NULL);
	tv = (struct timeval){-1, 5000000}; S(settimeofday, &tv, NULL); S(settimeofday, BAD, &tz);
	tz.tz_minuteswest = 99999; S(settimeofday, NULL, &tz);
	for (int i = 0; i < 13; i++) S(clock_getres, i, &res);
	S(clock_gettime, CLOCK_REALTIME, &ts); S(clock_gettime, CLOCK_MONOTONIC, &ts);
	S(clock_gettime, CLOCK_THREAD_CPUTIME_ID, BAD); S(clock_gettime, 77, &ts);
	S(clock_getres, -1, NULL); S(clock_getres, -6, &res); S(clock_gettime, ~3 << 3 | 3, &ts);
	S(clock_getres, (~1UL << 3) | 2, &res);
	S(clock_settime, CLOCK_REALTIME, &bad); S(clock_settime, CLOCK_MONOTONIC, &past);
	S(clock_settime, 99, BAD);
	ts = (struct timespec){0, 1000};
	S(nanosleep, &ts, NULL); S(nanosleep, &ts, &rem); S(nanosleep, &bad, &rem);
	S(nanosleep, BAD, BAD); S(nanosleep, NULL, NULL);
	S(clock_nanosleep, CLOCK_MONOTONIC, 0, &ts, &rem);
	S(clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, &past, NULL);
	S(clock_nanosleep, CLOCK_TAI, 0, &bad, &rem); S(clock_nanosleep, 99, 7, BAD, BAD);
	S(clock_nanosleep, CLOCK_BOOTTIME, TIMER_ABSTIME, &ts, &rem);
	struct itimerval it = {{1000, 5}, {2000, 0}}, old, zero = {}, wrong = {{-1, 0}, {0, 1000001}};
	for (int i = 0; i < 3; i++) { S(setitimer, i, &it, NULL); S(setitimer, i, &zero, NULL); S(getitimer, i, &old); }
	S(setitimer, ITIMER_REAL, &wrong, &old); S(setitimer, 9, BAD, BAD); S(getitimer, 9, BAD);
	S(setitimer, ITIMER_REAL, NULL, &old);
	int id = 0;
	struct sigevent ev = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1,
		.sigev_value.sival_ptr = (void *)0x1234567};
	struct itimerspec is = {{0, 0}, {1000, 0}}, is0 = {}, ois;
	S(timer_create, CLOCK_MONOTONIC, NULL, &id); S(timer_settime, id, 0, &is, NULL);
	S(timer_settime, id, TIMER_ABSTIME, &is0, &ois); S(timer_gettime, id, &ois);
	S(timer_getoverrun, id); S(timer_delete, id); S(timer_delete, 999);
	S(timer_create, CLOCK_REALTIME, &ev, &id); S(timer_delete, id); ev.sigev_notify = SIGEV_NONE;
	S(timer_create, CLOCK_REALTIME, &ev, &id); ev.sigev_notify = SIGEV_THREAD;
	S(timer_create, CLOCK_BOOTTIME, &ev, &id); ev.sigev_notify = SIGEV_THREAD_ID;
	ev._sigev_un._tid = 99999999; S(timer_create, CLOCK_MONOTONIC, &ev, &id); ev.sigev_notify = 77;
	ev.sigev_signo = 100; S(timer_create, 88, &ev, BAD); S(timer_create, 0, BAD, &id);
	S(timer_settime, 999, 3, BAD, BAD); S(timer_gettime, 999, BAD); S(timer_getoverrun, -1);
	S(timer_settime, 0, 0, NULL, NULL);
	struct timex tx = {.modes = 0};
	S(adjtimex, &tx); tx.modes = 0x4000; tx.tick = 5; S(adjtimex, &tx); S(adjtimex, BAD);
	tx.modes = 0; S(clock_adjtime, CLOCK_REALTIME, &tx); tx.modes = ADJ_SETOFFSET;
	tx.time.tv_usec = -5; S(clock_adjtime, CLOCK_REALTIME, &tx); tx.modes = 0;
	S(clock_adjtime, 99, &tx); S(clock_adjtime, CLOCK_MONOTONIC, BAD);
	return 0;
}
