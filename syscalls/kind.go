package syscalls

// Kind is what an argument or a result is. It says how to write it down, and nothing about when to read
// what it points at: that is Dir.
//
// A word is a register of the caller: 64 bits on amd64, 32 on i386. A C int is the low 32 bits of one, and
// whatever is above them is noise. A pointer may always be NULL, and always be wrong.
//
// The blocks below leave room between them, so that a new Kind joins its like.
type Kind uint8

// Numbers.
const (
	_        Kind = iota
	Int           // int
	Uint          // unsigned int
	Long          // long: a signed word
	Ulong         // unsigned long: a word
	Size          // size_t: a word
	Hex           // a word better read in hexadecimal
	HexInt        // an unsigned int better read in hexadecimal
	Off           // off_t or loff_t in one register: a signed word
	Low           // the low 32 bits of a 64-bit number, where a register holds no more; High follows
	High          // the high 32 bits of the number, signed if it is an offset
	PageOff       // an offset in units of 4096 bytes: mmap2's
	Pad           // a register that the call has and ignores; not an argument to the reader
	Ptr           // an address, of nothing that can be shown
	Time          // time_t: seconds since 1970
	Key           // key_t of System V IPC, hexadecimal; 0 is IPC_PRIVATE
	Dev           // dev_t: major and minor
	Varies        // what it is depends on an argument before it: fcntl's arg on its cmd
	NoReturn      // as a result: the call does not return

	// Names of things.

	FD         // int: a file descriptor
	AtFD       // int: a directory's descriptor that the Path after it starts from, or AT_FDCWD
	Pid        // int: a process, thread or group
	Signal     // int: a signal number
	SigHandler // a function's address, or SIG_DFL, SIG_IGN, SIG_ERR
	Uid        // unsigned int; -1 means no change
	Gid        // unsigned int; -1 means no change
	Uid16      // the low 16 bits; -1 means no change
	Gid16      // the low 16 bits; -1 means no change

	// Constants, in Arg.Flags.

	Flags      // unsigned int of bits and fields
	Flags64    // unsigned long of bits and fields
	Enum       // int, one of a few
	OpenFlags  // Flags of open(2)
	Mode       // umode_t: permissions, in octal
	CreateMode // Mode, but only if the OpenFlags before it hold O_CREAT or all of O_TMPFILE
	FileMode   // Mode with a file type: mknod's
	Ioctl      // unsigned int: a request, which tells of its argument in bits: _IOC(dir, type, nr, size)
	Protocol   // int: a protocol of the family before it: flags.IPProtocols, flags.NetlinkProtocols
	SockOpt    // int: an option of the level before it: flags.SocketOptions, flags.TCPOptions, ...
	QuotaCmd   // int: a command of Flags in the high 24 bits, flags.QuotaTypes in the low 8
	IOPrio     // int: flags.IOPriorityClasses in bits 13 to 15, a level below
	OldSigset  // a word of signals as a value, not an address: signal 1 is bit 0

	// What a struct holds, and an argument does not.

	S64           // a number of the field's size, with a sign
	U64           // a number of the field's size
	Sigmask       // 64 bits of signals: signal 1 is bit 0
	Rlim          // of a resource; all ones is RLIM_INFINITY, or RLIM64_INFINITY of 64 bits
	Error         // an error number, positive
	FDFlags       // of fcntl(2), as a result
	NamedFlags    // Flags as a result, whose names stand without numbers
	Ticks         // hundredths of a second
	UserOff       // an offset in struct user: ptrace(2)'s
	FutexOp       // what FUTEX_WAKE_OP does
	Ptracer       // Pid, or PR_SET_PTRACER_ANY
	ErrorCode     // unsigned int: an error number, positive
	KeySerial     // int: a key, flags.KeySerial or a number
	Noted         // a word of constants, its number first and their names in a comment
	Seconds       // since 1970, with the date in a comment
	Port          // in network order
	NetEnum       // 16 bits in network order, one of a few
	Chars         // text in an array, ended by NUL if there is room
	Bytes         // an array of bytes, shown as a string
	HexBytes      // an array of bytes, shown as a string in hexadecimal
	KernelVersion // KERNEL_VERSION(a, b, c): a << 16 | b << 8 | c
	HexWide       // in hexadecimal, eight characters
	IfIndex       // unsigned int: the number of a network interface
	Inet          // 32 bits in network order: an IPv4 address
	Inet6         // an array of 16 bytes: an IPv6 address
	Mac           // an array of bytes, as many as the length says: the address of hardware

	// What one call has.

	Tone         // KDMKTONE's: the period of a tone in ticks of 1193182 Hz, and milliseconds above its 16 bits
	Sound        // KIOCSOUND's: the period of a tone in ticks of 1193182 Hz
	SyslogAction // int: flags.Syslog, always with its number
	SwapFlags    // unsigned int: flags.Swap, and a priority in the low 15 bits
	FanFD        // AtFD, or FAN_NOFD
	VectorLength // unsigned int: Flags in the high 16 bits, and a number of bytes
)

// Text and bytes.
const (
	Path    Kind = iota + 80 // a file's name, ended by NUL, at most PATH_MAX
	Str                      // other text, ended by NUL
	StrOut                   // text, ended by NUL, that the kernel writes; room for LenArg bytes
	StrVec                   // argv or envp: addresses of Str, ended by NULL
	BufIn                    // LenArg bytes
	SockBuf                  // LenArg bytes that a socket sends; when Out, room for those that it receives
	BufOut                   // room for LenArg bytes, of which the call fills in as many as it returns
)

// Lists, of as many elements as LenArg says. Those of structs are Structs, below.
const (
	Iovec       Kind = iota + 90 // struct iovec; when Out, the call's result says how many bytes are filled in
	RemoteIovec                  // struct iovec of another process: addresses, not to be looked behind
	Msghdr                       // struct msghdr, one
	Mmsghdr                      // struct mmsghdr; at exit as many as the call returns
	Sockaddr                     // struct sockaddr; LenArg says its bytes
	SockOptVal                   // the value of the SockOpt before it; LenArg says its bytes
	SockInt                      // one that is an int, or less of it
	SockStruct                   // one that is the struct of Arg.Type, or less of it
	FDSet                        // fd_set; LenArg says how many bits count
	GidList                      // gid_t; when Out, as many as the call returns
	Gid16List                    // 16-bit gid_t; when Out, as many as the call returns
	IntVec                       // int
	U64Vec                       // 64-bit numbers; when Out, as many as the call returns
	PtrVec                       // addresses
	Dirents                      // struct linux_dirent; LenArg says the room, the result the bytes
	Dirents64                    // struct linux_dirent64; LenArg says the room, the result the bytes
	Msgbuf                       // struct msgbuf; LenArg says the bytes of its text
	CPUSet                       // bits; LenArg says their bytes
	NodeMask                     // bits; LenArg says how many
	Mincore                      // a byte for each page of LenArg bytes
)

// Pointers to one number each.
const (
	IntPtr       Kind = iota + 120 // int
	UintPtr                        // unsigned int
	LongPtr                        // a signed word
	UlongPtr                       // a word
	U16Ptr                         // 16 bits
	OffPtr                         // loff_t: 64 bits, signed
	PtrPtr                         // an address
	TimePtr                        // Time
	FDPair                         // two FD
	FlagsPtr                       // unsigned int of bits and fields
	WaitStatus                     // int, as wait(2) tells of an end
	OldSigsetPtr                   // OldSigset
)

// Pointers to structs.
const (
	Struct  Kind = iota + 140 // one of Arg.Type; LenArg, if any, says its bytes
	Structs                   // as many of Arg.Type as LenArg says; when Out, as many as the call returns
	Sigset                    // sigset_t; LenArg says its bytes
	Siginfo                   // siginfo_t
)

// NeedsLen reports whether an argument of this Kind says nothing without a length.
func (k Kind) NeedsLen() bool {
	switch k {
	case StrOut, BufIn, SockBuf, BufOut, Sigset:
		return true
	case Msghdr, U64Vec: // lsm_list_modules says how many
		return false
	}
	return k >= Iovec && k <= Mincore
}

// IsPointer reports whether the argument is an address, of memory that Dir says when to read.
func (k Kind) IsPointer() bool { return k >= Path || k == Ptr }
