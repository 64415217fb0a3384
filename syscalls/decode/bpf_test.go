package decode

import "testing"

// The wanted texts are strace's.
func TestBPF(t *testing.T) {
	for _, tt := range []struct {
		want   string
		m      *fakeMemory
		result int64
		args   []uint64
	}{
		{`bpf(BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_ARRAY, key_size=4, value_size=8, max_entries=3, map_flags=0}, 20) = 4`,
			mem(int32(2), int32(4), int32(8), int32(3)), 4, []uint64{0, base, 20}},
		{`bpf(BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_ARRAY, key_size=0, value_size=0, max_entries=0}, 3) = -1 EINVAL (Invalid argument)`,
			mem(int32(2), int32(4)), -22, []uint64{0, base, 3}},
		{`bpf(BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_ARRAY, key_size=4, value_size=8, max_entries=3, map_flags=BPF_F_NO_PREALLOC}, 17) = 4`,
			mem(int32(2), int32(4), int32(8), int32(3), int32(0x101)), 4, []uint64{0, base, 17}},
		{`bpf(BPF_MAP_CREATE, 0x10000, 0) = -1 EINVAL (Invalid argument)`, mem(int32(2)), -22, []uint64{0, base, 0}},
		{`bpf(BPF_MAP_LOOKUP_ELEM, {map_fd=3, key=0x7, value=NULL}, 16) = -1 EFAULT (Bad address)`, mem(3, 7), -14, []uint64{1, base, 16}},
		{`bpf(BPF_MAP_LOOKUP_ELEM, {map_fd=3, key=0x7, value=0x8, flags=0x8 /* BPF_??? */}, 25) = -1 EINVAL (Invalid argument)`,
			mem(3, 7, 8, 8), -22, []uint64{1, base, 25}},
		{`bpf(BPF_MAP_GET_NEXT_ID, {start_id=5, next_id=0}, 4) = -1 EPERM (Operation not permitted)`, mem(5), -1, []uint64{12, base, 4}},
		{`bpf(BPF_OBJ_GET_INFO_BY_FD, {info={bpf_fd=5, info_len=0, info=NULL}}, 4) = -1 EPERM (Operation not permitted)`, mem(5), -1, []uint64{15, base, 4}},
		{`bpf(BPF_BTF_LOAD, {btf="", btf_log_buf=NULL, btf_size=0, btf_log_size=0, btf_log_level=0, ...}, 32) = -1 EINVAL (Invalid argument)`,
			mem(base, 0, 0, int32(0), int32(5)), -22, []uint64{18, base, 32}},
		{`bpf(BPF_MAP_UPDATE_ELEM, {map_fd=3, key=0x7, value=0x8, flags=BPF_NOEXIST|BPF_F_LOCK}, 32) = 0`, mem(3, 7, 8, 5), 0, []uint64{2, base, 32}},
		{`bpf(BPF_MAP_DELETE_ELEM, {map_fd=3, key=0x7, ...}, 24) = -1 EINVAL (Invalid argument)`, mem(3, 7, 8), -22, []uint64{3, base, 24}},
		{`bpf(BPF_PROG_GET_NEXT_ID, {start_id=1, next_id=2, open_flags=0}, 12) = 0`, mem(int32(1), int32(2)), 0, []uint64{11, base, 12}},
		{`bpf(BPF_PROG_TEST_RUN, {test={prog_fd=5, retval=1, data_size_in=2, data_size_out=0, data_in=NULL, data_out=NULL, repeat=0, duration=0}}, 12) = 0`, mem(int32(5), int32(1), int32(2)), 0, []uint64{10, base, 12}},
		{`bpf(BPF_MAP_CREATE, 0x10000, 5000) = -1 E2BIG (Argument list too long)`, mem(), -7, []uint64{0, base, 5000}},
		{`bpf(BPF_RAW_TRACEPOINT_OPEN, {raw_tracepoint={name="tp", prog_fd=5}}, 16) = 6`, mem(base+16, 5, "tp\x00"), 6, []uint64{17, base, 16}},
	} {
		if got := line(t, tt.m, "bpf", tt.result, tt.args...); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}
