package decode

import (
	"utrace/syscalls"
	"utrace/syscalls/flags"
)

// number writes a value that is no address: a register, or a field with the sign that its type has.
func (d *Decoder) number(a *syscalls.Arg, v uint64) {
	switch a.Kind {
	case syscalls.Int, syscalls.Protocol:
		d.dec(int64(int32(v)))
	case syscalls.Uint, syscalls.SockOpt:
		d.udec(uint64(uint32(v)))
	case syscalls.Long, syscalls.Off:
		d.dec(d.sign(v))
	case syscalls.S64:
		d.dec(int64(v))
	case syscalls.Ulong, syscalls.Size, syscalls.Low, syscalls.High, syscalls.Time, syscalls.U64:
		d.udec(v)
	case syscalls.FD:
		d.fd(int32(v))
	case syscalls.AtFD:
		d.atFD(int32(v))
	case syscalls.Pid:
		d.pid(int32(v), d.pidKind(a))
	case syscalls.Uid, syscalls.Gid:
		d.id(uint32(v))
	case syscalls.Uid16, syscalls.Gid16:
		d.id(uint32(int32(int16(v))))
	case syscalls.Signal:
		d.signal(int(int32(v)))
	case syscalls.SigHandler:
		d.handler(v, d.clip(^uint64(0)))
	case syscalls.Sigmask:
		d.mask(v)
	case syscalls.OldSigset:
		d.oldMask(v)
	case syscalls.Flags, syscalls.Enum, syscalls.OpenFlags:
		if a.Flags == &flags.Personality && uint32(v) == ^uint32(0) { // asks for it
			d.hex(uint64(uint32(v)))
			return
		}
		d.flags(a.Flags, uint64(uint32(v)))
	case syscalls.Ioctl:
		d.ioctl(uint32(v))
	case syscalls.Flags64:
		if a.Flags == &flags.Clone {
			d.cloneFlags(v)
			return
		}
		d.flags(a.Flags, v)
	case syscalls.Mode, syscalls.CreateMode:
		d.octal(v & 0xffff)
	case syscalls.FileMode:
		d.fileMode(uint32(v & 0xffff))
	case syscalls.Dev:
		d.dev(v)
	case syscalls.PageOff:
		d.hex(v * pageSize)
	case syscalls.Key:
		d.ipcKey(uint32(v))
	case syscalls.QuotaCmd:
		d.quotaCommand(a.Flags, uint32(v))
	case syscalls.Tone:
		d.tone(uint32(v))
	case syscalls.Sound:
		d.sound(v)
	case syscalls.Rlim:
		d.limit(v)
	case syscalls.Error:
		d.status(int32(v))
	case syscalls.Seconds:
		d.seconds(int64(v), 0)
	case syscalls.Ticks:
		d.ticks(int64(v))
	case syscalls.IOPrio:
		d.ioPriority(uint32(v))
	case syscalls.FutexOp:
		d.futexOp(uint32(v))
	case syscalls.UserOff:
		d.userOffset(v)
	case syscalls.Ptracer:
		d.ptracer(v)
	case syscalls.ErrorCode:
		d.errno(int(int32(v)))
	case syscalls.SyslogAction:
		d.syslogAction(v)
	case syscalls.SwapFlags:
		d.swapFlags(uint64(uint32(v)))
	case syscalls.FanFD:
		d.fanFD(int32(v))
	case syscalls.VectorLength:
		d.vectorLength(a.Flags, uint64(uint32(v)))
	case syscalls.KeySerial:
		d.keySerial(v)
	case syscalls.Noted:
		d.noted(a.Flags, v)
	case syscalls.NetEnum:
		d.wrap("htons")
		d.flags(a.Flags, v>>8&0xff|v&0xff<<8)
		d.unwrap()
	case syscalls.KernelVersion:
		d.kernelVersion(v)
	case syscalls.HexInt:
		d.hex(uint64(uint32(v)))
	case syscalls.HexWide:
		d.hexWide(v)
	case syscalls.IfIndex:
		d.ifindex(uint32(v))
	case syscalls.Inet:
		d.inet4([]byte{byte(v), byte(v >> 8), byte(v >> 16), byte(v >> 24)})
	case syscalls.Port:
		d.port(uint16(v))
	case syscalls.Ptr:
		d.addr(v)
	default: // Hex, Varies, and what has no text of its own yet
		d.hex(v)
	}
}

// quotaCommand writes a command of quotactl(2), and whose quotas it is about.
func (d *Decoder) quotaCommand(commands *flags.Table, v uint32) {
	if !d.symbol(uint64(v), inUdec) {
		return
	}
	bare := d.bare
	d.bare = true
	d.fn("QCMD")
	d.fnArg("cmd")
	d.flags(commands, uint64(v>>8))
	d.fnArg("type")
	d.flags(&flags.QuotaTypes, uint64(v&0xff))
	d.endFn()
	d.bare = bare
	d.endSymbol()
}

func (d *Decoder) ipcKey(v uint32) {
	if v == 0 {
		d.name(0, inHex, "IPC_PRIVATE")
		return
	}
	d.hex(uint64(v))
}
