package flags

import "strconv"

// sizedIoctl is a request that has a length, or the number of something, as a part of it.
type sizedIoctl struct {
	dirs     uint32 // a bit for each direction
	letter   byte
	from, to uint32 // its numbers
	name     string
	number   *Table // what counts from "from" on, if it is not the size
	both     bool   // the number, and then the size
}

var sizedIoctls = []sizedIoctl{
	{1 << iocRead, 'E', 0x06, 0x06, "EVIOCGNAME", nil, false},
	{1 << iocRead, 'E', 0x07, 0x07, "EVIOCGPHYS", nil, false},
	{1 << iocRead, 'E', 0x08, 0x08, "EVIOCGUNIQ", nil, false},
	{1 << iocRead, 'E', 0x09, 0x09, "EVIOCGPROP", nil, false},
	{1 << iocRead, 'E', 0x0a, 0x0a, "EVIOCGMTSLOTS", nil, false},
	{1 << iocRead, 'E', 0x18, 0x18, "EVIOCGKEY", nil, false},
	{1 << iocRead, 'E', 0x19, 0x19, "EVIOCGLED", nil, false},
	{1 << iocRead, 'E', 0x1a, 0x1a, "EVIOCGSND", nil, false},
	{1 << iocRead, 'E', 0x1b, 0x1b, "EVIOCGSW", nil, false},
	{1 << iocRead, 'E', 0x20, 0x3f, "EVIOCGBIT", &InputEvents, true},
	{1 << iocRead, 'E', 0x40, 0x7f, "EVIOCGABS", &InputAbsolutes, false},
	{1 << iocWrite, 'E', 0xc0, 0xff, "EVIOCSABS", &InputAbsolutes, false},
	{1 << iocRead, 'H', 0x04, 0x04, "HIDIOCGRAWNAME", nil, false},
	{1 << iocRead, 'H', 0x05, 0x05, "HIDIOCGRAWPHYS", nil, false},
	{1<<iocRead | 1<<iocBoth, 'H', 0x06, 0x06, "HIDIOCSFEATURE", nil, false},
	{1 << iocBoth, 'H', 0x07, 0x07, "HIDIOCGFEATURE", nil, false},
	{1 << iocRead, 'H', 0x08, 0x08, "HIDIOCGRAWUNIQ", nil, false},
	{1 << iocRead, 'M', 0x00, 0xff, "MIXER_READ", &plainNumbers, false},
	{1 << iocWrite, 'M', 0x00, 0xff, "MIXER_WRITE", &plainNumbers, false},
	{1 << iocRead, 'U', 0x2c, 0x2c, "UI_GET_SYSNAME", nil, false},
	{1 << iocRead, 'j', 0x13, 0x13, "JSIOCGNAME", nil, false},
	{1 << iocWrite, 'k', 0x00, 0x00, "SPI_IOC_MESSAGE", nil, false},
}

// The directions of a request, its upper two bits, as seen from the program.
const (
	iocWrite = 1
	iocRead  = 2
	iocBoth  = 3
)

var (
	// plainNumbers are written in decimal.
	plainNumbers Table

	iocDirections = Table{Mask: Whole, Values: []Flag{
		{0, "_IOC_NONE"}, {1, "_IOC_WRITE"}, {2, "_IOC_READ"}, {3, "_IOC_READ|_IOC_WRITE"},
	}}
)

// AppendIoctl appends the name of a request of ioctl(2), of a 32-bit program if i386: "TCGETS", "EVIOCGNAME(256)",
// "MIXER_READ(3) or MCE_GETCLEAR_FLAGS" where two drivers have the same number. One without a name is written
// as the macro that makes it: "_IOC(_IOC_READ, 0x54, 0x2, 0x8)".
func AppendIoctl(dst []byte, v uint32, i386 bool) []byte {
	table := &IoctlCmd
	if i386 {
		table = &IoctlCmdI386
	}
	name, named := table.Name(uint64(v))
	for i := range sizedIoctls {
		if s := &sizedIoctls[i]; s.is(v) {
			dst = s.append(dst, v)
			if named {
				dst = append(append(dst, " or "...), name...)
			}
			return dst
		}
	}
	if named {
		return append(dst, name...)
	}
	return appendIOC(dst, v)
}

// iocParts are the parts of a request's number.
func iocParts(v uint32) (dir, letter, number, size uint32) {
	return v >> 30, v >> 8 & 0xff, v & 0xff, v >> 16 & 0x3fff
}

func (s *sizedIoctl) is(v uint32) bool {
	dir, letter, number, _ := iocParts(v)
	return s.dirs>>dir&1 != 0 && uint32(s.letter) == letter && number >= s.from && number <= s.to
}

func (s *sizedIoctl) append(dst []byte, v uint32) []byte {
	_, _, number, size := iocParts(v)
	dst = append(append(dst, s.name...), '(')
	switch {
	case s.number == nil:
		dst = strconv.AppendUint(dst, uint64(size), 10)
	case s.number == &plainNumbers:
		dst = strconv.AppendUint(dst, uint64(number), 10)
	case s.both:
		if number == s.from {
			dst = append(dst, '0')
		} else {
			dst = s.number.Append(dst, uint64(number-s.from))
		}
		dst = strconv.AppendUint(append(dst, ", "...), uint64(size), 10)
	default:
		dst = s.number.Append(dst, uint64(number-s.from))
	}
	return append(dst, ')')
}

// appendIOC writes a request as the macro that makes it.
func appendIOC(dst []byte, v uint32) []byte {
	dir, letter, number, size := iocParts(v)
	dst = iocDirections.Append(append(dst, "_IOC("...), uint64(dir))
	for _, part := range [...]uint32{letter, number, size} {
		dst = append(dst, ", "...)
		if part != 0 {
			dst = append(dst, "0x"...)
		}
		dst = strconv.AppendUint(dst, uint64(part), 16)
	}
	return append(dst, ')')
}
