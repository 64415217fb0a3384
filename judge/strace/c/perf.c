// cc: -static
// Performance events.
#include "calls.h"
#include <linux/perf_event.h>

int main(void) {
	struct perf_event_attr a = {.type = PERF_TYPE_SOFTWARE, .size = sizeof a,
		.config = PERF_COUNT_SW_TASK_CLOCK, .disabled = 1, .exclude_kernel = 1,
		.read_format = PERF_FORMAT_GROUP | PERF_FORMAT_ID};
	uint64_t id = 5;
	int fd = S(perf_event_open, &a, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	S(ioctl, fd, PERF_EVENT_IOC_ENABLE, 0);
	S(ioctl, fd, PERF_EVENT_IOC_DISABLE, PERF_IOC_FLAG_GROUP);
	S(ioctl, fd, PERF_EVENT_IOC_RESET, 0); S(ioctl, fd, PERF_EVENT_IOC_REFRESH, 3);
	S(ioctl, fd, PERF_EVENT_IOC_PERIOD, &id); S(ioctl, fd, PERF_EVENT_IOC_SET_OUTPUT, -1);
	S(ioctl, fd, PERF_EVENT_IOC_SET_FILTER, "filter"); S(ioctl, fd, PERF_EVENT_IOC_SET_BPF, 7);
	S(ioctl, fd, PERF_EVENT_IOC_PAUSE_OUTPUT, 1); S(ioctl, fd, PERF_EVENT_IOC_QUERY_BPF, BAD);
	S(ioctl, fd, PERF_EVENT_IOC_MODIFY_ATTRIBUTES, &a);
	a.type = PERF_TYPE_HARDWARE; a.config = PERF_COUNT_HW_CACHE_MISSES;
	S(perf_event_open, &a, -1, 99, -1, PERF_FLAG_PID_CGROUP | PERF_FLAG_FD_NO_GROUP | 0x80);
	a.type = PERF_TYPE_HW_CACHE;
	a.config = PERF_COUNT_HW_CACHE_L1D | (PERF_COUNT_HW_CACHE_OP_READ << 8) | (PERF_COUNT_HW_CACHE_RESULT_MISS << 16);
	S(perf_event_open, &a, -1, 99, 5, 0); a.type = PERF_TYPE_TRACEPOINT; a.config = 0x123;
	a.sample_type = PERF_SAMPLE_IP | PERF_SAMPLE_TID | PERF_SAMPLE_CALLCHAIN | PERF_SAMPLE_BRANCH_STACK | 0x80000000;
	a.sample_period = 1000; a.wakeup_events = 5;
	a.branch_sample_type = PERF_SAMPLE_BRANCH_USER | PERF_SAMPLE_BRANCH_ANY;
	S(perf_event_open, &a, -1, 99, -1, 0); a.freq = 1; a.watermark = 1; a.precise_ip = 2;
	a.use_clockid = 1; a.clockid = CLOCK_MONOTONIC;
	a.mmap = a.comm = a.task = a.inherit = a.pinned = a.exclusive = 1;
	S(perf_event_open, &a, -1, 99, -1, 0); a.type = PERF_TYPE_BREAKPOINT; a.bp_type = 3;
	a.bp_addr = 0x1000; a.bp_len = 4; a.config = 0; S(perf_event_open, &a, -1, 99, -1, 0);
	a.type = PERF_TYPE_RAW; S(perf_event_open, &a, -1, 99, -1, 0); a.type = 99; a.config = -1;
	S(perf_event_open, &a, -1, 99, -1, 0); a.size = 64; S(perf_event_open, &a, -1, 99, -1, 0);
	a.size = 3; S(perf_event_open, &a, -1, 99, -1, 0); a.size = 5000;
	S(perf_event_open, &a, -1, 99, -1, 0); a.size = 0; S(perf_event_open, &a, -1, 99, -1, 0);
	S(perf_event_open, BAD, 0, 0, 0, 0); S(perf_event_open, NULL, 0, 0, 0, 0);
	return 0;
}
