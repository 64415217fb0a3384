// cc: -static
// Futexes.
#include "calls.h"
#include <linux/futex.h>

struct waitv { uint64_t val, uaddr; uint32_t flags, reserved; };

int main(void) {
	int f = 1, g = 2;
	struct timespec ts = {0, 1000}, bad = {-1, 0}, past = {1, 0};
	S(futex, &f, FUTEX_WAIT, 0, NULL); S(futex, &f, FUTEX_WAIT_PRIVATE, 1, &ts);
	S(futex, &f, FUTEX_WAIT | FUTEX_CLOCK_REALTIME, 0, &bad); S(futex, &f, FUTEX_WAIT, 1, BAD);
	S(futex, &f, FUTEX_WAKE, 1); S(futex, &f, FUTEX_WAKE_PRIVATE, INT_MAX);
	S(futex, BAD, FUTEX_WAKE, -1); S(futex, &f, FUTEX_FD, SIGUSR1);
	S(futex, &f, FUTEX_REQUEUE, 1, 2, &g); S(futex, &f, FUTEX_CMP_REQUEUE_PRIVATE, 1, 2, &g, 1);
	S(futex, &f, FUTEX_CMP_REQUEUE, 1, 2, &g, 5);
	S(futex, &f, FUTEX_WAKE_OP, 1, 1, &g, FUTEX_OP(FUTEX_OP_ADD, 1, FUTEX_OP_CMP_GT, 3));
	S(futex, &f, FUTEX_WAKE_OP_PRIVATE, 1, 1, &g, FUTEX_OP(FUTEX_OP_SET | 8, 3, FUTEX_OP_CMP_EQ, 0));
	S(futex, &f, FUTEX_WAKE_OP, 1, 1, &g, 0x77777777);
	S(futex, &f, FUTEX_WAKE_OP, 1, 1, &g, 0xffffffff);
	S(futex, &f, FUTEX_LOCK_PI, 0, &bad); S(futex, &f, FUTEX_TRYLOCK_PI);
	S(futex, &f, FUTEX_UNLOCK_PI_PRIVATE);
	S(futex, &f, FUTEX_WAIT_BITSET, 0, &past, NULL, FUTEX_BITSET_MATCH_ANY);
	S(futex, &f, FUTEX_WAIT_BITSET_PRIVATE | FUTEX_CLOCK_REALTIME, 1, &past, NULL, -1);
	S(futex, &f, FUTEX_WAKE_BITSET, 1, NULL, NULL, 0x5);
	S(futex, &f, FUTEX_WAIT_REQUEUE_PI, 0, &past, &g);
	S(futex, &f, FUTEX_CMP_REQUEUE_PI, 1, 2, &g, 7); S(futex, &f, 13 /* LOCK_PI2 */, 0, &bad);
	S(futex, &f, 77, 1, 2, 3, 4); S(futex, &f, FUTEX_WAIT | 0x200, 0, &past);
	S(futex, NULL, FUTEX_LOCK_PI | 128 | 256, 1, NULL);
	for (int op = FUTEX_WAIT; op <= FUTEX_CMP_REQUEUE_PI; op++) // unreadable, so none waits
		S(futex, BAD, op | FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME, 1, BAD, WILD, 0x1234567);
	S(futex, BAD, 14, 1, 2, 3, 4); S(futex, BAD, FUTEX_WAKE | 0x400, 1);
	struct waitv w[2] = {{5, (uintptr_t)&f, 2 | 128}, {2, (uintptr_t)&g, 0x2}};
	S(futex_waitv, w, 2, 0, &past, CLOCK_MONOTONIC); S(futex_waitv, w, 1, 1, NULL, 7);
	S(futex_waitv, BAD, 200, 0, BAD, CLOCK_REALTIME); w[1].reserved = 1; w[1].flags = 0x7f;
	S(futex_waitv, w, 2, 0, NULL, 0); S(futex_waitv, NULL, 0, 0, NULL, 0);
	return 0;
}
