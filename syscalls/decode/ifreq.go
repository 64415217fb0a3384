package decode

import (
	"utrace/syscalls/flags"
)

// Requests of ioctl(2) about network interfaces, netdevice(7).

const (
	ifNameSize  = 16
	siocgifname = 0x8910
)

// ifreq writes struct ifreq: an interface, and what the request in the argument before asks of it or sets. A
// question that failed has no answer to show.
func (d *Decoder) ifreq(addr, _ uint64) bool {
	size := 40
	if d.wordSize() == 4 {
		size = 32
	}
	b, ok := d.fetch(addr, size)
	if !ok {
		return false
	}
	cmd := d.arg(1) & 0xffffffff
	answered := !d.filled || !d.failed()
	d.open()
	if cmd == siocgifname {
		d.field("ifr_ifindex")
		d.udec(word(b[ifNameSize:], 4))
		if answered {
			d.field("ifr_name")
			d.chars(b[:ifNameSize])
		}
	} else {
		d.field("ifr_name")
		d.chars(b[:ifNameSize])
		if answered {
			d.ifreqValue(cmd, b[ifNameSize:])
		}
	}
	d.close()
	return true
}

// ifreqValue writes the union in a struct ifreq, b, as a request has it.
func (d *Decoder) ifreqValue(cmd uint64, b []byte) {
	number := func(field string) {
		d.field(field)
		d.dec(int64(int32(word(b, 4))))
	}
	switch cmd {
	case 0x8913, 0x8914: // SIOCGIFFLAGS, SIOCSIFFLAGS
		d.field("ifr_flags")
		d.flags(&flags.InterfaceFlags, word(b, 2))
	case 0x8915, 0x8916: // SIOCGIFADDR, SIOCSIFADDR
		d.ifreqAddress("ifr_addr", b)
	case 0x8917, 0x8918: // SIOCGIFDSTADDR, SIOCSIFDSTADDR
		d.ifreqAddress("ifr_dstaddr", b)
	case 0x8919, 0x891a: // SIOCGIFBRDADDR, SIOCSIFBRDADDR
		d.ifreqAddress("ifr_broadaddr", b)
	case 0x891b, 0x891c: // SIOCGIFNETMASK, SIOCSIFNETMASK
		d.ifreqAddress("ifr_netmask", b)
	case 0x891d, 0x891e: // SIOCGIFMETRIC, SIOCSIFMETRIC
		number("ifr_metric")
	case 0x8921, 0x8922: // SIOCGIFMTU, SIOCSIFMTU
		number("ifr_mtu")
	case 0x8923: // SIOCSIFNAME
		d.field("ifr_newname")
		d.chars(b[:ifNameSize])
	case 0x8927, 0x8924: // SIOCGIFHWADDR, SIOCSIFHWADDR
		d.hardwareAddress(b)
	case 0x8929, 0x8930: // SIOCGIFSLAVE, SIOCSIFSLAVE
		d.field("ifr_slave")
		d.chars(b[:ifNameSize])
	case 0x8933: // SIOCGIFINDEX
		number("ifr_ifindex")
	case 0x8942, 0x8943: // SIOCGIFTXQLEN, SIOCSIFTXQLEN
		number("ifr_qlen")
	case 0x8970, 0x8971: // SIOCGIFMAP, SIOCSIFMAP
		d.ifmap(b)
	}
}

func (d *Decoder) ifreqAddress(field string, b []byte) {
	d.field(field)
	d.sockaddrBytes(b[:16])
}

// hardwareAddress writes the address of hardware in a struct sockaddr: of the types whose addresses have six
// bytes as many, else all.
func (d *Decoder) hardwareAddress(b []byte) {
	const ether, loopback = 1, 772
	kind, length := word(b, 2), 14
	if kind == ether || kind == loopback {
		length = 6
	}
	d.field("ifr_hwaddr")
	d.open()
	d.field("sa_family")
	d.flags(&flags.HardwareTypes, kind)
	d.field("sa_data")
	d.hardware(b[2:16], length)
	d.close()
}

// ifmap writes struct ifmap, where the hardware is.
func (d *Decoder) ifmap(b []byte) {
	w := d.wordSize()
	d.field("ifr_map")
	d.open()
	d.field("mem_start")
	d.hex(word(b, w))
	d.field("mem_end")
	d.hex(word(b[w:], w))
	b = b[2*w:]
	d.field("base_addr")
	d.hex(word(b, 2))
	for i, name := range [...]string{"irq", "dma", "port"} {
		d.field(name)
		d.hex(uint64(b[2+i]))
	}
	d.close()
}

// ifconf writes struct ifconf, the addresses of all interfaces. In ifc_len is how much room there was, and how
// much of it was needed.
func (d *Decoder) ifconf(addr, _ uint64) bool {
	w := uint64(d.wordSize())
	var length, buf [1]uint64
	if !d.numbers(addr, 4, length[:]) || !d.numbers(addr+w, int(w), buf[:]) {
		return false
	}
	room := d.saved[2]
	d.open()
	d.field("ifc_len")
	if d.filled && !d.failed() && room != length[0] && buf[0] != 0 {
		d.was()
		d.dec(int64(int32(room)))
		d.now()
		d.dec(int64(int32(length[0])))
		d.endChange()
	} else {
		d.dec(int64(int32(length[0])))
	}
	d.field("ifc_buf")
	if buf[0] == 0 || d.failed() {
		d.addr(buf[0])
	} else {
		d.interfaces(buf[0], length[0])
	}
	d.close()
	return true
}

func (d *Decoder) interfaces(addr, n uint64) {
	size := uint64(40)
	if d.wordSize() == 4 {
		size = 32
	}
	d.elements(addr, uint64(uint32(n))/size, int(size), func(d *Decoder, at uint64) bool {
		b, ok := d.fetch(at, 32)
		if !ok {
			return false
		}
		d.open()
		d.field("ifr_name")
		d.chars(b[:ifNameSize])
		d.ifreqAddress("ifr_addr", b[ifNameSize:])
		d.close()
		return true
	})
}
