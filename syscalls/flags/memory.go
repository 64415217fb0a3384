package flags

// Memory.

var (
	// Prot is for mmap(2), mprotect(2).
	Prot = Table{Prefix: "PROT_", Zero: "PROT_NONE", Bits: []Flag{
		{1, "PROT_READ"}, {2, "PROT_WRITE"}, {4, "PROT_EXEC"}, {8, "PROT_SEM"}, {0x1000000, "PROT_GROWSDOWN"},
		{0x2000000, "PROT_GROWSUP"},
	}}

	// Mmap is for mmap(2). The size of a huge page is six bits of its own.
	Mmap = Table{Prefix: "MAP_", Mask: 0xf, Zero: "MAP_FILE", Values: []Flag{
		{1, "MAP_SHARED"}, {2, "MAP_PRIVATE"}, {3, "MAP_SHARED_VALIDATE"}, {8, "MAP_DROPPABLE"},
	}, Bits: []Flag{
		{0x10, "MAP_FIXED"}, {0x20, "MAP_ANONYMOUS"}, {0x40, "MAP_32BIT"}, {0x80, "MAP_ABOVE4G"},
		{0x4000, "MAP_NORESERVE"}, {0x8000, "MAP_POPULATE"}, {0x10000, "MAP_NONBLOCK"}, {0x100, "MAP_GROWSDOWN"},
		{0x800, "MAP_DENYWRITE"}, {0x1000, "MAP_EXECUTABLE"}, {0x2000, "MAP_LOCKED"}, {0x20000, "MAP_STACK"},
		{0x40000, "MAP_HUGETLB"}, {0x80000, "MAP_SYNC"}, {0x100000, "MAP_FIXED_NOREPLACE"},
		{0x78000000, "30<<MAP_HUGE_SHIFT"}, {0x54000000, "21<<MAP_HUGE_SHIFT"}, {0x4000000, "MAP_UNINITIALIZED"},
	}}

	// Mremap is for mremap(2).
	Mremap = Table{Prefix: "MREMAP_", Bits: []Flag{
		{1, "MREMAP_MAYMOVE"}, {2, "MREMAP_FIXED"}, {4, "MREMAP_DONTUNMAP"},
	}}

	// Msync is for msync(2).
	Msync = Table{Prefix: "MS_", Bits: []Flag{
		{1, "MS_ASYNC"}, {2, "MS_INVALIDATE"}, {4, "MS_SYNC"},
	}}

	// Madvise is for madvise(2).
	Madvise = Table{Prefix: "MADV_", Mask: Whole, Values: []Flag{
		{0, "MADV_NORMAL"}, {1, "MADV_RANDOM"}, {2, "MADV_SEQUENTIAL"}, {3, "MADV_WILLNEED"}, {4, "MADV_DONTNEED"},
		{8, "MADV_FREE"}, {9, "MADV_REMOVE"}, {0xa, "MADV_DONTFORK"}, {0xb, "MADV_DOFORK"}, {0xc, "MADV_MERGEABLE"},
		{0xd, "MADV_UNMERGEABLE"}, {0xe, "MADV_HUGEPAGE"}, {0xf, "MADV_NOHUGEPAGE"}, {0x10, "MADV_DONTDUMP"},
		{0x11, "MADV_DODUMP"}, {0x12, "MADV_WIPEONFORK"}, {0x13, "MADV_KEEPONFORK"}, {0x14, "MADV_COLD"},
		{0x15, "MADV_PAGEOUT"}, {0x16, "MADV_POPULATE_READ"}, {0x17, "MADV_POPULATE_WRITE"},
		{0x18, "MADV_DONTNEED_LOCKED"}, {0x19, "MADV_COLLAPSE"}, {0x64, "MADV_HWPOISON"}, {0x65, "MADV_SOFT_OFFLINE"},
		{0x66, "MADV_GUARD_INSTALL"}, {0x67, "MADV_GUARD_REMOVE"},
	}}

	// Mlockall is for mlockall(2).
	Mlockall = Table{Prefix: "MCL_", Bits: []Flag{
		{1, "MCL_CURRENT"}, {2, "MCL_FUTURE"}, {4, "MCL_ONFAULT"},
	}}

	// Mlock2 is for mlock2(2).
	Mlock2 = Table{Prefix: "MLOCK_", Bits: []Flag{
		{1, "MLOCK_ONFAULT"},
	}}

	// Mempolicy is for mbind(2), set_mempolicy(2).
	Mempolicy = Table{Prefix: "MPOL_", Mask: 0xfff, Values: []Flag{
		{0, "MPOL_DEFAULT"}, {1, "MPOL_PREFERRED"}, {2, "MPOL_BIND"}, {3, "MPOL_INTERLEAVE"}, {4, "MPOL_LOCAL"},
		{5, "MPOL_PREFERRED_MANY"}, {6, "MPOL_WEIGHTED_INTERLEAVE"},
	}, Bits: []Flag{
		{0x8000, "MPOL_F_STATIC_NODES"}, {0x4000, "MPOL_F_RELATIVE_NODES"}, {0x2000, "MPOL_F_NUMA_BALANCING"},
	}}

	// GetMempolicy is for get_mempolicy(2).
	GetMempolicy = Table{Prefix: "MPOL_F_", Bits: []Flag{
		{1, "MPOL_F_NODE"}, {2, "MPOL_F_ADDR"}, {4, "MPOL_F_MEMS_ALLOWED"},
	}}

	// Mbind is for mbind(2), move_pages(2).
	Mbind = Table{Prefix: "MPOL_MF_", Bits: []Flag{
		{1, "MPOL_MF_STRICT"}, {2, "MPOL_MF_MOVE"}, {4, "MPOL_MF_MOVE_ALL"},
	}}

	// Memfd is for memfd_create(2).
	Memfd = Table{Prefix: "MFD_", Bits: []Flag{
		{1, "MFD_CLOEXEC"}, {2, "MFD_ALLOW_SEALING"}, {4, "MFD_HUGETLB"}, {8, "MFD_NOEXEC_SEAL"}, {0x10, "MFD_EXEC"},
		{0x78000000, "30<<MFD_HUGE_SHIFT"}, {0x54000000, "21<<MFD_HUGE_SHIFT"},
	}}

	// MemfdSecret is for memfd_secret(2).
	MemfdSecret = Table{Prefix: "O_", Bits: []Flag{
		{0x80000, "O_CLOEXEC"},
	}}

	// PkeyAccess is for pkey_alloc(2).
	PkeyAccess = Table{Prefix: "PKEY_", Bits: []Flag{
		{1, "PKEY_DISABLE_ACCESS"}, {2, "PKEY_DISABLE_WRITE"},
	}}

	// ShadowStack is for map_shadow_stack(2).
	ShadowStack = Table{Prefix: "SHADOW_STACK_", Bits: []Flag{
		{1, "SHADOW_STACK_SET_TOKEN"},
	}}

	// Userfaultfd is for userfaultfd(2).
	Userfaultfd = Table{Prefix: "UFFD_", Bits: []Flag{
		{0x80000, "O_CLOEXEC"}, {0x800, "O_NONBLOCK"}, {1, "UFFD_USER_MODE_ONLY"},
	}}

	// Membarrier is for membarrier(2).
	Membarrier = Table{Prefix: "MEMBARRIER_CMD_", Mask: Whole, Values: []Flag{
		{0, "MEMBARRIER_CMD_QUERY"}, {1, "MEMBARRIER_CMD_GLOBAL"}, {2, "MEMBARRIER_CMD_GLOBAL_EXPEDITED"},
		{4, "MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED"}, {8, "MEMBARRIER_CMD_PRIVATE_EXPEDITED"},
		{0x10, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED"}, {0x20, "MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE"},
		{0x40, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE"},
		{0x80, "MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ"}, {0x100, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ"},
		{0x200, "MEMBARRIER_CMD_GET_REGISTRATIONS"},
	}}

	// MembarrierFlags is for membarrier(2).
	MembarrierFlags = Table{Prefix: "MEMBARRIER_CMD_FLAG_", Bits: []Flag{
		{1, "MEMBARRIER_CMD_FLAG_CPU"},
	}}

	// IPCGet is for semget(2), shmget(2), msgget(2); the low nine bits are a mode.
	IPCGet = Table{Prefix: "IPC_", Octal: 0o777, Bits: []Flag{
		{0x200, "IPC_CREAT"}, {0x400, "IPC_EXCL"}, {0x800, "SHM_HUGETLB"}, {0x1000, "SHM_NORESERVE"},
	}}

	// Shmat is for shmat(2).
	Shmat = Table{Prefix: "SHM_", Bits: []Flag{
		{0x1000, "SHM_RDONLY"}, {0x2000, "SHM_RND"}, {0x4000, "SHM_REMAP"}, {0x8000, "SHM_EXEC"},
	}}

	// Shmctl is for shmctl(2).
	Shmctl = Table{Prefix: "SHM_", Mask: 0xff, Values: []Flag{
		{0, "IPC_RMID"}, {1, "IPC_SET"}, {2, "IPC_STAT"}, {3, "IPC_INFO"}, {0xb, "SHM_LOCK"}, {0xc, "SHM_UNLOCK"},
		{0xd, "SHM_STAT"}, {0xe, "SHM_INFO"}, {0xf, "SHM_STAT_ANY"},
	}, Bits: []Flag{
		{0x100, "IPC_64"},
	}}

	// Semctl is for semctl(2).
	Semctl = Table{Prefix: "SEM_", Mask: 0xff, Values: []Flag{
		{0, "IPC_RMID"}, {1, "IPC_SET"}, {2, "IPC_STAT"}, {3, "IPC_INFO"}, {0xb, "GETPID"}, {0xc, "GETVAL"},
		{0xd, "GETALL"}, {0xe, "GETNCNT"}, {0xf, "GETZCNT"}, {0x10, "SETVAL"}, {0x11, "SETALL"}, {0x12, "SEM_STAT"},
		{0x13, "SEM_INFO"}, {0x14, "SEM_STAT_ANY"},
	}, Bits: []Flag{
		{0x100, "IPC_64"},
	}}

	// Msgctl is for msgctl(2).
	Msgctl = Table{Prefix: "MSG_", Mask: 0xff, Values: []Flag{
		{0, "IPC_RMID"}, {1, "IPC_SET"}, {2, "IPC_STAT"}, {3, "IPC_INFO"}, {0xb, "MSG_STAT"}, {0xc, "MSG_INFO"},
		{0xd, "MSG_STAT_ANY"},
	}, Bits: []Flag{
		{0x100, "IPC_64"},
	}}

	// MsgOp is for msgsnd(2), msgrcv(2).
	MsgOp = Table{Prefix: "MSG_", Bits: []Flag{
		{0x800, "IPC_NOWAIT"}, {0x1000, "MSG_NOERROR"}, {0x2000, "MSG_EXCEPT"}, {0x4000, "MSG_COPY"},
	}}

	// SemFlags is for semop(2).
	SemFlags = Table{Prefix: "SEM_", Bits: []Flag{
		{0x800, "IPC_NOWAIT"}, {0x1000, "SEM_UNDO"},
	}}

	// IPCCall is for ipc(2), the i386 call that stands for all of System V IPC; the number is in the low 16
	// bits.
	IPCCall = Table{Mask: 0xffff, Values: []Flag{
		{1, "SEMOP"}, {2, "SEMGET"}, {3, "SEMCTL"}, {4, "SEMTIMEDOP"}, {0xb, "MSGSND"}, {0xc, "MSGRCV"},
		{0xd, "MSGGET"}, {0xe, "MSGCTL"}, {0x15, "SHMAT"}, {0x16, "SHMDT"}, {0x17, "SHMGET"}, {0x18, "SHMCTL"},
	}}
)
