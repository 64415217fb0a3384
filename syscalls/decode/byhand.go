package decode

// handWritten writes a struct that types.txt cannot tell of. n is its length, if the call says one. It
// returns false if there is nothing to read: then the address is shown.
type handWritten struct {
	write func(d *Decoder, addr, n uint64) bool
	size  func(d *Decoder) int // of one in a list; nil if there are no lists of it
}

// byHand returns what writes a struct: calls.txt, types.txt and commands.txt call it so.
func byHand(name string) handWritten {
	switch name {
	case "cap_data":
		return handWritten{(*Decoder).capData, nil}
	case "clone_args":
		return handWritten{(*Decoder).cloneArgs, nil}
	case "epoll_event":
		return handWritten{(*Decoder).epollEvent, func(*Decoder) int { return 12 }}
	case "file_handle":
		return handWritten{(*Decoder).fileHandle, nil}
	case "io_uring_files_update":
		return handWritten{(*Decoder).ioUringFilesUpdate, nil}
	case "io_uring_probe":
		return handWritten{(*Decoder).ioUringProbe, nil}
	case "io_wq_workers":
		return handWritten{(*Decoder).ioWqWorkers, nil}
	case "key_capabilities":
		return handWritten{(*Decoder).keyCapabilities, nil}
	case "key_in":
		return handWritten{(*Decoder).keyIn, nil}
	case "key_in2":
		return handWritten{(*Decoder).keyIn2, nil}
	case "mount_data":
		return handWritten{(*Decoder).mountData, nil}
	case "mount_type":
		return handWritten{(*Decoder).mountType, nil}
	case "msgbuf":
		return handWritten{(*Decoder).msgbuf, nil}
	case "group_req":
		return handWritten{(*Decoder).groupReq, nil}
	case "icmp_filter":
		return handWritten{(*Decoder).icmpFilter, nil}
	case "netlink_groups":
		return handWritten{(*Decoder).netlinkGroups, nil}
	case "perf_event_attr":
		return handWritten{(*Decoder).perfEventAttr, nil}
	case "pollfd":
		return handWritten{(*Decoder).pollfd, func(*Decoder) int { return 8 }}
	case "regset":
		return handWritten{(*Decoder).regset, nil}
	case "seccomp_notif":
		return handWritten{(*Decoder).seccompNotif, nil}
	case "sched_attr":
		return handWritten{(*Decoder).schedAttr, nil}
	case "siginfo":
		return handWritten{(*Decoder).siginfoElem, func(*Decoder) int { return SiginfoSize }}
	case "sigset_arg":
		return handWritten{(*Decoder).sigsetArg, nil}
	case "sock_fprog":
		return handWritten{(*Decoder).sockFprog, nil}
	case "syscall_info":
		return handWritten{(*Decoder).syscallInfo, nil}
	case "user_desc":
		return handWritten{(*Decoder).userDesc, nil}
	case "user_regs":
		return handWritten{(*Decoder).userRegs, nil}
	case "txrehash":
		return handWritten{(*Decoder).txRehash, nil}
	case "utime":
		return handWritten{(*Decoder).utime, (*Decoder).twoWords}
	case "utime64":
		return handWritten{(*Decoder).utime64, func(*Decoder) int { return 16 }}
	case "utimeval":
		return handWritten{(*Decoder).utimeval, (*Decoder).twoWords}
	case "fiemap":
		return handWritten{(*Decoder).fiemap, nil}
	case "file_dedupe_range":
		return handWritten{(*Decoder).dedupeRange, nil}
	case "ifconf":
		return handWritten{(*Decoder).ifconf, nil}
	case "ifreq":
		return handWritten{(*Decoder).ifreq, nil}
	case "console_font_op":
		return handWritten{(*Decoder).consoleFontOp, nil}
	case "input_keycode":
		return handWritten{(*Decoder).inputKeycode, nil}
	case "key_text":
		return handWritten{(*Decoder).keyText, nil}
	case "rand_pool_info":
		return handWritten{(*Decoder).randPoolInfo, nil}
	case "termio":
		return handWritten{(*Decoder).termio, nil}
	case "termios":
		return handWritten{(*Decoder).termios, nil}
	case "termios2":
		return handWritten{(*Decoder).termios2, nil}
	case "uffdio_api":
		return handWritten{(*Decoder).uffdioAPI, nil}
	case "bpf_insns":
		return handWritten{(*Decoder).bpfInsns, nil}
	case "bpf_next_id":
		return handWritten{(*Decoder).bpfNextID, nil}
	case "bpf_object_info":
		return handWritten{(*Decoder).bpfObjectInfo, nil}
	}
	return handWritten{}
}
