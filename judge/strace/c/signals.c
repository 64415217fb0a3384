// cc: -static
// Signals: handlers, masks, siginfo of each kind, alternate stacks, waiting.
#include "calls.h"
#include <sys/signalfd.h>

struct kernel_sigaction { void *handler; unsigned long flags; void *restorer; uint64_t mask; };

__attribute__((naked)) static void restore(void) { __asm__("mov $15, %eax; syscall"); }
static void handler(int sig) {}

int main(void) {
	struct kernel_sigaction a = {handler, SA_RESTART | 0x04000000, restore, 0}, old;
	uint64_t set = 1ULL << (SIGUSR1 - 1), all = -1ULL, most = ~(1ULL << (SIGCHLD - 1)), out,
		two = (1ULL << (SIGINT - 1)) | (1ULL << 33) | (1ULL << 63);
	int self = getpid(), tid = self;
	S(rt_sigaction, SIGUSR1, &a, &old, 8); a.mask = two;
	a.flags |= SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESETHAND | SA_NOCLDSTOP | SA_NOCLDWAIT;
	S(rt_sigaction, SIGUSR2, &a, NULL, 8);
	S(rt_sigaction, SIGUSR2, NULL, &old, 8); S(rt_sigaction, SIGKILL, &a, &old, 8);
	S(rt_sigaction, 0, NULL, NULL, 8); S(rt_sigaction, 64, BAD, BAD, 8);
	S(rt_sigaction, 65, &a, &old, 8); S(rt_sigaction, SIGRTMIN, NULL, &old, 3);
	a = (struct kernel_sigaction){SIG_IGN, 0x1 << 20, NULL, 0};
	S(rt_sigaction, SIGPIPE, &a, &old, 8); a.handler = SIG_DFL; a.mask = all;
	S(rt_sigaction, SIGPIPE, &a, &old, 8); a.mask = most; S(rt_sigaction, SIGPIPE, &a, &old, 8);
	a = (struct kernel_sigaction){handler, 0x04000000, restore, 0};
	S(rt_sigaction, SIGUSR1, &a, NULL, 8); S(rt_sigaction, SIGUSR2, &a, NULL, 8);
	S(rt_sigaction, SIGALRM, &a, NULL, 8); S(rt_sigaction, SIGIO, &a, NULL, 8);
	S(rt_sigaction, SIGRTMIN + 1, &a, NULL, 8); S(rt_sigaction, SIGCHLD, &a, NULL, 8);
	S(rt_sigaction, SIGSEGV, &a, NULL, 8); S(rt_sigaction, SIGTRAP, &a, NULL, 8);
	S(rt_sigprocmask, SIG_BLOCK, &set, &out, 8); S(rt_sigprocmask, SIG_UNBLOCK, &set, NULL, 8);
	S(rt_sigprocmask, SIG_SETMASK, &most, &out, 8); S(rt_sigprocmask, SIG_SETMASK, &all, &out, 8);
	S(rt_sigprocmask, SIG_SETMASK, NULL, &out, 8); set = 0;
	S(rt_sigprocmask, SIG_SETMASK, &set, &out, 8); S(rt_sigprocmask, 77, BAD, BAD, 8);
	S(rt_sigprocmask, SIG_BLOCK, &two, &out, 16); S(rt_sigprocmask, SIG_SETMASK, &set, &out, 8);
	S(kill, self, SIGUSR1); S(tkill, tid, SIGUSR2); S(tgkill, self, tid, SIGUSR1);
	S(tgkill, self, tid, SIGRTMIN + 1);
	siginfo_t info = {.si_signo = SIGUSR1, .si_code = SI_QUEUE};
	info.si_pid = 5; info.si_uid = 6; info.si_value.sival_int = 7;
	S(rt_sigqueueinfo, self, SIGUSR1, &info); S(rt_tgsigqueueinfo, self, tid, SIGUSR2, &info);
	info.si_value.sival_ptr = (void *)0x123456789; S(rt_sigqueueinfo, self, SIGRTMIN + 1, &info);
	info.si_code = -77; S(rt_sigqueueinfo, self, SIGUSR1, &info);
	S(rt_sigqueueinfo, self, SIGUSR1, BAD); info.si_code = 5;
	S(rt_sigqueueinfo, self, SIGUSR1, &info); S(rt_tgsigqueueinfo, -1, -1, 99, NULL);
	info.si_code = SI_TIMER; S(rt_sigqueueinfo, self, SIGUSR1, &info); info.si_code = SI_MESGQ;
	S(rt_sigqueueinfo, self, SIGUSR1, &info); info.si_code = SI_ASYNCIO;
	S(rt_sigqueueinfo, self, SIGUSR1, &info); info.si_code = SI_SIGIO;
	S(rt_sigqueueinfo, self, SIGIO, &info);
	stack_t ss = {.ss_sp = (void *)0x1000000, .ss_size = 8192}, oss;
	S(sigaltstack, NULL, &oss); S(sigaltstack, &ss, &oss); ss.ss_flags = SS_DISABLE;
	S(sigaltstack, &ss, &oss); ss.ss_flags = SS_ONSTACK | 0x80000000; S(sigaltstack, &ss, NULL);
	ss.ss_flags = 5; ss.ss_size = 1; S(sigaltstack, &ss, BAD); S(sigaltstack, BAD, NULL);
	ss.ss_flags = SS_DISABLE; S(sigaltstack, &ss, NULL);
	set = 1ULL << (SIGUSR1 - 1) | 1ULL << (SIGUSR2 - 1);
	S(rt_sigprocmask, SIG_BLOCK, &set, NULL, 8); S(kill, self, SIGUSR1); S(rt_sigpending, &out, 8);
	S(rt_sigpending, BAD, 8); S(rt_sigpending, &out, 3);
	struct timespec ts = {0, 1000}, bad = {-1, 5};
	S(rt_sigtimedwait, &set, &info, NULL, 8); S(rt_sigtimedwait, &set, &info, &ts, 8);
	S(rt_sigtimedwait, &set, NULL, &bad, 8); S(rt_sigtimedwait, BAD, BAD, BAD, 8);
	S(tgkill, self, tid, SIGUSR2); S(rt_sigtimedwait, &set, &info, &ts, 8);
	S(rt_sigtimedwait, &set, NULL, NULL, 4);
	S(kill, self, SIGUSR2); out = 0; S(rt_sigsuspend, &out, 8); S(rt_sigsuspend, BAD, 8);
	S(rt_sigsuspend, &out, 5);
	S(rt_sigprocmask, SIG_SETMASK, &out, NULL, 8);
	// The second is for a machine so slow that the first comes before the pause.
	struct itimerval it = {{5, 0}, {0, 200000}};
	S(setitimer, ITIMER_REAL, &it, NULL); S(pause); S(alarm, 0);
	S(rt_sigprocmask, SIG_BLOCK, &set, NULL, 8);
	uint64_t ends = 1ULL << (SIGCHLD - 1); // heard of before the wait or in it: chance
	S(rt_sigprocmask, SIG_BLOCK, &ends, NULL, 8);
	if (S(fork) == 0) { S(kill, getppid(), SIGUSR1); S(exit_group, 0); }
	S(wait4, -1, NULL, 0, NULL);
	S(rt_sigprocmask, SIG_UNBLOCK, &set, NULL, 8);
	struct kernel_sigaction dfl = {SIG_DFL, 0, 0, 0};
	S(rt_sigaction, SIGCHLD, &dfl, NULL, 8);
	__asm__ volatile("int3");
	S(rt_sigaction, SIGSEGV, &dfl, NULL, 8);
	if (S(fork) == 0) { *(volatile int *)16 = 1; }
	S(wait4, -1, NULL, 0, NULL);
	if (S(fork) == 0) { __asm__ volatile("ud2"); }
	S(wait4, -1, NULL, 0, NULL);
	if (S(fork) == 0) { __asm__ volatile("xor %%ecx, %%ecx; div %%ecx" ::: "eax", "ecx", "edx"); }
	S(wait4, -1, NULL, 0, NULL);
	if (S(fork) == 0) { __asm__ volatile("hlt"); }
	S(wait4, -1, NULL, 0, NULL);
	if (S(fork) == 0) { long fd = S(memfd_create, "m", 0); volatile char *p = (void *)S(mmap, 0, 4096,
		PROT_READ, MAP_SHARED, fd, 0); p[0]; }
	S(wait4, -1, NULL, 0, NULL);
	if (S(fork) == 0) { S(tgkill, getpid(), getpid(), SIGABRT); }
	S(wait4, -1, NULL, 0, NULL);
	if (S(fork) == 0) { S(kill, getpid(), SIGTERM); }
	S(wait4, -1, NULL, 0, NULL);
	return 0;
}
