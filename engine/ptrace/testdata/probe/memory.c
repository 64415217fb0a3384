/* A tracee's memory: by PEEK and POKE, /proc/PID/mem and process_vm_readv. */
#include "probe.h"

static volatile unsigned long shared_word = 0x1122334455667788UL & ~0UL;
static const volatile unsigned long constant = 42;

static void reports_word(void)
{
	say("the tracee finds %#lx", shared_word);
}

static void peek_poke(void)
{
	pid_t pid = traceme(reports_word);
	unsigned long v = 0;
	TRY(PTRACE_PEEKDATA, pid, &shared_word, &v);
	say("  %#lx", v);
	TRY(PTRACE_PEEKTEXT, pid, &shared_word, &v);
	say("  %#lx", v);
	TRY(PTRACE_PEEKDATA, pid, (char *)&shared_word + 1, &v); /* need not be aligned */
	say("  %#lx", v & 0xffff);
	TRY(PTRACE_PEEKDATA, pid, 0, &v);
	TRY(PTRACE_PEEKDATA, pid, 8, &v);
	TRY(PTRACE_PEEKDATA, pid, -sizeof(long), &v);
	TRY(PTRACE_PEEKDATA, pid, -1, &v);
	TRY(PTRACE_POKEDATA, pid, 0, 1);
	TRY(PTRACE_POKETEXT, pid, 8, 1);
	TRY(PTRACE_POKEDATA, pid, &shared_word, 0x5555);
	TRY(PTRACE_POKETEXT, pid, &constant, 43); /* read-only memory: a copy is made */
	TRY(PTRACE_PEEKDATA, pid, &constant, &v);
	say("  %lu here %lu", v, constant);
	TRY(PTRACE_POKETEXT, pid, reports_word, 0xcc);
	TRY(PTRACE_PEEKTEXT, pid, reports_word, &v);
	say("  %#lx", v);
	memcpy(&v, reports_word, sizeof v);
	TRY(PTRACE_POKETEXT, pid, reports_word, v);
	run_out(PTRACE_CONT, pid);
}

/* A mapping without any rights, one shared, one that ends. */
static char *none, *shared, *edge;
static void map_all(void)
{
	none = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	shared = mmap(NULL, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	edge = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(edge + 4096, 4096);
}

static void nothing(void) {}

static void mappings(void)
{
	unsigned long v;
	map_all();
	pid_t pid = traceme(nothing);
	TRY(PTRACE_PEEKDATA, pid, none, &v);
	TRY(PTRACE_POKEDATA, pid, none, 7);
	TRY(PTRACE_PEEKDATA, pid, none, &v);
	say("  %lu", v);
	TRY(PTRACE_POKEDATA, pid, shared, 7); /* shared and read-only cannot be written */
	TRY(PTRACE_PEEKDATA, pid, edge + 4096 - sizeof(long), &v);
	TRY(PTRACE_PEEKDATA, pid, edge + 4096 - 2, &v); /* half of it is there */
	TRY(PTRACE_POKEDATA, pid, edge + 4096 - 2, 0);
	end(pid);
}

static int open_mem(pid_t pid, int flags)
{
	char path[32];
	snprintf(path, sizeof path, "/proc/%d/mem", pid);
	int fd = open(path, flags | O_CLOEXEC);
	say("open mem: %s", fd < 0 ? errname(-errno) : "ok");
	return fd;
}

static void proc_mem(void)
{
	pid_t pid = traceme(reports_word);
	unsigned long v = 0;
	int fd = open_mem(pid, O_RDWR);
	ssize_t n = pread(fd, &v, sizeof v, (off_t)(uintptr_t)&shared_word);
	say("read %zd %#lx", n, v);
	v = 0x77;
	n = pwrite(fd, &v, sizeof v, (off_t)(uintptr_t)&shared_word);
	say("write %zd", n);
	n = pread(fd, &v, sizeof v, 16);
	say("read nowhere %s", errname(n < 0 ? -errno : n));
	run_out(PTRACE_CONT, pid);
	n = pread(fd, &v, sizeof v, (off_t)(uintptr_t)&shared_word);
	say("read of the dead %s", errname(n < 0 ? -errno : n));
}

static void vm_calls(void)
{
	pid_t pid = traceme(reports_word);
	unsigned long v = 0, w = 0x99;
	struct iovec mine = {&v, sizeof v}, his = {(void *)&shared_word, sizeof v}, my_w = {&w, sizeof w}, bad = {(void *)16, 8};
	ssize_t n = process_vm_readv(pid, &mine, 1, &his, 1, 0);
	say("readv %zd %#lx", n, v);
	n = process_vm_writev(pid, &my_w, 1, &his, 1, 0);
	say("writev %zd", n);
	n = process_vm_readv(pid, &mine, 1, &bad, 1, 0);
	say("readv of nothing %s", errname(n < 0 ? -errno : n));
	run_out(PTRACE_CONT, pid);
}

/* While it runs, as gdb does in non-stop mode. */
static void while_running(void)
{
	pid_t pid = seized(0, pauses);
	asleep(pid);
	unsigned long v = 0;
	int fd = open_mem(pid, O_RDONLY);
	ssize_t n = pread(fd, &v, sizeof v, (off_t)(uintptr_t)&shared_word);
	say("read %zd %#lx", n, v);
	end(pid);
}

/* The words a tracee has in /proc while its tracer holds it. */
static void proc_state(void)
{
	pid_t pid = traceme(nothing);
	char path[64], line[256];
	snprintf(path, sizeof path, "/proc/%d/status", pid);
	FILE *f = fopen(path, "re");
	while (f && fgets(line, sizeof line, f))
		if (!strncmp(line, "State:", 6)) say("%.*s", (int)strcspn(line, "\n"), line);
	end(pid);
}

const struct probe_case memory_cases[] = {
	{"memory-peek-poke", peek_poke},
	{"memory-mappings", mappings},
	{"memory-proc-mem", proc_mem},
	{"memory-vm-calls", vm_calls},
	{"memory-running", while_running},
	{"memory-proc-state", proc_state},
	{0},
};
