// cc: -static
// io_uring and the older asynchronous input and output.
#include "calls.h"
#include <linux/aio_abi.h>
#include <linux/io_uring.h>

int main(void) {
	struct io_uring_params p = {};
	char buf[64];
	int ring = S(io_uring_setup, 4, &p);
	p = (struct io_uring_params){.flags = IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP, .cq_entries = 16};
	S(io_uring_setup, 4, &p);
	p = (struct io_uring_params){.flags = IORING_SETUP_SQPOLL | IORING_SETUP_SQ_AFF | IORING_SETUP_ATTACH_WQ |
		0x80000000, .sq_thread_cpu = 99, .sq_thread_idle = 5, .wq_fd = 7, .resv = {1, 2, 3}};
	S(io_uring_setup, 4, &p); S(io_uring_setup, 0, BAD); S(io_uring_setup, -1, NULL);
	uint64_t mask = 5; S(io_uring_enter, ring, 0, 0, 0, NULL, 0);
	S(io_uring_enter, ring, 1, 0, IORING_ENTER_GETEVENTS | IORING_ENTER_SQ_WAKEUP, &mask, 8);
	S(io_uring_enter, -1, 5, 6, 0x80000000, BAD, 9); struct io_uring_getevents_arg ga = {0, 8, 0, 0};
	S(io_uring_enter, ring, 0, 0, IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG, &ga, sizeof ga);
	S(io_uring_enter, ring, 0, 0, IORING_ENTER_REGISTERED_RING, NULL, 0);
	struct iovec v = {buf, sizeof buf}; int fds[2] = {0, -1};
	S(io_uring_register, ring, IORING_REGISTER_BUFFERS, &v, 1);
	S(io_uring_register, ring, IORING_UNREGISTER_BUFFERS, NULL, 0);
	S(io_uring_register, ring, IORING_REGISTER_FILES, fds, 2);
	struct io_uring_files_update fu = {0, 0, (uintptr_t)fds};
	S(io_uring_register, ring, IORING_REGISTER_FILES_UPDATE, &fu, 1);
	S(io_uring_register, ring, IORING_UNREGISTER_FILES, NULL, 0);
	S(io_uring_register, ring, IORING_REGISTER_EVENTFD, fds, 1);
	S(io_uring_register, ring, IORING_UNREGISTER_EVENTFD, NULL, 0);
	S(io_uring_register, ring, IORING_REGISTER_EVENTFD_ASYNC, BAD, 1);
	struct { struct io_uring_probe p; struct io_uring_probe_op o[4]; } pr = {};
	S(io_uring_register, ring, IORING_REGISTER_PROBE, &pr, 4);
	S(io_uring_register, ring, IORING_REGISTER_PERSONALITY, NULL, 0);
	S(io_uring_register, ring, IORING_UNREGISTER_PERSONALITY, NULL, 1);
	struct io_uring_restriction rs[2] = {{IORING_RESTRICTION_SQE_OP, {IORING_OP_READ}},
		{IORING_RESTRICTION_REGISTER_OP, {IORING_REGISTER_PROBE}}};
	S(io_uring_register, ring, IORING_REGISTER_RESTRICTIONS, rs, 2);
	S(io_uring_register, ring, IORING_REGISTER_ENABLE_RINGS, NULL, 0);
	struct io_uring_rsrc_register rr = {1, 0, 0, (uintptr_t)fds, 0};
	S(io_uring_register, ring, IORING_REGISTER_FILES2, &rr, sizeof rr);
	struct io_uring_rsrc_update2 ru = {0, 0, (uintptr_t)fds, 0, 1};
	S(io_uring_register, ring, IORING_REGISTER_FILES_UPDATE2, &ru, sizeof ru);
	S(io_uring_register, ring, IORING_REGISTER_BUFFERS2, &rr, sizeof rr); unsigned max[2] = {1, 2};
	S(io_uring_register, ring, IORING_REGISTER_IOWQ_MAX_WORKERS, max, 2);
	S(io_uring_register, ring, IORING_REGISTER_IOWQ_AFF, &mask, 8);
	S(io_uring_register, ring, IORING_UNREGISTER_IOWQ_AFF, NULL, 0);
	struct io_uring_rsrc_update rf = {-1U, 0, ring};
	S(io_uring_register, ring, IORING_REGISTER_RING_FDS, &rf, 1);
	S(io_uring_register, ring, IORING_UNREGISTER_RING_FDS, &rf, 1);
	S(io_uring_register, ring, IORING_REGISTER_PBUF_RING, BAD, 1);
	max[0] = 5; S(io_uring_register, ring, IORING_REGISTER_IOWQ_MAX_WORKERS, max, 2);
	S(io_uring_register, ring, IORING_REGISTER_IOWQ_MAX_WORKERS, BAD, 2);
	struct io_uring_buf_reg br = {.ring_addr = 0x10, .ring_entries = 16, .bgid = 3, .resv = {1, 2}};
	S(io_uring_register, ring, IORING_REGISTER_PBUF_RING, &br, 1);
	br.resv[0] = br.resv[1] = 0; S(io_uring_register, ring, IORING_UNREGISTER_PBUF_RING, &br, 1);
	S(io_uring_register, ring, IORING_REGISTER_EVENTFD, fds, 2); pr.p.resv2[1] = 5; pr.o[0].resv2 = 7;
	S(io_uring_register, ring, IORING_REGISTER_PROBE, &pr, 2); rs[0].resv2[2] = 9; rs[1].resv = 3;
	S(io_uring_register, ring, IORING_REGISTER_RESTRICTIONS, rs, 2); rf.resv = 6; rf.data = 0;
	S(io_uring_register, ring, IORING_UNREGISTER_RING_FDS, &rf, 1); ru.resv = 8; ru.resv2 = 9;
	S(io_uring_register, ring, IORING_REGISTER_FILES_UPDATE2, &ru, sizeof ru);
	S(io_uring_register, ring, IORING_REGISTER_BUFFERS_UPDATE, &ru, 4);
	S(io_uring_register, ring, IORING_REGISTER_FILES2, &rr, 8); rr.flags = IORING_RSRC_REGISTER_SPARSE;
	S(io_uring_register, -1, IORING_REGISTER_BUFFERS2, &rr, sizeof rr);
	for (int op = 0; op <= IORING_UNREGISTER_PBUF_RING; op++) S(io_uring_register, -1, op, BAD, 1);
	S(io_uring_register, ring, 77, &v, 3);
	aio_context_t ctx = 0;
	int fd = S(openat, AT_FDCWD, "f", O_RDWR | O_CREAT, 0600), ev = S(eventfd2, 0, 0);
	struct iocb w = {.aio_data = 1, .aio_lio_opcode = IOCB_CMD_PWRITE, .aio_fildes = fd,
		.aio_buf = (uintptr_t) "hello", .aio_nbytes = 5, .aio_offset = 3}, r = {.aio_data = 2,
		.aio_lio_opcode = IOCB_CMD_PREAD, .aio_fildes = fd, .aio_buf = (uintptr_t)buf, .aio_nbytes = 50,
		.aio_flags = IOCB_FLAG_RESFD, .aio_resfd = ev}, wv = {.aio_lio_opcode = IOCB_CMD_PWRITEV,
		.aio_fildes = fd, .aio_buf = (uintptr_t)&v, .aio_nbytes = 1, .aio_reqprio = 5, .aio_rw_flags = 1},
		s = {.aio_lio_opcode = IOCB_CMD_FDSYNC, .aio_fildes = fd}, bad = {.aio_lio_opcode = 77, .aio_fildes = -1,
		.aio_flags = 0x80}, poll = {.aio_lio_opcode = IOCB_CMD_POLL, .aio_fildes = fd, .aio_buf = POLLIN},
		noop = {.aio_lio_opcode = IOCB_CMD_NOOP};
	struct iocb *all[] = {&w, &r, &wv, &s, &poll}, *wrong[] = {&bad, BAD, NULL, &noop};
	struct io_event events[5]; struct timespec ts = {5, 5000000};
	S(io_setup, 10, &ctx); S(io_setup, 10, BAD); S(io_setup, -1, &ctx); S(io_submit, ctx, 5, all);
	S(io_getevents, ctx, 5, 5, events, &ts); S(io_getevents, ctx, 0, 2, events, NULL);
	S(io_submit, ctx, 1, wrong); S(io_submit, ctx, 1, wrong + 1); S(io_submit, ctx, 1, wrong + 2);
	S(io_submit, ctx, 1, wrong + 3); S(io_submit, ctx, 3, BAD); S(io_submit, ctx, 0, all);
	S(io_submit, 0x1234, -1, all); S(io_cancel, ctx, &w, events); S(io_cancel, ctx, BAD, BAD);
	r.aio_lio_opcode = IOCB_CMD_PREADV; r.aio_buf = (uintptr_t)&v; r.aio_nbytes = 1; r.aio_key = 4; r.aio_reqprio = 0x4001;
	r.aio_flags |= IOCB_FLAG_IOPRIO; r.aio_rw_flags = 0x8; poll.aio_buf = 0x8001; poll.aio_flags = 4;
	struct iocb *more[] = {&r, &poll}; S(io_submit, 0, 2, more); S(io_cancel, 0, &poll, NULL);
	S(io_getevents, 0x1234, 1, 2, BAD, BAD); struct { void *set; size_t len; } sig = {&mask, 8};
	S(io_pgetevents, ctx, 0, 2, events, &ts, &sig); S(io_pgetevents, ctx, 0, 2, BAD, NULL, BAD);
	S(io_pgetevents, ctx, 0, 2, events, NULL, NULL); S(io_destroy, ctx); S(io_destroy, 0x1234);
	return 0;
}
