package arch_test

import (
	"testing"

	"golang.org/x/sys/unix"

	"utrace/arch"
)

func TestIDsAreTheKernels(t *testing.T) {
	for _, c := range []struct {
		id   arch.ID
		want uint32
		name string
		is64 bool
	}{
		{arch.AMD64, unix.AUDIT_ARCH_X86_64, "amd64", true},
		{arch.I386, unix.AUDIT_ARCH_I386, "386", false},
		{arch.ARM64, unix.AUDIT_ARCH_AARCH64, "arm64", true},
		{arch.ARM, unix.AUDIT_ARCH_ARM, "arm", false},
		{arch.PPC64LE, unix.AUDIT_ARCH_PPC64LE, "ppc64le", true},
		{arch.RISCV64, unix.AUDIT_ARCH_RISCV64, "riscv64", true},
		{0x16, 0x16, "arch(0x16)", false},
	} {
		if uint32(c.id) != c.want || c.id.String() != c.name || c.id.Is64() != c.is64 {
			t.Errorf("%#x %q %v, want %#x %q %v", uint32(c.id), c.id, c.id.Is64(), c.want, c.name, c.is64)
		}
	}
}

func TestIsRestart(t *testing.T) {
	for result, want := range map[int64]bool{
		-511: false, -512: true, -513: true, -514: true, -515: false, -516: true, -517: false, 512: false, 0: false, -4: false,
	} {
		if got := arch.IsRestart(result); got != want {
			t.Errorf("IsRestart(%d) = %v", result, got)
		}
	}
}

func TestMethodsDoNotAllocate(t *testing.T) {
	var r arch.Regs
	args := [6]uint64{1, 2, 3, 4, 5, 6}
	for _, id := range []arch.ID{arch.NativeID(), arch.I386} {
		n := testing.AllocsPerRun(100, func() {
			r.SetArg(id, 3, r.Arg(id, 2))
			r.Rewind(id, 1, args)
			args = r.Args(id)
			r.SetResult(id, r.Result(id))
			r.Skip()
		})
		if n != 0 {
			t.Errorf("%v: %v allocations", id, n)
		}
	}
}
