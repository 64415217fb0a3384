/*
 * What the cases share. A case is a function that uses ptrace and wait and
 * prints what comes back, one line an answer, the same on every run: process
 * ids are folded to names, addresses to symbols.
 */
#ifndef PROBE_H
#define PROBE_H

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/ptrace.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* A case: what "probe NAME" runs. */
struct probe_case {
	const char *name;
	void (*run)(void);
};

/* The families, each closed by a case without a name. */
extern const struct probe_case request_cases[], memory_cases[], register_cases[], option_cases[], syscall_cases[], signal_cases[],
	group_cases[], attach_cases[], thread_cases[], exec_cases[], clone_cases[], death_cases[], seccomp_cases[], step_cases[],
	debugreg_cases[], wait_cases[], sigchld_cases[], become_cases[], compat_cases[], config_cases[];

/* say prints a line, in one write. */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* die says what is wrong with the test itself, and ends it. */
void die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

/* Names. */
void name(pid_t pid, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const char *who(pid_t pid);          /* tracer, child1, ... ; 0 is "0", a stranger "?" */
const char *errname(long result);    /* "0", or ESRCH for -ESRCH */
const char *value(long result);      /* that, or the name of a process */
const char *signame(int sig);
const char *sysname(long nr);
const char *status(int st);          /* a wait status in words */
const char *event(int ev);           /* FORK for PTRACE_EVENT_FORK */
const char *info(const siginfo_t *si);

/* ptrace as the kernel has it: the result, or minus the error. */
long pt(long request, pid_t pid, unsigned long addr, unsigned long data);
/* TRY makes a request and says what came back. */
#define TRY(request, pid, addr, data) attempt(#request, request, pid, (unsigned long)(addr), (unsigned long)(data))
long attempt(const char *text, long request, pid_t pid, unsigned long addr, unsigned long data);
/* MUST makes a request that the case builds on. */
#define MUST(request, pid, addr, data) must(#request, request, pid, (unsigned long)(addr), (unsigned long)(data))
long must(const char *text, long request, pid_t pid, unsigned long addr, unsigned long data);

/* child starts a process that runs fn and ends with 0; it dies with its parent. */
pid_t child(void (*fn)(void));
/* traceme starts one that calls TRACEME and stops itself; it is stopped when traceme returns. */
pid_t traceme(void (*fn)(void));
/* seized starts one that runs fn once it has been seized with the options. */
pid_t seized(long options, void (*fn)(void));
/* interrupted starts one that is seized and stopped by INTERRUPT, in pause. */
pid_t interrupted(long options);
/* A gate: pass waits until it is opened; it works between processes. */
struct gate { int fd[2]; };
void gate_make(struct gate *g);
void gate_pass(struct gate *g);
void gate_open(struct gate *g);
/* asleep waits until the thread sleeps in a system call. */
void asleep(pid_t tid);
int sleeps_now(pid_t tid);
/* gone waits until there is no such thread, or only a zombie. */
void gone(pid_t tid);

/* await waits for one status and says it; flags have __WALL added if all. */
int await(pid_t pid);
int await_flags(const char *text, pid_t pid, int flags);
#define WAIT(pid, flags) await_flags(#flags, pid, flags)
/* quietly waits without a word. */
int quietly(pid_t pid);

/* tell says all that can be asked at a stop: message, siginfo, system call. */
void tell(pid_t pid, int st);
void tell_msg(pid_t pid, int st);
void tell_siginfo(pid_t pid);
void tell_call(pid_t pid);
/* run_out resumes until the end, with signals passed on, and says each stop. */
void run_out(long request, pid_t pid);
/* run_all does that for all tracees, and prints the lines of each together, in
 * the order of the names; children are named after who made them. */
void run_all(long request);
/* end kills a child and takes its status without a word. */
void end(pid_t pid);

/* The program counter, argument registers and result of a stopped thread. */
unsigned long get_user(pid_t pid, size_t offset);
#ifdef __x86_64__
#define REG_IP offsetof(struct user_regs_struct, rip)
#define REG_SP offsetof(struct user_regs_struct, rsp)
#define REG_NR offsetof(struct user_regs_struct, orig_rax)
#define REG_RESULT offsetof(struct user_regs_struct, rax)
#define REG_ARG1 offsetof(struct user_regs_struct, rdi)
#define REG_FLAGS offsetof(struct user_regs_struct, eflags)
#define IP rip
#define SP rsp
#define RESULT rax
#else
#define REG_IP offsetof(struct user_regs_struct, eip)
#define REG_SP offsetof(struct user_regs_struct, esp)
#define REG_NR offsetof(struct user_regs_struct, orig_eax)
#define REG_RESULT offsetof(struct user_regs_struct, eax)
#define REG_ARG1 offsetof(struct user_regs_struct, ebx)
#define REG_FLAGS offsetof(struct user_regs_struct, eflags)
#define IP eip
#define SP esp
#define RESULT eax
#endif

#define SYSGOOD(st) (WIFSTOPPED(st) && WSTOPSIG(st) == (SIGTRAP | 0x80))
#define EVENT(st) ((st) >> 16)

/* Calls without the C library around them. */
#define call0(nr) syscall(nr)
static inline pid_t self_pid(void) { return (pid_t)syscall(SYS_getpid); }
static inline pid_t self_tid(void) { return (pid_t)syscall(SYS_gettid); }
static inline void send_self(int sig) { syscall(SYS_tgkill, self_pid(), self_tid(), sig); }
static inline void pauses(void) { for (;;) syscall(SYS_pause); }

/* The program itself, and what is seen by its child when executed anew. */
extern const char *self_path;
void exec_self(const char *what);      /* exec "probe -child WHAT" */
void exec_child(const char *what);     /* what runs there */

#endif
