// cc: -static
// splice, tee, vmsplice.
#include "calls.h"

int main(void) {
	int p[2], q[2];
	loff_t off = 2, out = 0;
	struct iovec v[2] = {{"vm", 2}, {"splice", 6}};
	int fd = S(openat, AT_FDCWD, "f", O_RDWR | O_CREAT, 0600); S(pwrite64, fd, "0123456789", 10, 0);
	S(pipe2, p, O_NONBLOCK); S(pipe2, q, O_NONBLOCK | O_CLOEXEC);
	S(splice, fd, &off, p[1], NULL, 5, SPLICE_F_MOVE);
	S(splice, fd, NULL, p[1], NULL, 5, SPLICE_F_NONBLOCK | SPLICE_F_MORE | SPLICE_F_GIFT);
	S(tee, p[0], q[1], 3, 0); S(tee, p[0], q[1], 100, SPLICE_F_NONBLOCK); S(tee, -1, -1, -1L, 0x80);
	S(splice, p[0], NULL, fd, &out, 100, 0);
	S(splice, p[0], NULL, q[1], NULL, 100, SPLICE_F_NONBLOCK); S(splice, -1, BAD, -1, BAD, 5, 0x80);
	S(splice, fd, BAD, p[1], NULL, 5, 0); S(vmsplice, p[1], v, 2, SPLICE_F_GIFT);
	S(vmsplice, p[0], v, 1, 0); S(vmsplice, -1, BAD, 1, 0x80); S(vmsplice, p[1], v, 0, 0);
	S(vmsplice, p[1], v, -1, 0);
	return 0;
}
