// steady MODE: makes calls with every register set, and reports the first one
// that does not come back as it was. rax, rcx and r11 are the call's.
//   call N   N times getppid by syscall, checked; prints "ready" first if N is
//            0, and goes on until SIGUSR2
//   int N    N times getppid by int $0x80, checked
//   spin     computes in registers until SIGUSR2, checked; prints "ready" first
//   nap MS   nanosleep, then "slept MICROSECONDS RESULT"
// SIGUSR1 has a handler that counts. At the end: "ok RESULT HANDLED".
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t handled, stop;
static void count(int s) { handled++; }
static void halt(int s) { stop = 1; }

// The values that the registers hold, and what is found in them after.
static uint64_t want[12] = {0x101, 0x202, 0x303, 0x404, 0x505, 0x606, 0x707, 0x808, 0x909, 0xa0a, 0xb0b, 0xc0c};
static uint64_t got[12];

static long checked(long nr, int compat) {
	long r;
	uint64_t *into = got, mode = compat;
	asm volatile(
		"push %%rbp\n push %%rbx\n push %%r12\n push %%r13\n push %%r14\n push %%r15\n"
		"push %2\n push %1\n"
		"mov %0, %%rax\n"
		"mov $0x101, %%rdi\n mov $0x202, %%rsi\n mov $0x303, %%rdx\n mov $0x404, %%r10\n"
		"mov $0x505, %%r8\n mov $0x606, %%r9\n mov $0x707, %%rbx\n mov $0x808, %%rbp\n"
		"mov $0x909, %%r12\n mov $0xa0a, %%r13\n mov $0xb0b, %%r14\n mov $0xc0c, %%r15\n"
		"cmpl $0, 8(%%rsp)\n jne 1f\n syscall\n jmp 2f\n1: int $0x80\n2:\n"
		"pop %%rcx\n"
		"mov %%rdi, 0(%%rcx)\n mov %%rsi, 8(%%rcx)\n mov %%rdx, 16(%%rcx)\n mov %%r10, 24(%%rcx)\n"
		"mov %%r8, 32(%%rcx)\n mov %%r9, 40(%%rcx)\n mov %%rbx, 48(%%rcx)\n mov %%rbp, 56(%%rcx)\n"
		"mov %%r12, 64(%%rcx)\n mov %%r13, 72(%%rcx)\n mov %%r14, 80(%%rcx)\n mov %%r15, 88(%%rcx)\n"
		"pop %%rcx\n"
		"pop %%r15\n pop %%r14\n pop %%r13\n pop %%r12\n pop %%rbx\n pop %%rbp\n"
		: "+a"(nr), "+c"(into), "+d"(mode) : : "rdi", "rsi", "r8", "r9", "r10", "r11", "memory", "cc");
	r = nr;
	for (int i = 0; i < 12; i++)
		if (got[i] != want[i]) {
			printf("register %d is %#lx, not %#lx\n", i, got[i], want[i]);
			exit(1);
		}
	return r;
}

int main(int argc, char **argv) {
	long n = argc > 2 ? atol(argv[2]) : 0, r = 0;
	struct sigaction a = {.sa_handler = count, .sa_flags = SA_RESTART}, b = {.sa_handler = halt};
	sigaction(SIGUSR1, &a, 0);
	sigaction(SIGUSR2, &b, 0);
	setvbuf(stdout, 0, _IOLBF, 0);
	if (!strcmp(argv[1], "call") && n == 0) {
		printf("ready\n");
		while (!stop) r = checked(SYS_getppid, 0);
	}
	if (!strcmp(argv[1], "call")) while (n-- > 0) r = checked(SYS_getppid, 0);
	if (!strcmp(argv[1], "int")) while (n-- > 0) r = checked(64, 1);
	if (!strcmp(argv[1], "spin")) {
		printf("ready\n");
		uint64_t x = 1, y = 1;
		for (uint64_t i = 0; !stop; i++) {
			x = x * 6364136223846793005ULL + 1442695040888963407ULL;
			y = y * 6364136223846793005ULL;
			y += 1442695040888963407ULL;
			if (x != y) {
				printf("the computation went wrong at %lu\n", i);
				return 1;
			}
		}
	}
	if (!strcmp(argv[1], "nap")) {
		struct timespec t = {n / 1000, n % 1000 * 1000000}, s, e;
		printf("ready\n");
		clock_gettime(CLOCK_MONOTONIC, &s);
		r = syscall(SYS_nanosleep, &t, 0);
		clock_gettime(CLOCK_MONOTONIC, &e);
		printf("slept %ld %ld\n", (e.tv_sec - s.tv_sec) * 1000000 + (e.tv_nsec - s.tv_nsec) / 1000, r);
	}
	printf("ok %ld %d\n", r, handled);
	return 0;
}
