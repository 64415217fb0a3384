// cc: -static
// What changes the machine, with arguments that fail or change nothing: names in
// a namespace, swap, modules, kexec, reboot with wrong magic, and calls that
// tell of the machine.
#include "calls.h"
#include <linux/kexec.h>
#include <linux/membarrier.h>
#include <linux/module.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

int main(void) {
	char buf[3000];
	struct utsname u;
	struct sysinfo si;
	S(unshare, CLONE_NEWUTS); S(sethostname, "strace-diff", 11); S(sethostname, BAD, 5);
	 S(setdomainname, "domain\0x", 8); S(setdomainname, NULL, 1000);
	S(uname, &u); S(uname, BAD); S(sysinfo, &si); S(sysinfo, BAD);
	S(swapon, "no-such", 0x8000 | 5); S(swapon, "no-such", 0x10000 | 0x20000 | 0x40000 | 0x80000);
	S(swapon, BAD, 0); S(swapoff, "no-such"); S(swapoff, BAD);
	S(init_module, BAD, 100, "a=b"); S(init_module, "junk", 4, "");
	S(finit_module, -1, "x=y", MODULE_INIT_IGNORE_VERMAGIC | MODULE_INIT_COMPRESSED_FILE | 0x80);
	S(finit_module, -1, BAD, 0); S(delete_module, "no_such_module", O_NONBLOCK);
	S(delete_module, BAD, O_TRUNC | O_EXCL); S(create_module, BAD, 5);
	S(query_module, "x", 1, BAD, 5, BAD); S(get_kernel_syms, BAD); S(nfsservctl, 1, BAD, BAD);
	S(afs_syscall, 1, 2, 3, 4, 5, 6); S(tuxcall, 1, 2, 3); S(security, 1, 2, 3);
	S(vserver, 1, 2, 3, 4, 5); S(getpmsg, 1, 2, 3, 4, 5); S(putpmsg, 1, 2, 3, 4, 5);
	S(epoll_ctl_old, 1, 2, 3, 4); S(epoll_wait_old, 1, 2, 3, 4); S(_sysctl, BAD);
	struct kexec_segment seg[2] = {{buf, 10, BAD, 4096}, {BAD, 0, BAD, 0}};
	S(kexec_load, 0x1000, 100, seg, KEXEC_ARCH_X86_64);
	S(kexec_load, 0, -1, BAD, KEXEC_ON_CRASH | KEXEC_PRESERVE_CONTEXT | KEXEC_ARCH_386 | 0x80);
	S(kexec_load, 1, 17, seg, 0x770000);
	S(kexec_file_load, -1, -1, 5, "line", KEXEC_FILE_NO_INITRAMFS);
	S(kexec_file_load, -1, 5, 0, BAD, 0x80); S(reboot, 1, 2, 0, NULL);
	S(reboot, 0xfee1dead, 5, 0xcdef0123, NULL);
	S(reboot, 0xfee1dead, 672274793 + 1, 0xa1b2c3d4, "arg");
	S(reboot, 5, 672274793, 0x1234567, BAD); S(reboot, 1, 85072278, 0x4321fedc, 0);
	// Each command, with magic numbers that are none.
	unsigned commands[] = {0x01234567, 0xcdef0123, 0x4321fedc, 0x89abcdef, 0, 0xa1b2c3d4, 0xd000fce2, 0x45584543, 99};
	for (int i = 0; i < 9; i++) S(reboot, i, i, commands[i], "restart");
	S(syslog, 10, NULL, 0); S(syslog, 9, NULL, 0); S(syslog, 77, BAD, -1); S(syslog, 3, BAD, -1);
	S(lookup_dcookie, 0x123456789, buf, sizeof buf); S(getrandom, buf, 8, 1);
	S(getrandom, buf, 4, 6); S(getrandom, BAD, 4, 0); S(getrandom, buf, 0, 0x80);
	S(membarrier, MEMBARRIER_CMD_QUERY, 0, 0);
	S(membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
	S(membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 5);
	S(membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ, MEMBARRIER_CMD_FLAG_CPU, 99);
	for (int i = 0; i < 9; i++) S(membarrier, 1 << i, i & 1, 99);
	S(membarrier, 0x7000, 0x80, -1);
	S(membarrier, MEMBARRIER_CMD_GLOBAL | MEMBARRIER_CMD_GLOBAL_EXPEDITED, 0, 0);
	int uf = S(userfaultfd, O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY); S(userfaultfd, 0x80);
	struct uffdio_api api = {UFFD_API, 0};
	struct uffdio_register reg = {{0x10000, 4096}, UFFDIO_REGISTER_MODE_MISSING};
	struct uffdio_copy cp = {1, 2, 3, UFFDIO_COPY_MODE_DONTWAKE};
	struct uffdio_zeropage z = {{1, 2}, 1}; struct uffdio_range rg = {0x10000, 4096};
	struct uffdio_writeprotect wp = {{1, 2}, 1}; S(ioctl, uf, UFFDIO_API, &api);
	S(ioctl, uf, UFFDIO_REGISTER, &reg); S(ioctl, uf, UFFDIO_UNREGISTER, &rg);
	S(ioctl, uf, UFFDIO_WAKE, &rg); S(ioctl, uf, UFFDIO_COPY, &cp);
	S(ioctl, uf, UFFDIO_ZEROPAGE, &z); S(ioctl, uf, UFFDIO_WRITEPROTECT, &wp);
	S(ioctl, uf, UFFDIO_API, BAD); S(ioctl, uf, _IOC(3, 0xaa, 0x55, 8), BAD);
	syscall(600, 1, 2, 3, 4, 5, 6); syscall(-5L, 1, 2, 3, 4, 5, 6);
	 syscall(450 + 50, -1, -1L);
	return 0;
}
