// cc: -static
// bpf.
#include "calls.h"
#include <linux/bpf.h>

int main(void) {
	union bpf_attr a;
#define NEW memset(&a, 0, sizeof a)
	NEW; a.map_type = BPF_MAP_TYPE_ARRAY; a.key_size = 4; a.value_size = 8; a.max_entries = 3;
	strcpy(a.map_name, "a_map"); int m = S(bpf, BPF_MAP_CREATE, &a, sizeof a);
	S(bpf, BPF_MAP_CREATE, &a, 20); NEW; a.map_type = 99;
	a.map_flags = BPF_F_NO_PREALLOC | BPF_F_RDONLY | 0x80000000; a.inner_map_fd = 3;
	a.numa_node = 1; S(bpf, BPF_MAP_CREATE, &a, 48); S(bpf, BPF_MAP_CREATE, BAD, 48);
	S(bpf, BPF_MAP_CREATE, &a, 3); S(bpf, BPF_MAP_CREATE, NULL, 0);
	S(bpf, BPF_MAP_CREATE, &a, 5000);
	uint32_t key = 1; uint64_t value = 7; NEW; a.map_type = BPF_MAP_TYPE_HASH; a.key_size = 4; a.map_flags = BPF_F_NUMA_NODE;
	S(bpf, BPF_MAP_CREATE, &a, 1); S(bpf, BPF_MAP_CREATE, &a, 17); S(bpf, BPF_MAP_CREATE, &a, 29);
	S(bpf, BPF_MAP_CREATE, &a, 65); a.map_extra = 5; S(bpf, BPF_MAP_CREATE, &a, 72);
	NEW; a.map_fd = m; a.key = (uintptr_t)&key; a.value = (uintptr_t)&value; a.flags = BPF_ANY;
	S(bpf, BPF_MAP_UPDATE_ELEM, &a, 32); S(bpf, BPF_MAP_LOOKUP_ELEM, &a, 32);
	S(bpf, BPF_MAP_GET_NEXT_KEY, &a, 32); a.flags = 4 | 0x80; S(bpf, BPF_MAP_DELETE_ELEM, &a, 24);
	S(bpf, BPF_MAP_LOOKUP_AND_DELETE_ELEM, &a, 24); S(bpf, BPF_MAP_FREEZE, &a, 4);
	struct bpf_insn in[] = {{BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0}, {BPF_JMP | BPF_EXIT, 0, 0, 0, 0}};
	char log[500] = "";
	NEW; a.prog_type = BPF_PROG_TYPE_SOCKET_FILTER; a.insn_cnt = 2; a.insns = (uintptr_t)in;
	a.license = (uintptr_t) "GPL"; a.log_level = 1; a.log_size = sizeof log;
	a.log_buf = (uintptr_t)log; strcpy(a.prog_name, "a_prog");
	int p = S(bpf, BPF_PROG_LOAD, &a, sizeof a); a.prog_type = 99;
	a.prog_flags = BPF_F_STRICT_ALIGNMENT | 0x800; a.expected_attach_type = BPF_CGROUP_INET4_BIND;
	a.kern_version = 0x60102; S(bpf, BPF_PROG_LOAD, &a, 120); a.insns = 0x10;
	S(bpf, BPF_PROG_LOAD, &a, 48); S(bpf, BPF_PROG_LOAD, &a, 4); S(bpf, BPF_PROG_LOAD, &a, 44);
	S(bpf, BPF_PROG_LOAD, &a, 0); S(bpf, BPF_PROG_LOAD, BAD, 48);
	NEW; a.pathname = (uintptr_t) "/no/such"; a.bpf_fd = p; S(bpf, BPF_OBJ_PIN, &a, 16);
	S(bpf, BPF_OBJ_GET, &a, 16); NEW; a.target_fd = -1; a.attach_bpf_fd = p;
	a.attach_type = BPF_CGROUP_INET_INGRESS; a.attach_flags = BPF_F_ALLOW_MULTI;
	S(bpf, BPF_PROG_ATTACH, &a, 16); S(bpf, BPF_PROG_DETACH, &a, 16);
	char data[64] = "data", out[64]; NEW; a.test.prog_fd = p; a.test.data_in = (uintptr_t)data;
	a.test.data_size_in = 64; a.test.data_out = (uintptr_t)out; a.test.data_size_out = 64;
	a.test.repeat = 1; S(bpf, BPF_PROG_TEST_RUN, &a, 40); NEW; S(bpf, BPF_PROG_GET_NEXT_ID, &a, 12);
	NEW; a.start_id = 0x7fffffff; S(bpf, BPF_MAP_GET_NEXT_ID, &a, 12); a.prog_id = 99999;
	S(bpf, BPF_PROG_GET_FD_BY_ID, &a, 12); S(bpf, BPF_MAP_GET_FD_BY_ID, &a, 12);
	char info[300]; NEW; a.info.bpf_fd = p; a.info.info_len = sizeof info;
	a.info.info = (uintptr_t)memset(info, 0, sizeof info); S(bpf, BPF_OBJ_GET_INFO_BY_FD, &a, 16);
	a.info.bpf_fd = m; a.info.info_len = 80; memset(info, 0, sizeof info);
	S(bpf, BPF_OBJ_GET_INFO_BY_FD, &a, 16); NEW; a.query.target_fd = -1;
	a.query.attach_type = BPF_CGROUP_DEVICE; a.query.query_flags = BPF_F_QUERY_EFFECTIVE;
	S(bpf, BPF_PROG_QUERY, &a, 32); NEW; a.raw_tracepoint.name = (uintptr_t) "tp";
	a.raw_tracepoint.prog_fd = p; S(bpf, BPF_RAW_TRACEPOINT_OPEN, &a, 16); NEW;
	a.btf = (uintptr_t)data; a.btf_size = 24; S(bpf, BPF_BTF_LOAD, &a, 28); a.btf_id = 5;
	S(bpf, BPF_BTF_GET_FD_BY_ID, &a, 4); NEW; a.task_fd_query.pid = 1; a.task_fd_query.fd = 5;
	a.task_fd_query.buf_len = 10; a.task_fd_query.buf = (uintptr_t)out;
	S(bpf, BPF_TASK_FD_QUERY, &a, 48); S(bpf, BPF_BTF_GET_NEXT_ID, &a, 12);
	NEW; a.batch.map_fd = m; a.batch.count = 2; a.batch.keys = (uintptr_t)out;
	a.batch.values = (uintptr_t)info; a.batch.out_batch = (uintptr_t)&key;
	S(bpf, BPF_MAP_LOOKUP_BATCH, &a, 56); S(bpf, BPF_MAP_UPDATE_BATCH, &a, 56); NEW;
	a.link_create.prog_fd = p; a.link_create.target_fd = -1; a.link_create.attach_type = BPF_XDP;
	S(bpf, BPF_LINK_CREATE, &a, 16); NEW; a.link_update.link_fd = -1;
	S(bpf, BPF_LINK_UPDATE, &a, 16); S(bpf, BPF_LINK_GET_FD_BY_ID, &a, 4);
	S(bpf, BPF_LINK_GET_NEXT_ID, &a, 12); a.enable_stats.type = 9; S(bpf, BPF_ENABLE_STATS, &a, 4);
	NEW; a.iter_create.link_fd = -1; S(bpf, BPF_ITER_CREATE, &a, 8); S(bpf, BPF_LINK_DETACH, &a, 4);
	for (int cmd = BPF_MAP_CREATE; cmd <= BPF_ITER_CREATE; cmd++) S(bpf, cmd, BAD, 8);
	NEW; a.map_fd = -1; a.flags = 8;
	S(bpf, BPF_MAP_LOOKUP_ELEM, &a, 4); S(bpf, BPF_MAP_LOOKUP_ELEM, &a, 32); S(bpf, BPF_MAP_UPDATE_ELEM, &a, 32);
	S(bpf, BPF_MAP_UPDATE_ELEM, &a, 12); S(bpf, BPF_PROG_ATTACH, &a, 3); S(bpf, BPF_PROG_QUERY, &a, 4);
	S(bpf, BPF_PROG_BIND_MAP, &a, 12); S(bpf, 99, &a, 12); S(bpf, 77, BAD, 3);
	return 0;
}
