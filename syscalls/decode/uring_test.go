package decode

import (
	"testing"

	"utrace/syscalls"
)

// The wanted texts are strace's.
func TestUring(t *testing.T) {
	checkLines(t, syscalls.AMD64, &Options{}, []lineTest{
		{`io_uring_register(3, IORING_REGISTER_EVENTFD, [0, -1], 2) = -1 EINVAL (Invalid argument)`, mem(int32(0), int32(-1)), -22,
			[]uint64{3, 4, base, 2}},
		{`io_uring_register(3, IORING_REGISTER_PROBE, {last_op=IORING_OP_NOP, ops_len=0, resv2=[0x1, 0, 0], ops=[{op=IORING_OP_READV, resv=0x2, flags=0}]}, 1) = -1 EINVAL (Invalid argument)`,
			mem(int32(0), int32(1), int32(0), int32(0), int16(0x201)), -22, []uint64{3, 8, base, 1}},
		{`io_uring_register(3, IORING_REGISTER_PROBE, {last_op=IORING_OP_WRITEV, ops_len=1, ops=[{op=IORING_OP_NOP, flags=IO_URING_OP_SUPPORTED}]}, 9) = 0`,
			mem(int32(0x102), int32(0), int32(0), int32(0), int16(0), int16(1)), 0, []uint64{3, 8, base, 9}},
		{`io_uring_register(3, IORING_REGISTER_FILES2, 0x10000, 31) = -1 EINVAL (Invalid argument)`, mem(), -22, []uint64{3, 13, base, 31}},
		{`io_uring_register(3, IORING_REGISTER_FILES_UPDATE2, {offset=1, resv=0x2, data=[7], tags=NULL, nr=1}, 32) = 1`,
			mem(int32(1), int32(2), base+32, 0, 1, int32(7)), 1, []uint64{3, 14, base, 32}},
		{`io_uring_register(3, IORING_REGISTER_PBUF_RING, {ring_addr=0x20000, ring_entries=16, bgid=2, resv=[0x1, 0, 0]}, 1) = -1 EINVAL (Invalid argument)`,
			mem(0x20000, int32(16), int32(2), 1), -22, []uint64{3, 22, base, 1}},
		{`io_uring_register(3, IORING_UNREGISTER_RING_FDS, [{offset=0}, {offset=1, resv=0x1, data=0x5}], 2) = 0`,
			mem(0, 0, int32(1), int32(1), 5), 0, []uint64{3, 21, base, 2}},
		{`io_cancel(0x7, {aio_data=0x1, aio_lio_opcode=IOCB_CMD_PWRITE, aio_fildes=5}, 0x20000) = -1 EINVAL (Invalid argument)`,
			mem(1, 0, int16(1), int16(0), int32(5), base, 5), -22, []uint64{7, base, 0x20000}},
		{`io_submit(0x7, 1, [{aio_data=0x1, aio_lio_opcode=IOCB_CMD_PREADV, aio_reqprio=IOPRIO_PRIO_VALUE(IOPRIO_CLASS_RT, 1), aio_fildes=5, aio_buf=[{iov_base=0x7, iov_len=8}], aio_offset=3, aio_flags=IOCB_FLAG_IOPRIO}]) = 1`,
			mem(base+8, 1, 0, int16(7), int16(0x2001), int32(5), base+72, 1, 3, 0, int32(2), int32(0), 7, 8), 1, []uint64{7, 1, base}},
	})
}

// What a call overwrites is shown as it was and as it is.
func TestOverwritten(t *testing.T) {
	for _, test := range []struct {
		name          string
		before, after *fakeMemory
		result        int64
		args          []uint64
		want, json    string
	}{
		{"io_uring_register", mem(int32(1), int32(2)), mem(int32(4), int32(9)), 0, []uint64{3, 19, base, 2},
			`3, IORING_REGISTER_IOWQ_MAX_WORKERS, [[IO_WQ_BOUND]=1, [IO_WQ_UNBOUND]=2] => [[IO_WQ_BOUND]=4, [IO_WQ_UNBOUND]=9], 2`,
			`"fd":{"raw":"0x3","value":3},"opcode":{"raw":"0x13","value":"IORING_REGISTER_IOWQ_MAX_WORKERS"},` +
				`"arg":{"raw":"0x10000","value":{"before":{"IO_WQ_BOUND":1,"IO_WQ_UNBOUND":2},"after":{"IO_WQ_BOUND":4,"IO_WQ_UNBOUND":9}}},"nr_args":{"raw":"0x2","value":2}`},
		{"ioctl", mem(0xaa, 1, 0), mem(0xaa, 3, 1), 0, []uint64{4, 0xc018aa3f, base},
			`4, UFFDIO_API, {api=0xaa, features=UFFD_FEATURE_PAGEFAULT_FLAG_WP => features=UFFD_FEATURE_PAGEFAULT_FLAG_WP|UFFD_FEATURE_EVENT_FORK, ioctls=1<<_UFFDIO_REGISTER}`,
			`"fd":{"raw":"0x4","value":4},"cmd":{"raw":"0xc018aa3f","value":"UFFDIO_API"},"arg":{"raw":"0x10000","value":{"api":170,` +
				`"features":{"before":"UFFD_FEATURE_PAGEFAULT_FLAG_WP","after":"UFFD_FEATURE_PAGEFAULT_FLAG_WP|UFFD_FEATURE_EVENT_FORK"},"ioctls":"1<<_UFFDIO_REGISTER"}}`},
		{"ioctl", mem(0xab, 1, 0), mem(0, 0, 0), -22, []uint64{4, 0xc018aa3f, base},
			`4, UFFDIO_API, {api=0xab, features=UFFD_FEATURE_PAGEFAULT_FLAG_WP}`,
			`"fd":{"raw":"0x4","value":4},"cmd":{"raw":"0xc018aa3f","value":"UFFDIO_API"},"arg":{"raw":"0x10000","value":{"api":171,"features":"UFFD_FEATURE_PAGEFAULT_FLAG_WP"}}`},
		{"perf_event_open", mem(int32(1), int32(500)), mem(int32(1), int32(136)), -7, []uint64{base, 0, minus1, minus1, 0},
			`{type=PERF_TYPE_SOFTWARE, size=0x1f4 /* PERF_ATTR_SIZE_??? */ => 0x88 /* PERF_ATTR_SIZE_??? */, config=PERF_COUNT_SW_CPU_CLOCK, sample_period=0, sample_type=0, read_format=0, precise_ip=0 /* arbitrary skid */, ...}, 0, -1, -1, 0`,
			""},
	} {
		for _, json := range []bool{false, true} {
			if json && test.json == "" {
				continue
			}
			want := test.want
			if json {
				want = test.json
			}
			if got := changedLine(t, json, test.before, test.after, test.name, test.result, test.args...); got != want {
				t.Errorf("\n got %s\nwant %s", got, want)
			}
		}
	}
}

// changedLine is the arguments of a call that makes of before what after is.
func changedLine(t *testing.T, json bool, before, after *fakeMemory, name string, result int64, args ...uint64) string {
	t.Helper()
	c, ok := syscalls.ByName(syscalls.AMD64, name)
	if !ok {
		t.Fatal("no call", name)
	}
	f := fakeCall{nr: c.Nr}
	copy(f.args[:], args)
	m := *before
	d := New(&m, &Options{JSON: json})
	d.Begin(syscalls.AMD64, f)
	d.Enter()
	m = *after
	d.Leave(result)
	return string(d.Bytes())
}
