// The puppet: runs a script of steps (hosttest/script.go) given as argv[1] and
// tells the test about it through the board, the memory behind descriptor 3
// (hosttest/board.go). No C library: the system calls made are mmap and getpid
// at the start of each image, those of the steps, and rt_sigreturn.
//
// Build: gcc -O1 -static -nostdlib -ffreestanding -fno-stack-protector
#include <stdint.h>

#define BOARD ((volatile uint64_t *)0x200000000000)
enum { COUNT = 1, BUFADDR = 2, HANDLED = 16, REACHED = 96, OPEN = 160, SPINS = 224, LOG = 1024, BYTES = 1024 * 9 * 8 };
enum { OWN = 512 };  // from here on the buffer is the puppet's own

#define FORK (17 | 0x01000000)  // SIGCHLD, CHILD_SETTID
#define VFORK (FORK | 0x100 | 0x4000)
#define THREAD (0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x40000 | 0x01000000)

struct thread {
	long last;
	uint64_t after[6];
	int tid, pid;
	char *body;
	int whole;  // a process, not a thread
};

static char buf[1024] __attribute__((aligned(16)));
static char stacks[32][32768] __attribute__((aligned(16)));
static int nstacks;
static char **args, **env;

static long call(struct thread *th, long nr, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5) {
	long r = nr;
	register uint64_t r10 __asm__("r10") = a3;
	register uint64_t r8 __asm__("r8") = a4;
	register uint64_t r9 __asm__("r9") = a5;
	__asm__ volatile("syscall" : "+a"(r), "+D"(a0), "+S"(a1), "+d"(a2), "+r"(r10), "+r"(r8), "+r"(r9) : : "rcx", "r11", "memory");
	if (th) {
		th->last = r;
		th->after[0] = a0, th->after[1] = a1, th->after[2] = a2;
		th->after[3] = r10, th->after[4] = r8, th->after[5] = r9;
	}
	return r;
}

// clone_on(flags, stack, fn, thread): like clone with a new stack, on which fn
// runs. The new thread's id is stored in its struct.
long clone_on(uint64_t flags, void *stack, int *ptid, int *ctid);
void restorer(void);
__asm__(
	".globl clone_on, restorer, _start\n"
	"clone_on: mov %rcx, %r10; mov $56, %eax; xor %r8d, %r8d; syscall\n"
	"test %rax, %rax; jnz 1f; pop %rax; pop %rdi; call *%rax; hlt; 1: ret\n"
	"restorer: mov $15, %eax; syscall\n"
	"_start: mov %rsp, %rdi; and $-16, %rsp; call start; hlt\n");

static void report(uint64_t key, uint64_t value) {
	uint64_t i = LOG + 2 * __atomic_fetch_add(&BOARD[COUNT], 1, __ATOMIC_SEQ_CST);
	BOARD[i + 1] = value;
	__atomic_store_n(&BOARD[i], key + 1, __ATOMIC_SEQ_CST);
}

static void handler(int sig) { __atomic_fetch_add(&BOARD[HANDLED + sig], 1, __ATOMIC_SEQ_CST); }

static char *run(char *p, struct thread *th);

static void child(struct thread *th) {
	if (th->whole) th->pid = th->tid;
	run(th->body, th);
	call(th, th->whole ? 231 : 60, 0, 0, 0, 0, 0, 0);
}

static void clone_child(struct thread *th, uint64_t flags, char *body, int whole) {
	char *stack = stacks[__atomic_fetch_add(&nstacks, 1, __ATOMIC_SEQ_CST)];
	struct thread *c = (struct thread *)stack;
	uint64_t *top = (uint64_t *)(stack + sizeof stacks[0]) - 2;
	c->pid = th->pid, c->body = body, c->whole = whole;
	top[0] = (uint64_t)child, top[1] = (uint64_t)c;
	th->last = clone_on(flags, top, 0, &c->tid);
}

static char *word(char *p) {
	while (*p == ' ') p++;
	return p;
}

static char *past(char *p) {
	while (*p && *p != ' ') p++;
	return word(p);
}

// skip goes past the block after p's "{".
static char *skip(char *p) {
	for (int depth = 1; depth; p = past(p))
		if (*p == '{') depth++;
		else if (*p == '}') depth--;
	return p;
}

static uint64_t number(char *p) {
	int neg = *p == '-';
	uint64_t v = 0;
	for (p += neg; *p >= '0' && *p <= '9'; p++) v = 10 * v + *p - '0';
	return neg ? -v : v;
}

static uint64_t value(char *p, char *str, struct thread *th) {
	switch (*p) {
	case '$':
		for (p++; *p && *p != ' ';) *str++ = *p++;
		*str = 0;
		return 0;
	case '&': return (uint64_t)buf + number(p + 1);
	case 'p': return th->pid;
	case 't': return th->tid;
	}
	return number(p);
}

static void action(struct thread *th, uint64_t sig, uint64_t fn, uint64_t flags) {
	struct { uint64_t fn, flags, restorer, mask; } a = {fn, flags | 0x04000000, (uint64_t)restorer, 0};
	call(th, 13, sig, (uint64_t)&a, 0, 8, 0, 0);
}

static char *run(char *p, struct thread *th) {
	char str[7][256];
	for (;;) {
		p = word(p);
		char op = *p;
		if (!op) return p;
		p = past(p);
		if (op == '}') return p;
		uint64_t a[7] = {0};
		uint64_t *own = (uint64_t *)(buf + OWN);
		int block = op == 'f' || op == 'v' || op == 't' || op == 'x' || op == 'l';
		int n = op == 'c' ? 7 : op == 'a' || op == 'Q' || op == 'n' || op == 'P' || op == 'h' ? 2 : 
			op == 'p' || op == 'R' || op == 'W' || (block && op != 'l') ? 0 : 1;
		for (int i = 0; i < n; i++, p = past(p))
			a[i] = *p == '$' ? value(p, str[i], th), (uint64_t)str[i] : value(p, 0, th);
		if (block) p = past(p);  // "{"
		char *body = p;
		if (block) p = skip(p);
		switch (op) {
		case 'c': call(th, a[0], a[1], a[2], a[3], a[4], a[5], a[6]); break;
		case 'r': report(a[0], th->last); break;
		case 'a': report(a[1], th->after[a[0]]); break;
		case 'Q': report(a[1], *(volatile uint64_t *)(buf + a[0])); break;
		case 'n': report(a[0], a[1]); break;
		case 'P': *(volatile uint64_t *)(buf + a[0]) = a[1]; break;
		case 'g':
			__atomic_fetch_add(&BOARD[REACHED + a[0]], 1, __ATOMIC_SEQ_CST);
			while (!BOARD[OPEN + a[0]]) {
				__atomic_fetch_add(&BOARD[SPINS + a[0]], 1, __ATOMIC_SEQ_CST);
				__builtin_ia32_pause();
			}
			break;
		case 'h': action(th, a[0], (uint64_t)handler, a[1]); break;
		case 'i': action(th, a[0], 1, 0); break;
		case 'd': action(th, a[0], 0, 0); break;
		case 'b':
		case 'u':
			own[0] = 1ul << (a[0] - 1);
			call(th, 14, op == 'u', (uint64_t)own, 0, 8, 0, 0);
			break;
		case 'k': call(th, 234, th->pid, th->tid, a[0], 0, 0, 0); break;
		case 'K': call(th, 62, th->pid, a[0], 0, 0, 0, 0); break;
		case 's':
			own[0] = a[0] / 1000, own[1] = a[0] % 1000 * 1000000;
			call(th, 35, (uint64_t)own, 0, 0, 0, 0, 0);
			break;
		case 'S':
			own[0] = 1ul << (a[0] - 1);
			call(th, 128, (uint64_t)own, 0, 0, 8, 0, 0);
			break;
		case 'p': call(th, 293, (uint64_t)own + 64, 0, 0, 0, 0, 0); break;
		case 'R': call(th, 0, ((int *)own)[16], (uint64_t)own + 80, 1, 0, 0, 0); break;
		case 'W': call(th, 1, ((int *)own)[17], (uint64_t)own + 80, 1, 0, 0, 0); break;
		case 'e': call(th, 60, a[0], 0, 0, 0, 0, 0); break;
		case 'E': call(th, 231, a[0], 0, 0, 0, 0, 0); break;
		case 'w':
			call(th, 61, -1, (uint64_t)own + 96, 0x40000000, 0, 0, 0);
			report(a[0], (int64_t)((volatile int *)own)[24]);
			break;
		case 'l':
			for (uint64_t i = a[0]; !a[0] || i; i--) run(body, th);
			break;
		case 'f':
			if (call(th, 56, FORK, 0, 0, (uint64_t)&th->tid, 0, 0) == 0) {
				th->body = body, th->whole = 1;
				child(th);
			}
			break;
		case 'v': clone_child(th, VFORK, body, 1); break;
		case 't': clone_child(th, THREAD, body, 0); break;
		case 'x': {
			for (p--; *p != '}'; p--);
			*p = 0;  // the new image's script ends here
			char *argv[] = {args[0], body, 0};
			call(th, 59, (uint64_t)args[0], (uint64_t)argv, (uint64_t)env, 0, 0, 0);
			*p = '}', p = past(p);
			break;
		}
		}
	}
}

__attribute__((used)) void start(long *sp) {
	struct thread th = {0};
	args = (char **)(sp + 1), env = args + sp[0] + 1;
	call(0, 9, (uint64_t)BOARD, BYTES, 3, 0x11, 3, 0);  // RW, SHARED|FIXED
	th.pid = th.tid = call(0, 39, 0, 0, 0, 0, 0, 0);
	BOARD[BUFADDR] = (uint64_t)buf;
	run(args[1], &th);
	call(0, 231, 0, 0, 0, 0, 0, 0);
}
