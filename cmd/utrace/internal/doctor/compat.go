package doctor

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"

	"golang.org/x/sys/unix"
)

// compat runs an i386 program, made up in memory.
func compat() Finding {
	f := Finding{Name: "i386 programs", Verdict: OK, Is: "run here, and can be traced"}
	if runtime.GOARCH != "amd64" {
		f.Is = "not a thing of this machine"
		return f
	}
	switch err := runI386(); {
	case errors.Is(err, unix.ENOEXEC):
		f.Verdict, f.Is = Warn, "do not run here: the kernel has no CONFIG_IA32_EMULATION, or was booted with ia32_emulation=off"
	case err != nil:
		f.Verdict, f.Is = Warn, "do not run here: "+err.Error()
	}
	return f
}

func runI386() error {
	fd, err := unix.MemfdCreate("i386", unix.MFD_CLOEXEC)
	if err != nil {
		return os.NewSyscallError("memfd_create", err)
	}
	file := os.NewFile(uintptr(fd), "i386")
	defer file.Close()
	if _, err := file.Write(i386Exit0()); err != nil {
		return err
	}
	return exec.Command(fmt.Sprintf("/proc/self/fd/%d", fd)).Run()
}

// i386Exit0 returns a static ELF program for i386 that calls exit(0).
func i386Exit0() []byte {
	const base, headers = 0x08048000, 52 + 32
	code := []byte{
		0xb8, 1, 0, 0, 0, // mov eax, 1 (exit)
		0x31, 0xdb, // xor ebx, ebx
		0xcd, 0x80, // int 0x80
	}
	size := uint32(headers + len(code))
	var b bytes.Buffer
	b.WriteString("\x7fELF\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00") // 32 bits, little endian
	for _, v := range []any{
		// ELF header: EXEC, 386, version, entry, program headers, no sections.
		uint16(2), uint16(3), uint32(1), uint32(base + headers), uint32(52), uint32(0),
		uint32(0), uint16(52), uint16(32), uint16(1), uint16(0), uint16(0), uint16(0),
		// Program header: LOAD all of the file, readable and executable.
		uint32(1), uint32(0), uint32(base), uint32(base), size, size, uint32(5), uint32(0x1000),
	} {
		_ = binary.Write(&b, binary.LittleEndian, v) // into memory
	}
	b.Write(code)
	return b.Bytes()
}
