package decode

import (
	"bytes"
	"encoding/binary"

	"utrace/syscalls/flags"
)

// Addresses of Bluetooth, and of the networks of amateur radio and of old.

func (d *Decoder) sockaddrX25(b []byte) {
	d.field("sx25_addr")
	d.open()
	d.field("x25_addr")
	d.chars(b[2:18])
	d.close()
}

func (d *Decoder) sockaddrIPX(b []byte) {
	d.field("sipx_port")
	d.port(binary.BigEndian.Uint16(b[2:]))
	d.field("sipx_network")
	d.wrap("htonl")
	d.hex(uint64(binary.BigEndian.Uint32(b[4:])))
	d.unwrap()
	d.field("sipx_node")
	d.list()
	for _, c := range b[8:14] {
		d.elem()
		d.hex(uint64(c))
	}
	d.endList()
	d.field("sipx_type")
	d.hex(uint64(b[14]))
	if b[15] != 0 {
		d.field("sipx_zero")
		d.hex(uint64(b[15]))
	}
}

const ax25Call = 7 // bytes of a call sign

// sockaddrAX25 writes an address of amateur radio, which may be followed by the call signs of stations on
// the way.
func (d *Decoder) sockaddrAX25(b []byte) {
	const first = 2 + ax25Call + 5 // after a gap, int sax25_ndigis
	n := word(b[12:], 4)
	if n == 0 {
		d.ax25Own(b)
		return
	}
	d.field("fsa_ax25")
	d.open()
	d.ax25Own(b)
	d.close()
	d.field("fsa_digipeater")
	d.list()
	for i, rest := uint64(0), b[first+2:]; i < n; i, rest = i+1, rest[ax25Call:] {
		if len(rest) < ax25Call || i >= maxItems {
			d.restOfList()
			break
		}
		d.elem()
		d.callSign(rest[:ax25Call])
	}
	d.endList()
}

func (d *Decoder) ax25Own(b []byte) {
	d.field("sax25_call")
	d.callSign(b[2 : 2+ax25Call])
	d.field("sax25_ndigis")
	d.dec(int64(int32(word(b[12:], 4))))
}

// callSign writes a station's call sign: six letters or digits, each shifted by one, and a number.
func (d *Decoder) callSign(b []byte) {
	var text [8]byte
	n := 0
	for ; n < 6; n++ {
		if text[n] = b[n] >> 1; text[n] == ' ' {
			break
		}
	}
	valid := callSignIsValid(text[:n], b)
	if !valid || !d.json && d.opts.Constants != Names {
		d.open()
		d.field("ax25_call")
		d.quotedAs(b, false, HexAll)
		d.close()
		if !valid || d.opts.Constants == Numbers {
			return
		}
		d.both(" /* ")
		defer d.both(" */")
	}
	d.beginWord()
	d.both(string(text[:n]))
	d.both("-")
	d.udec(uint64(b[6] >> 1 & 15))
	d.endWord()
}

func callSignIsValid(text, b []byte) bool {
	for _, c := range text {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return len(text) > 0 && bytes.Count(b[len(text):6], []byte{' ' << 1}) == 6-len(text) && b[0]&1 == 0
}

// sockaddrBluetooth writes an address of Bluetooth. Its length says of which protocol it is.
func (d *Decoder) sockaddrBluetooth(b []byte) {
	switch len(b) {
	case 6:
		d.field("hci_dev")
		d.wrap("htobs")
		d.udec(word(b[2:], 2))
		d.unwrap()
		d.field("hci_channel")
		d.flags(&flags.BluetoothHCIChannels, word(b[4:], 2))
	case 8:
		d.bdaddr("sco_bdaddr", b[2:8])
	case 10:
		d.bdaddr("rc_bdaddr", b[2:8])
		d.field("rc_channel")
		d.udec(uint64(b[8]))
	case 12, 14:
		d.field("l2_psm")
		d.wrap("htobs")
		d.flags(&flags.BluetoothPSMs, word(b[2:], 2))
		d.unwrap()
		d.bdaddr("l2_bdaddr", b[4:10])
		d.field("l2_cid")
		d.wrap("htobs")
		d.flags(&flags.BluetoothCIDs, word(b[10:], 2))
		d.unwrap()
		if len(b) == 14 {
			d.field("l2_bdaddr_type")
			d.flags(&flags.BluetoothAddressTypes, uint64(b[12]))
		}
	default:
		d.field("sa_data")
		d.quoted(b[2:], false)
	}
}

func (d *Decoder) bdaddr(field string, b []byte) {
	d.field(field)
	d.hardware(b, len(b))
}
