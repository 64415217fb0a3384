/* What a tracer may ask about rseq and system call user dispatch. */
#include "probe.h"

#ifndef PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG
#define PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG 0x4210
#define PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG 0x4211
#endif

struct sud_config { uint64_t mode, selector, offset, len; };

static void rseq(void)
{
	struct ptrace_rseq_configuration c;
	pid_t pid = traceme(pauses);
	memset(&c, 0, sizeof c);
	TRY(PTRACE_GET_RSEQ_CONFIGURATION, pid, sizeof c, &c);
	say("pointer %d size %u signature %#x flags %#x", c.rseq_abi_pointer != 0, c.rseq_abi_size, c.signature, c.flags);
	TRY(PTRACE_GET_RSEQ_CONFIGURATION, pid, 8, &c);
	TRY(PTRACE_GET_RSEQ_CONFIGURATION, pid, 100, &c);
	TRY(PTRACE_GET_RSEQ_CONFIGURATION, pid, sizeof c, 16);
	end(pid);
}

static char selector;
static void dispatch(void)
{
	struct sud_config c;
	pid_t pid = traceme(pauses);
	memset(&c, 0x11, sizeof c);
	TRY(PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG, pid, sizeof c, &c);
	say("mode %llu selector %llu", (unsigned long long)c.mode, (unsigned long long)c.selector);
	c.mode = 1;
	c.selector = (uintptr_t)&selector;
	c.offset = 0x1000;
	c.len = 0x2000;
	TRY(PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG, pid, sizeof c, &c);
	memset(&c, 0, sizeof c);
	TRY(PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG, pid, sizeof c, &c);
	say("mode %llu selector %d offset %#llx len %#llx", (unsigned long long)c.mode, c.selector == (uintptr_t)&selector,
		(unsigned long long)c.offset, (unsigned long long)c.len);
	c.mode = 9;
	TRY(PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG, pid, sizeof c, &c);
	TRY(PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG, pid, 8, &c);
	TRY(PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG, pid, 8, &c);
	TRY(PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG, pid, sizeof c, 16);
	memset(&c, 0, sizeof c);
	TRY(PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG, pid, sizeof c, &c);
	end(pid);
}

const struct probe_case config_cases[] = {
	{"config-rseq", rseq},
	{"config-user-dispatch", dispatch},
	{0},
};
