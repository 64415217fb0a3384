package decode

import (
	"encoding/binary"
	"strconv"

	"utrace/syscalls/flags"
)

// Addresses of sockets that talk to the kernel, to a network's links, or to a machine's host.

func (d *Decoder) sockaddrNetlink(b []byte) {
	if pad := word(b[2:], 2); pad != 0 {
		d.field("nl_pad")
		d.hex(pad)
	}
	d.field("nl_pid")
	d.pid(int32(word(b[4:], 4)), Process)
	d.field("nl_groups")
	d.hexWide(word(b[8:], 4))
}

// hexWide writes a number as C's "%#08x" does: eight characters, and no prefix if it is 0.
func (d *Decoder) hexWide(v uint64) {
	const width, digits = 8, 6
	switch {
	case d.json:
		d.udec(v)
	case v == 0:
		d.both("00000000"[:width])
	default:
		d.both("0x")
		for i := digits - 1; i > 0 && v>>(4*i) == 0; i-- {
			d.both("0")
		}
		d.b = strconv.AppendUint(d.b, v, 16)
	}
}

func (d *Decoder) sockaddrPacket(b []byte) {
	d.field("sll_protocol")
	d.etherType(binary.BigEndian.Uint16(b[2:]))
	d.field("sll_ifindex")
	d.ifindex(uint32(word(b[4:], 4)))
	d.field("sll_hatype")
	d.flags(&flags.HardwareTypes, word(b[8:], 2))
	d.field("sll_pkttype")
	d.flags(&flags.PacketTypes, uint64(b[10]))
	length := int(b[11])
	d.field("sll_halen")
	d.udec(uint64(length))
	if length == 0 {
		return
	}
	d.field("sll_addr")
	d.byteList(b[12:min(12+length, len(b))], length > len(b)-12)
}

// byteList writes bytes as a list of numbers; more says that they are not all.
func (d *Decoder) byteList(b []byte, more bool) {
	d.list()
	for _, c := range b {
		d.elem()
		if c == 0 && !d.json {
			d.both("00")
			continue
		}
		d.hex(uint64(c))
	}
	if more {
		d.restOfList()
	}
	d.endList()
}

// etherType writes a protocol of Ethernet.
func (d *Decoder) etherType(v uint16) {
	if !d.bytesFirst([]byte{byte(v >> 8), byte(v)}) {
		return
	}
	bare := d.bare
	d.bare = true
	d.wrap("htons")
	d.flags(&flags.EthernetProtocols, uint64(v))
	d.unwrap()
	d.bare = bare
	d.endSymbol()
}

func (d *Decoder) sockaddrVsock(b []byte) {
	if reserved := word(b[2:], 2); reserved != 0 {
		d.field("svm_reserved1")
		d.hex(reserved)
	}
	d.field("svm_cid")
	d.nameOrHex(&flags.VsockCIDs, word(b[8:], 4))
	d.field("svm_port")
	d.nameOrHex(&flags.VsockPorts, word(b[4:], 4))
	d.field("svm_flags")
	d.flags(&flags.VsockFlags, uint64(b[12]))
	if zero := b[13:16]; zero[0]|zero[1]|zero[2] != 0 {
		d.field("svm_zero")
		d.quotedAs(zero, false, HexAll)
	}
}

// nameOrHex writes a number that may have a name, and is a plain one if it has none.
func (d *Decoder) nameOrHex(t *flags.Table, v uint64) {
	if name, ok := t.Name(v); ok {
		d.name(v, inHex, name)
		return
	}
	d.hex(v)
}

func (d *Decoder) sockaddrALG(b []byte) {
	d.field("salg_type")
	d.chars(b[2:16])
	d.field("salg_feat")
	d.flags(&flags.CryptoAlg, word(b[16:], 4))
	d.field("salg_mask")
	d.flags(&flags.CryptoAlg, word(b[20:], 4))
	d.field("salg_name")
	d.chars(b[24:min(len(b), 88)])
}

func (d *Decoder) sockaddrXDP(b []byte) {
	d.field("sxdp_flags")
	d.flags(&flags.XDPFlags, word(b[2:], 2))
	d.field("sxdp_ifindex")
	d.ifindex(uint32(word(b[4:], 4)))
	d.field("sxdp_queue_id")
	d.udec(word(b[8:], 4))
	d.field("sxdp_shared_umem_fd")
	d.hex(word(b[12:], 4))
}

func (d *Decoder) sockaddrNFC(b []byte) {
	d.field("dev_idx")
	d.udec(word(b[4:], 4))
	d.field("target_idx")
	d.hex(word(b[8:], 4))
	d.field("nfc_protocol")
	d.flags(&flags.NFCKinds, word(b[12:], 4))
	if len(b) > 16 {
		d.rest()
	}
}

func (d *Decoder) sockaddrQRTR(b []byte) {
	d.field("sq_node")
	d.hex(word(b[4:], 4))
	d.field("sq_port")
	d.hex(word(b[8:], 4))
}

func (d *Decoder) sockaddrMCTP(b []byte) {
	pad := func(field string, v uint64) {
		if v != 0 {
			d.field(field)
			d.hex(v)
		}
	}
	pad("__smctp_pad0", word(b[2:], 2))
	d.field("smctp_network")
	d.hex(word(b[4:], 4))
	d.field("smctp_addr")
	d.open()
	d.field("s_addr")
	if name, ok := flags.MCTPAddresses.Name(uint64(b[8])); ok {
		d.name(uint64(b[8]), inHex, name)
	} else {
		d.hex(uint64(b[8]))
	}
	d.close()
	d.field("smctp_type")
	d.hex(uint64(b[9]))
	d.field("smctp_tag")
	d.hex(uint64(b[10]))
	pad("__smctp_pad1", uint64(b[11]))
}
