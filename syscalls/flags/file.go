package flags

// Files, directories and mounts.

var (
	// Open has the O_ flags of open(2) and of every call that makes a descriptor with O_ flags. O_SYNC holds
	// O_DSYNC, and O_TMPFILE holds O_DIRECTORY, so the longer one comes first.
	Open = Table{Prefix: "O_", Mask: 0x3, Values: []Flag{
		{0, "O_RDONLY"}, {1, "O_WRONLY"}, {2, "O_RDWR"}, {3, "O_ACCMODE"},
	}, Bits: []Flag{
		{0x40, "O_CREAT"}, {0x80, "O_EXCL"}, {0x100, "O_NOCTTY"}, {0x200, "O_TRUNC"}, {0x400, "O_APPEND"},
		{0x800, "O_NONBLOCK"}, {0x101000, "O_SYNC"}, {0x1000, "O_DSYNC"}, {0x4000, "O_DIRECT"},
		{0x8000, "O_LARGEFILE"}, {0x20000, "O_NOFOLLOW"}, {0x40000, "O_NOATIME"}, {0x80000, "O_CLOEXEC"},
		{0x200000, "O_PATH"}, {0x410000, "O_TMPFILE"}, {0x10000, "O_DIRECTORY"}, {0x2000, "FASYNC"},
	}}

	// OpenBits has the O_ flags where no access mode goes with them: dup3(2), pipe2(2).
	OpenBits = Table{Prefix: "O_", Bits: []Flag{
		{0x40, "O_CREAT"}, {0x80, "O_EXCL"}, {0x100, "O_NOCTTY"}, {0x200, "O_TRUNC"}, {0x400, "O_APPEND"},
		{0x800, "O_NONBLOCK"}, {0x101000, "O_SYNC"}, {0x1000, "O_DSYNC"}, {0x4000, "O_DIRECT"},
		{0x8000, "O_LARGEFILE"}, {0x20000, "O_NOFOLLOW"}, {0x40000, "O_NOATIME"}, {0x80000, "O_CLOEXEC"},
		{0x200000, "O_PATH"}, {0x410000, "O_TMPFILE"}, {0x10000, "O_DIRECTORY"}, {0x2000, "FASYNC"},
	}}

	// Access is for access(2).
	Access = Table{Prefix: "?_OK", Zero: "F_OK", Bits: []Flag{
		{4, "R_OK"}, {2, "W_OK"}, {1, "X_OK"},
	}}

	// Whence is for lseek(2).
	Whence = Table{Prefix: "SEEK_", Mask: Whole, Values: []Flag{
		{0, "SEEK_SET"}, {1, "SEEK_CUR"}, {2, "SEEK_END"}, {3, "SEEK_DATA"}, {4, "SEEK_HOLE"},
	}}

	// At has the AT_ flags most calls with a directory descriptor know.
	At = Table{Prefix: "AT_", Bits: []Flag{
		{0x100, "AT_SYMLINK_NOFOLLOW"}, {0x200, "AT_REMOVEDIR"}, {0x400, "AT_SYMLINK_FOLLOW"},
		{0x800, "AT_NO_AUTOMOUNT"}, {0x1000, "AT_EMPTY_PATH"}, {0x8000, "AT_RECURSIVE"},
	}}

	// Unlinkat is for unlinkat(2).
	Unlinkat = Table{Prefix: "AT_", Bits: []Flag{
		{0x200, "AT_REMOVEDIR"},
	}}

	// Faccessat is for faccessat2(2), where one bit has another meaning than elsewhere.
	Faccessat = Table{Prefix: "AT_", Bits: []Flag{
		{0x200, "AT_EACCESS"}, {0x100, "AT_SYMLINK_NOFOLLOW"}, {0x1000, "AT_EMPTY_PATH"},
	}}

	// Execveat is for execveat(2).
	Execveat = Table{Prefix: "AT_", Bits: []Flag{
		{0x100, "AT_SYMLINK_NOFOLLOW"}, {0x1000, "AT_EMPTY_PATH"}, {0x10000, "AT_EXECVE_CHECK"},
	}}

	// StatxAt is for statx(2).
	StatxAt = Table{Prefix: "AT_", Mask: 0x6000, Values: []Flag{
		{0, "AT_STATX_SYNC_AS_STAT"}, {0x2000, "AT_STATX_FORCE_SYNC"}, {0x4000, "AT_STATX_DONT_SYNC"},
		{0x6000, "AT_STATX_SYNC_TYPE"},
	}, Bits: []Flag{
		{0x100, "AT_SYMLINK_NOFOLLOW"}, {0x800, "AT_NO_AUTOMOUNT"}, {0x1000, "AT_EMPTY_PATH"},
		{0x8000, "AT_RECURSIVE"},
	}}

	// StatxMask is for statx(2).
	StatxMask = Table{Prefix: "STATX_", Bits: []Flag{
		{0xfff, "STATX_ALL"}, {0x7ff, "STATX_BASIC_STATS"}, {1, "STATX_TYPE"}, {2, "STATX_MODE"}, {4, "STATX_NLINK"},
		{8, "STATX_UID"}, {0x10, "STATX_GID"}, {0x20, "STATX_ATIME"}, {0x40, "STATX_MTIME"}, {0x80, "STATX_CTIME"},
		{0x100, "STATX_INO"}, {0x200, "STATX_SIZE"}, {0x400, "STATX_BLOCKS"}, {0x800, "STATX_BTIME"},
		{0x1000, "STATX_MNT_ID"}, {0x2000, "STATX_DIOALIGN"}, {0x4000, "STATX_MNT_ID_UNIQUE"},
		{0x8000, "STATX_SUBVOL"}, {0x10000, "STATX_WRITE_ATOMIC"}, {0x20000, "STATX_DIO_READ_ALIGN"},
	}}

	// NameToHandleAt is for name_to_handle_at(2).
	NameToHandleAt = Table{Prefix: "AT_", Bits: []Flag{
		{0x400, "AT_SYMLINK_FOLLOW"}, {0x1000, "AT_EMPTY_PATH"}, {0x200, "AT_HANDLE_FID"},
		{1, "AT_HANDLE_MNT_ID_UNIQUE"}, {2, "AT_HANDLE_CONNECTABLE"},
	}}

	// Rename is for renameat2(2).
	Rename = Table{Prefix: "RENAME_", Bits: []Flag{
		{1, "RENAME_NOREPLACE"}, {2, "RENAME_EXCHANGE"}, {4, "RENAME_WHITEOUT"},
	}}

	// Fallocate is for fallocate(2).
	Fallocate = Table{Prefix: "FALLOC_FL_", Bits: []Flag{
		{1, "FALLOC_FL_KEEP_SIZE"}, {2, "FALLOC_FL_PUNCH_HOLE"}, {4, "FALLOC_FL_NO_HIDE_STALE"},
		{8, "FALLOC_FL_COLLAPSE_RANGE"}, {0x10, "FALLOC_FL_ZERO_RANGE"}, {0x20, "FALLOC_FL_INSERT_RANGE"},
		{0x40, "FALLOC_FL_UNSHARE_RANGE"}, {0x80, "FALLOC_FL_WRITE_ZEROES"},
	}}

	// Fadvise is for posix_fadvise(2).
	Fadvise = Table{Prefix: "POSIX_FADV_", Mask: Whole, Values: []Flag{
		{0, "POSIX_FADV_NORMAL"}, {1, "POSIX_FADV_RANDOM"}, {2, "POSIX_FADV_SEQUENTIAL"}, {3, "POSIX_FADV_WILLNEED"},
		{4, "POSIX_FADV_DONTNEED"}, {5, "POSIX_FADV_NOREUSE"},
	}}

	// SyncFileRange is for sync_file_range(2).
	SyncFileRange = Table{Prefix: "SYNC_FILE_RANGE_", Bits: []Flag{
		{1, "SYNC_FILE_RANGE_WAIT_BEFORE"}, {2, "SYNC_FILE_RANGE_WRITE"}, {4, "SYNC_FILE_RANGE_WAIT_AFTER"},
	}}

	// Splice is for splice(2), tee(2), vmsplice(2).
	Splice = Table{Prefix: "SPLICE_F_", Bits: []Flag{
		{1, "SPLICE_F_MOVE"}, {2, "SPLICE_F_NONBLOCK"}, {4, "SPLICE_F_MORE"}, {8, "SPLICE_F_GIFT"},
	}}

	// Rwf is for preadv2(2), pwritev2(2).
	Rwf = Table{Prefix: "RWF_", Bits: []Flag{
		{1, "RWF_HIPRI"}, {2, "RWF_DSYNC"}, {4, "RWF_SYNC"}, {8, "RWF_NOWAIT"}, {0x10, "RWF_APPEND"},
		{0x20, "RWF_NOAPPEND"}, {0x40, "RWF_ATOMIC"}, {0x80, "RWF_DONTCACHE"},
	}}

	// Flock is for flock(2).
	Flock = Table{Prefix: "LOCK_", Bits: []Flag{
		{1, "LOCK_SH"}, {2, "LOCK_EX"}, {4, "LOCK_NB"}, {8, "LOCK_UN"}, {0x20, "LOCK_MAND"}, {0x40, "LOCK_READ"},
		{0x80, "LOCK_WRITE"},
	}}

	// Xattr is for setxattr(2).
	Xattr = Table{Prefix: "XATTR_", Bits: []Flag{
		{1, "XATTR_CREATE"}, {2, "XATTR_REPLACE"},
	}}

	// Fcntl is for fcntl(2).
	Fcntl = Table{Prefix: "F_", Mask: Whole, Values: []Flag{
		{0, "F_DUPFD"}, {1, "F_GETFD"}, {2, "F_SETFD"}, {3, "F_GETFL"}, {4, "F_SETFL"}, {5, "F_GETLK"},
		{6, "F_SETLK"}, {7, "F_SETLKW"}, {8, "F_SETOWN"}, {9, "F_GETOWN"}, {0xa, "F_SETSIG"}, {0xb, "F_GETSIG"},
		{5, "F_GETLK64"}, {6, "F_SETLK64"}, {7, "F_SETLKW64"}, {0xf, "F_SETOWN_EX"}, {0x10, "F_GETOWN_EX"},
		{0x11, "F_GETOWNER_UIDS"}, {0x24, "F_OFD_GETLK"}, {0x25, "F_OFD_SETLK"}, {0x26, "F_OFD_SETLKW"},
		{0x400, "F_SETLEASE"}, {0x401, "F_GETLEASE"}, {0x402, "F_NOTIFY"}, {0x403, "F_DUPFD_QUERY"},
		{0x404, "F_CREATED_QUERY"}, {0x405, "F_CANCELLK"}, {0x406, "F_DUPFD_CLOEXEC"}, {0x407, "F_SETPIPE_SZ"},
		{0x408, "F_GETPIPE_SZ"}, {0x409, "F_ADD_SEALS"}, {0x40a, "F_GET_SEALS"}, {0x40b, "F_GET_RW_HINT"},
		{0x40c, "F_SET_RW_HINT"}, {0x40d, "F_GET_FILE_RW_HINT"}, {0x40e, "F_SET_FILE_RW_HINT"}, {0x40f, "F_GETDELEG"},
		{0x410, "F_SETDELEG"},
	}}

	// FDFlags is what F_SETFD sets and F_GETFD returns.
	FDFlags = Table{Prefix: "FD_", Bits: []Flag{
		{1, "FD_CLOEXEC"},
	}}

	// Seals is what F_ADD_SEALS adds and F_GET_SEALS returns.
	Seals = Table{Prefix: "F_SEAL_", Bits: []Flag{
		{1, "F_SEAL_SEAL"}, {2, "F_SEAL_SHRINK"}, {4, "F_SEAL_GROW"}, {8, "F_SEAL_WRITE"},
		{0x10, "F_SEAL_FUTURE_WRITE"}, {0x20, "F_SEAL_EXEC"},
	}}

	// LeaseType is what F_SETLEASE sets, and the type of a lock.
	LeaseType = Table{Prefix: "F_", Mask: Whole, Values: []Flag{
		{0, "F_RDLCK"}, {1, "F_WRLCK"}, {2, "F_UNLCK"},
	}}

	// CloseRange is for close_range(2).
	CloseRange = Table{Prefix: "CLOSE_RANGE_", Bits: []Flag{
		{2, "CLOSE_RANGE_UNSHARE"}, {4, "CLOSE_RANGE_CLOEXEC"},
	}}

	// Mount is for mount(2).
	Mount = Table{Prefix: "MS_", Bits: []Flag{
		{1, "MS_RDONLY"}, {2, "MS_NOSUID"}, {4, "MS_NODEV"}, {8, "MS_NOEXEC"}, {0x10, "MS_SYNCHRONOUS"},
		{0x20, "MS_REMOUNT"}, {0x40, "MS_MANDLOCK"}, {0x80, "MS_DIRSYNC"}, {0x100, "MS_NOSYMFOLLOW"},
		{0x400, "MS_NOATIME"}, {0x800, "MS_NODIRATIME"}, {0x1000, "MS_BIND"}, {0x2000, "MS_MOVE"}, {0x4000, "MS_REC"},
		{0x8000, "MS_SILENT"}, {0x10000, "MS_POSIXACL"}, {0x20000, "MS_UNBINDABLE"}, {0x40000, "MS_PRIVATE"},
		{0x80000, "MS_SLAVE"}, {0x100000, "MS_SHARED"}, {0x200000, "MS_RELATIME"}, {0x400000, "MS_KERNMOUNT"},
		{0x800000, "MS_I_VERSION"}, {0x1000000, "MS_STRICTATIME"}, {0x2000000, "MS_LAZYTIME"},
	}}

	// Umount is for umount2(2).
	Umount = Table{Prefix: "MNT_", Bits: []Flag{
		{1, "MNT_FORCE"}, {2, "MNT_DETACH"}, {4, "MNT_EXPIRE"}, {8, "UMOUNT_NOFOLLOW"},
	}}

	// OpenTree is for open_tree(2).
	OpenTree = Table{Prefix: "OPEN_TREE_", Bits: []Flag{
		{1, "OPEN_TREE_CLONE"}, {0x80000, "OPEN_TREE_CLOEXEC"}, {0x100, "AT_SYMLINK_NOFOLLOW"},
		{0x800, "AT_NO_AUTOMOUNT"}, {0x1000, "AT_EMPTY_PATH"}, {0x8000, "AT_RECURSIVE"},
	}}

	// MoveMount is for move_mount(2).
	MoveMount = Table{Prefix: "MOVE_MOUNT_", Bits: []Flag{
		{1, "MOVE_MOUNT_F_SYMLINKS"}, {2, "MOVE_MOUNT_F_AUTOMOUNTS"}, {4, "MOVE_MOUNT_F_EMPTY_PATH"},
		{0x10, "MOVE_MOUNT_T_SYMLINKS"}, {0x20, "MOVE_MOUNT_T_AUTOMOUNTS"}, {0x40, "MOVE_MOUNT_T_EMPTY_PATH"},
		{0x100, "MOVE_MOUNT_SET_GROUP"}, {0x200, "MOVE_MOUNT_BENEATH"},
	}}

	// Fsopen is for fsopen(2).
	Fsopen = Table{Prefix: "FSOPEN_", Bits: []Flag{
		{1, "FSOPEN_CLOEXEC"},
	}}

	// Fspick is for fspick(2).
	Fspick = Table{Prefix: "FSPICK_", Bits: []Flag{
		{1, "FSPICK_CLOEXEC"}, {2, "FSPICK_SYMLINK_NOFOLLOW"}, {4, "FSPICK_NO_AUTOMOUNT"}, {8, "FSPICK_EMPTY_PATH"},
	}}

	// Fsmount is for fsmount(2).
	Fsmount = Table{Prefix: "FSMOUNT_", Bits: []Flag{
		{1, "FSMOUNT_CLOEXEC"},
	}}

	// MountAttr is for fsmount(2) and struct mount_attr.
	MountAttr = Table{Prefix: "MOUNT_ATTR_", Mask: 0x70, Zero: "MOUNT_ATTR_RELATIME", Values: []Flag{
		{0x10, "MOUNT_ATTR_NOATIME"}, {0x20, "MOUNT_ATTR_STRICTATIME"},
	}, Bits: []Flag{
		{1, "MOUNT_ATTR_RDONLY"}, {2, "MOUNT_ATTR_NOSUID"}, {4, "MOUNT_ATTR_NODEV"}, {8, "MOUNT_ATTR_NOEXEC"},
		{0x80, "MOUNT_ATTR_NODIRATIME"}, {0x100000, "MOUNT_ATTR_IDMAP"}, {0x200000, "MOUNT_ATTR_NOSYMFOLLOW"},
	}}

	// MountSetattr is for mount_setattr(2).
	MountSetattr = Table{Prefix: "AT_", Bits: []Flag{
		{0x100, "AT_SYMLINK_NOFOLLOW"}, {0x800, "AT_NO_AUTOMOUNT"}, {0x1000, "AT_EMPTY_PATH"},
		{0x8000, "AT_RECURSIVE"},
	}}

	// Fsconfig is for fsconfig(2).
	Fsconfig = Table{Prefix: "FSCONFIG_", Mask: Whole, Values: []Flag{
		{0, "FSCONFIG_SET_FLAG"}, {1, "FSCONFIG_SET_STRING"}, {2, "FSCONFIG_SET_BINARY"}, {3, "FSCONFIG_SET_PATH"},
		{4, "FSCONFIG_SET_PATH_EMPTY"}, {5, "FSCONFIG_SET_FD"}, {6, "FSCONFIG_CMD_CREATE"},
		{7, "FSCONFIG_CMD_RECONFIGURE"}, {8, "FSCONFIG_CMD_CREATE_EXCL"},
	}}

	// Listmount is for listmount(2).
	Listmount = Table{Prefix: "LISTMOUNT_", Bits: []Flag{
		{1, "LISTMOUNT_REVERSE"},
	}}

	// Swap is for swapon(2); the low 15 bits are a priority.
	Swap = Table{Prefix: "SWAP_FLAG_", Bits: []Flag{
		{0x8000, "SWAP_FLAG_PREFER"}, {0x10000, "SWAP_FLAG_DISCARD"}, {0x20000, "SWAP_FLAG_DISCARD_ONCE"},
		{0x40000, "SWAP_FLAG_DISCARD_PAGES"},
	}}

	// QuotaCmd is for quotactl(2), the command without its quota type: cmd >> 8.
	QuotaCmd = Table{Prefix: "Q_", Mask: Whole, Values: []Flag{
		{0x800001, "Q_SYNC"}, {0x800002, "Q_QUOTAON"}, {0x800003, "Q_QUOTAOFF"}, {0x800004, "Q_GETFMT"},
		{0x800005, "Q_GETINFO"}, {0x800006, "Q_SETINFO"}, {0x800007, "Q_GETQUOTA"}, {0x800008, "Q_SETQUOTA"},
		{0x800009, "Q_GETNEXTQUOTA"}, {0x5801, "Q_XQUOTAON"}, {0x5802, "Q_XQUOTAOFF"}, {0x5803, "Q_XGETQUOTA"},
		{0x5804, "Q_XSETQLIM"}, {0x5805, "Q_XGETQSTAT"}, {0x5806, "Q_XQUOTARM"}, {0x5807, "Q_XQUOTASYNC"},
		{0x5808, "Q_XGETQSTATV"}, {0x5809, "Q_XGETNEXTQUOTA"},
	}}

	// QuotaTypes is for quotactl(2), the low byte of the command.
	QuotaTypes = Table{Prefix: "???QUOTA", Mask: Whole, Values: []Flag{
		{0, "USRQUOTA"}, {1, "GRPQUOTA"}, {2, "PRJQUOTA"},
	}}

	// FileTypes has the values of the type in a mode of mknod(2) and stat(2).
	FileTypes = Table{Prefix: "S_IF", Mask: 0xf000, Values: []Flag{
		{0x1000, "S_IFIFO"}, {0x2000, "S_IFCHR"}, {0x4000, "S_IFDIR"}, {0x6000, "S_IFBLK"}, {0x8000, "S_IFREG"},
		{0xa000, "S_IFLNK"}, {0xc000, "S_IFSOCK"},
	}}
)
