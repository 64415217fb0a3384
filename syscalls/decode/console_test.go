package decode

import (
	"testing"

	"utrace/syscalls"
)

// Requests of the console and of keyboards, whose argument is more than a struct. The lines are strace's, but for
// the names of userfaultfd's newer features.
func TestConsoleRequests(t *testing.T) {
	const font, name = base + 32, base + 40
	fontOp := func(op int32) *fakeMemory {
		return mem(op, int32(1), int32(8), int32(1), int32(2), int32(0), font, 0, "console\x00")
	}
	for _, tt := range []struct {
		want   string
		style  Constants
		mem    *fakeMemory
		result int64
		cmd    uint64
		arg    uint64
	}{
		{want: `ioctl(3, KDMKTONE, 5<<16|3 /* 397727 Hz, 5 ms */) = 0`, cmd: 0x4b30, arg: 0x1000050003},
		{want: `ioctl(3, KDMKTONE, 5 /* off */) = 0`, cmd: 0x4b30, arg: 5},
		{want: `ioctl(3, KDMKTONE, 5<<16|0 /* off */) = 0`, cmd: 0x4b30, arg: 0x50000},
		{want: `ioctl(3, 0x4b30, 5<<16|3) = 0`, style: Numbers, cmd: 0x4b30, arg: 0x50003},
		{want: `ioctl(3, KIOCSOUND, 1193 /* 1000 Hz */) = 0`, cmd: 0x4b2f, arg: 1193},
		{want: `ioctl(3, KIOCSOUND, 0 /* off */) = 0`, cmd: 0x4b2f},
		{want: `ioctl(3, KIOCSOUND, 4295032831 /* off */) = 0`, cmd: 0x4b2f, arg: 0x10000ffff},
		{want: `ioctl(3, KDSKBLED, LED_SCR|LED_CAP<<4) = 0`, cmd: 0x4b65, arg: 0x41},
		{want: `ioctl(3, KDSKBMODE, 9 /* K_??? */) = 0`, cmd: 0x4b45, arg: 9},
		{want: `ioctl(3, KDFONTOP, {op=KD_FONT_OP_SET, flags=KD_FONT_FLAG_DONT_RECALC, width=8, height=1, charcount=2, data=` +
			`"\x00\x00\x00\x00\x00\x00\x00\x00\x63\x6f\x6e\x73\x6f\x6c\x65\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"...}) = 0`,
			mem: fontOp(0), cmd: 0x4b72, arg: base},
		{want: `ioctl(3, KDFONTOP, {op=KD_FONT_OP_GET, flags=KD_FONT_FLAG_DONT_RECALC, width=8, height=1, charcount=2, data=0x10020}) = 0`,
			mem: fontOp(1), cmd: 0x4b72, arg: base},
		{want: `ioctl(3, KDFONTOP, {op=KD_FONT_OP_SET_DEFAULT, width=0, height=0, data="console"}) = 0`,
			mem: mem(2, 0, 0, name, 0, "console"), cmd: 0x4b72, arg: base},
		{want: `ioctl(3, KDFONTOP, {op=KD_FONT_OP_COPY, height=1}) = 0`, mem: fontOp(3), cmd: 0x4b72, arg: base},
		{want: `ioctl(3, EVIOCSKEYCODE, [1, KEY_A]) = 0`, mem: mem(int32(1), int32(30)), cmd: 0x40084504, arg: base},
		{want: `ioctl(3, EVIOCGKEYCODE, 0x10000) = -1 EBADF (Bad file descriptor)`, result: -9, cmd: 0x80084504, arg: base},
		{want: `ioctl(3, DRM_IOCTL_VERSION, 0x10000) = 0`, cmd: 0xc0406400, arg: base},
		{want: `ioctl(3, FIFREEZE) = 0`, cmd: 0xc0045877, arg: base},
		{want: `ioctl(3, UFFDIO_API, {api=0xaa, features=UFFD_FEATURE_THREAD_ID, ioctls=1<<_UFFDIO_REGISTER|1<<_UFFDIO_UNREGISTER|1<<_UFFDIO_API}) = 0`,
			mem: mem(0xaa, 0x100, -0x7ffffffffffffffd), cmd: 0xc018aa3f, arg: base},
	} {
		m := tt.mem
		if m == nil {
			m = mem()
		}
		if got := lineOf(t, syscalls.AMD64, &Options{Constants: tt.style}, m, "ioctl", tt.result, 3, tt.cmd, tt.arg); got != tt.want {
			t.Errorf("\n got %s\nwant %s", got, tt.want)
		}
	}
}

// The kernel puts its features in the place of those that were asked for.
func TestUserfaultFeaturesBeforeAndAfter(t *testing.T) {
	const request = 0xc018aa3f
	for _, tt := range []struct {
		json bool
		want string
	}{
		{false, `3, UFFDIO_API, {api=0xaa, features=0 => features=UFFD_FEATURE_THREAD_ID, ioctls=0}`},
		{true, `"fd":{"raw":"0x3","value":3},"cmd":{"raw":"0xc018aa3f","value":"UFFDIO_API"},"arg":{"raw":"0x10000","value":` +
			`{"api":170,"features":{"before":"0","after":"UFFD_FEATURE_THREAD_ID"},"ioctls":"0"}}`},
	} {
		m := mem(0xaa, 0, 0)
		d := New(m, &Options{JSON: tt.json})
		d.Begin(syscalls.AMD64, fakeCall{16, [6]uint64{3, request, base}})
		d.Enter()
		m.data[9] = 1
		d.Leave(0)
		if got := string(d.Bytes()); got != tt.want {
			t.Errorf("\n got %s\nwant %s", got, tt.want)
		}
	}
}
