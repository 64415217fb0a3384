package flags

// The machine as a whole.

var (
	// Reboot is for reboot(2).
	Reboot = Table{Prefix: "LINUX_REBOOT_CMD_", Mask: Whole, Values: []Flag{
		{0x1234567, "LINUX_REBOOT_CMD_RESTART"}, {0xcdef0123, "LINUX_REBOOT_CMD_HALT"},
		{0x89abcdef, "LINUX_REBOOT_CMD_CAD_ON"}, {0, "LINUX_REBOOT_CMD_CAD_OFF"},
		{0x4321fedc, "LINUX_REBOOT_CMD_POWER_OFF"}, {0xa1b2c3d4, "LINUX_REBOOT_CMD_RESTART2"},
		{0xd000fce2, "LINUX_REBOOT_CMD_SW_SUSPEND"}, {0x45584543, "LINUX_REBOOT_CMD_KEXEC"},
	}}

	// RebootMagic1 is for reboot(2).
	RebootMagic1 = Table{Prefix: "LINUX_REBOOT_MAGIC1", Mask: Whole, Values: []Flag{
		{0xfee1dead, "LINUX_REBOOT_MAGIC1"},
	}}

	// RebootMagic2 is for reboot(2).
	RebootMagic2 = Table{Prefix: "LINUX_REBOOT_MAGIC2", Mask: Whole, Values: []Flag{
		{0x28121969, "LINUX_REBOOT_MAGIC2"}, {0x5121996, "LINUX_REBOOT_MAGIC2A"},
		{0x16041998, "LINUX_REBOOT_MAGIC2B"}, {0x20112000, "LINUX_REBOOT_MAGIC2C"},
	}}

	// Syslog is for syslog(2).
	Syslog = Table{Prefix: "SYSLOG_ACTION_", Mask: Whole, Values: []Flag{
		{0, "SYSLOG_ACTION_CLOSE"}, {1, "SYSLOG_ACTION_OPEN"}, {2, "SYSLOG_ACTION_READ"},
		{3, "SYSLOG_ACTION_READ_ALL"}, {4, "SYSLOG_ACTION_READ_CLEAR"}, {5, "SYSLOG_ACTION_CLEAR"},
		{6, "SYSLOG_ACTION_CONSOLE_OFF"}, {7, "SYSLOG_ACTION_CONSOLE_ON"}, {8, "SYSLOG_ACTION_CONSOLE_LEVEL"},
		{9, "SYSLOG_ACTION_SIZE_UNREAD"}, {0xa, "SYSLOG_ACTION_SIZE_BUFFER"},
	}}

	// Getrandom is for getrandom(2).
	Getrandom = Table{Prefix: "GRND_", Bits: []Flag{
		{1, "GRND_NONBLOCK"}, {2, "GRND_RANDOM"}, {4, "GRND_INSECURE"},
	}}

	// DeleteModule is for delete_module(2).
	DeleteModule = Table{Prefix: "O_", Bits: []Flag{
		{0x800, "O_NONBLOCK"}, {0x200, "O_TRUNC"},
	}}

	// FinitModule is for finit_module(2).
	FinitModule = Table{Prefix: "MODULE_INIT_", Bits: []Flag{
		{1, "MODULE_INIT_IGNORE_MODVERSIONS"}, {2, "MODULE_INIT_IGNORE_VERMAGIC"}, {4, "MODULE_INIT_COMPRESSED_FILE"},
	}}

	// Kexec is for kexec_load(2).
	Kexec = Table{Prefix: "KEXEC_", Bits: []Flag{
		{1, "KEXEC_ON_CRASH"}, {2, "KEXEC_PRESERVE_CONTEXT"}, {4, "KEXEC_UPDATE_ELFCOREHDR"},
		{8, "KEXEC_CRASH_HOTPLUG_SUPPORT"}, {0x3e0000, "KEXEC_ARCH_X86_64"}, {0x30000, "KEXEC_ARCH_386"},
	}}

	// KexecFile is for kexec_file_load(2).
	KexecFile = Table{Prefix: "KEXEC_FILE_", Bits: []Flag{
		{1, "KEXEC_FILE_UNLOAD"}, {2, "KEXEC_FILE_ON_CRASH"}, {4, "KEXEC_FILE_NO_INITRAMFS"}, {8, "KEXEC_FILE_DEBUG"},
		{0x10, "KEXEC_FILE_NO_CMA"}, {0x20, "KEXEC_FILE_FORCE_DTB"},
	}}

	// PerfOpen is for perf_event_open(2).
	PerfOpen = Table{Prefix: "PERF_FLAG_", Bits: []Flag{
		{1, "PERF_FLAG_FD_NO_GROUP"}, {2, "PERF_FLAG_FD_OUTPUT"}, {4, "PERF_FLAG_PID_CGROUP"},
		{8, "PERF_FLAG_FD_CLOEXEC"},
	}}

	// BpfCmd is for bpf(2).
	BpfCmd = Table{Prefix: "BPF_", Mask: Whole, Values: []Flag{
		{0, "BPF_MAP_CREATE"}, {1, "BPF_MAP_LOOKUP_ELEM"}, {2, "BPF_MAP_UPDATE_ELEM"}, {3, "BPF_MAP_DELETE_ELEM"},
		{4, "BPF_MAP_GET_NEXT_KEY"}, {5, "BPF_PROG_LOAD"}, {6, "BPF_OBJ_PIN"}, {7, "BPF_OBJ_GET"},
		{8, "BPF_PROG_ATTACH"}, {9, "BPF_PROG_DETACH"}, {0xa, "BPF_PROG_TEST_RUN"}, {0xb, "BPF_PROG_GET_NEXT_ID"},
		{0xc, "BPF_MAP_GET_NEXT_ID"}, {0xd, "BPF_PROG_GET_FD_BY_ID"}, {0xe, "BPF_MAP_GET_FD_BY_ID"},
		{0xf, "BPF_OBJ_GET_INFO_BY_FD"}, {0x10, "BPF_PROG_QUERY"}, {0x11, "BPF_RAW_TRACEPOINT_OPEN"},
		{0x12, "BPF_BTF_LOAD"}, {0x13, "BPF_BTF_GET_FD_BY_ID"}, {0x14, "BPF_TASK_FD_QUERY"},
		{0x15, "BPF_MAP_LOOKUP_AND_DELETE_ELEM"}, {0x16, "BPF_MAP_FREEZE"}, {0x17, "BPF_BTF_GET_NEXT_ID"},
		{0x18, "BPF_MAP_LOOKUP_BATCH"}, {0x19, "BPF_MAP_LOOKUP_AND_DELETE_BATCH"}, {0x1a, "BPF_MAP_UPDATE_BATCH"},
		{0x1b, "BPF_MAP_DELETE_BATCH"}, {0x1c, "BPF_LINK_CREATE"}, {0x1d, "BPF_LINK_UPDATE"},
		{0x1e, "BPF_LINK_GET_FD_BY_ID"}, {0x1f, "BPF_LINK_GET_NEXT_ID"}, {0x20, "BPF_ENABLE_STATS"},
		{0x21, "BPF_ITER_CREATE"}, {0x22, "BPF_LINK_DETACH"}, {0x23, "BPF_PROG_BIND_MAP"}, {0x24, "BPF_TOKEN_CREATE"},
		{0x25, "BPF_PROG_STREAM_READ_BY_FD"},
	}}

	// LsmAttr is for lsm_get_self_attr(2).
	LsmAttr = Table{Prefix: "LSM_ATTR_", Mask: Whole, Values: []Flag{
		{0, "LSM_ATTR_UNDEF"}, {0x64, "LSM_ATTR_CURRENT"}, {0x65, "LSM_ATTR_EXEC"}, {0x66, "LSM_ATTR_FSCREATE"},
		{0x67, "LSM_ATTR_KEYCREATE"}, {0x68, "LSM_ATTR_PREV"}, {0x69, "LSM_ATTR_SOCKCREATE"},
	}}

	// LsmGet is for lsm_get_self_attr(2).
	LsmGet = Table{Prefix: "LSM_FLAG_", Bits: []Flag{
		{1, "LSM_FLAG_SINGLE"},
	}}
)
