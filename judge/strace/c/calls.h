// What the C programs share. They make system calls by number, so that the C
// library makes none of its own and changes no argument.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// S(name, argument...) makes a call and returns what the kernel does, an error
// as a negative number. It is no function, or a child of vfork would return from
// its parent's frame.
#define S(name, ...) PICK(SYS_##name, ##__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define PICK(nr, a, b, c, d, e, f, ...) \
	raw(nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

static inline __attribute__((always_inline)) long raw(long nr, long a, long b, long c, long d, long e, long f)
{
#ifdef __x86_64__
	register long r10 __asm__("r10") = d, r8 __asm__("r8") = e, r9 __asm__("r9") = f;
	__asm__ volatile("syscall" : "+a"(nr) : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
	return nr;
#else
	long r = syscall(nr, a, b, c, d, e, f);
	return r == -1 ? -errno : r;
#endif
}

// Pointers that nothing is behind, one of them with bits above 32.
#define BAD ((void *)0x10)
#define WILD ((void *)0xfffffffffffff000UL)

// What older headers lack.
#define SYS_cachestat 451
#define SYS_fchmodat2 452
#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#define RENAME_EXCHANGE 2
#define RENAME_WHITEOUT 4
#endif
