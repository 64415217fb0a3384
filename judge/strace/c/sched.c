// cc: -static
// Scheduling.
#include "calls.h"

int main(void) {
	struct { int priority; } p = {0}, one = {1}, many = {-5};
	struct timespec ts;
	unsigned long mask[16] = {3}, odd[2] = {0x5, 0x8000000000000000}, none[1] = {0};
	S(sched_yield); S(sched_getscheduler, 0); S(sched_getscheduler, -1);
	S(sched_setscheduler, 0, 3, &p); S(sched_setscheduler, 0, SCHED_FIFO, &many);
	S(sched_setscheduler, 0, 5, &p); 
	S(sched_setscheduler, -1, 77, BAD); S(sched_getscheduler, 0); S(sched_setscheduler, 0, 0, &p);
	S(sched_getparam, 0, &p); S(sched_getparam, -1, BAD); S(sched_setparam, 0, &p);
	S(sched_setparam, 0, &one); S(sched_setparam, 99999999, BAD);
	for (int i = 0; i < 7; i++) { S(sched_get_priority_max, i); S(sched_get_priority_min, i); }
	S(sched_rr_get_interval, 0, &ts); S(sched_rr_get_interval, -1, BAD);
	S(sched_getaffinity, 0, sizeof mask, mask); S(sched_getaffinity, 0, 3, mask);
	S(sched_getaffinity, -1, 8, BAD); S(sched_setaffinity, 0, 8, mask);
	S(sched_setaffinity, 0, 16, odd); S(sched_setaffinity, 0, 8, none);
	S(sched_setaffinity, 0, 0, mask); S(sched_setaffinity, 0, 8, BAD);
	S(sched_setaffinity, 0, 128, mask);
	struct { uint32_t size, policy; uint64_t flags; int32_t nice; uint32_t priority; uint64_t runtime,
		deadline, period; uint32_t min, max; uint64_t more; } a = {.size = 48};
	S(sched_getattr, 0, &a, 48, 0); S(sched_getattr, 0, &a, 56, 0); S(sched_getattr, 0, &a, 20, 0);
	S(sched_getattr, -1, BAD, 48, 5); S(sched_setattr, 0, &a, 0); a.size = 56; a.min = 1;
	a.max = 1024; a.flags = 0x1 | 0x20; S(sched_setattr, 0, &a, 0); a.size = 3;
	S(sched_setattr, 0, &a, 7); a.size = 48; a.policy = 6; a.runtime = 1; a.flags = 0x87;
	S(sched_setattr, 0, &a, 0); a.size = 200; S(sched_setattr, -1, &a, 0);
	S(sched_setattr, 0, BAD, 0); a.size = 0; a.policy = 99; S(sched_setattr, 0, &a, 0); a.size = 64;
	a.policy = 0; a.flags = 0x40; S(sched_setattr, 0, &a, 0);
	return 0;
}
