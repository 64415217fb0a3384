// cc: -static
// ioctls of files, of block devices, of the network and of other devices.
#include "calls.h"
#include <linux/blkpg.h>
#include <linux/blktrace_api.h>
#include <linux/blkzoned.h>
#include <linux/btrfs.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/fscrypt.h>
#include <linux/fsverity.h>
#include <linux/hdreg.h>
#include <linux/if.h>
#include <linux/if_bridge.h>
#include <linux/if_tun.h>
#include <linux/input.h>
#include <linux/kvm.h>
#include <linux/loop.h>
#include <linux/nbd.h>
#include <linux/nsfs.h>
#include <linux/random.h>
#include <linux/route.h>
#include <linux/rtc.h>
#include <linux/sockios.h>
#include <linux/uinput.h>
#include <linux/watchdog.h>
#include <scsi/sg.h>
#include <sys/mtio.h>

static char buf[8192];
static int n = 1;
static long l = 4096;

static void filesystem(int fd, int other) {
	S(ioctl, fd, FS_IOC_GETFLAGS, &n); S(ioctl, fd, FS_IOC_SETFLAGS, &n);
	S(ioctl, fd, FS_IOC_GETVERSION, &n); struct fsxattr x = {}; S(ioctl, fd, FS_IOC_FSGETXATTR, &x);
	S(ioctl, fd, FS_IOC_FSSETXATTR, &x); S(ioctl, fd, FS_IOC_GETFSLABEL, buf);
	S(ioctl, fd, FIGETBSZ, &n); n = 0; S(ioctl, fd, FIBMAP, &n);
	struct { struct fiemap m; struct fiemap_extent e[3]; } fm = {{0, 1 << 20, FIEMAP_FLAG_SYNC, 0, 3, 0}};
	S(ioctl, fd, FS_IOC_FIEMAP, &fm); fm.m.fm_extent_count = 0; S(ioctl, fd, FS_IOC_FIEMAP, &fm);
	fm.m.fm_flags = 0x80; S(ioctl, fd, FS_IOC_FIEMAP, &fm); S(ioctl, -1, FS_IOC_FIEMAP, BAD);
	struct file_clone_range r = {other, 0, 4096, 0}; S(ioctl, fd, FICLONE, other);
	S(ioctl, fd, FICLONERANGE, &r);
	struct { struct file_dedupe_range r; struct file_dedupe_range_info i[1]; } dd = {{0, 4096, 1}, {{other, 0}}};
	S(ioctl, fd, FIDEDUPERANGE, &dd);
	S(ioctl, fd, 0x7fff, BAD); S(ioctl, fd, _IOR('!', 5, long), buf);
	S(ioctl, fd, _IOW('!', 6, int), &n); S(ioctl, fd, _IOWR(0xab, 7, char[300]), buf);
	S(ioctl, fd, _IO(0, 0), 0); S(ioctl, fd, 0xdeadbeef, 5); S(ioctl, fd, 0x100005401UL, buf);
	S(ioctl, fd, FIOCLEX); S(ioctl, fd, FIONCLEX); S(ioctl, fd, FIONBIO, &n);
	S(ioctl, fd, FIOASYNC, &n); S(ioctl, fd, FIONREAD, &n); S(ioctl, fd, FIOQSIZE, buf);
	S(ioctl, fd, FITRIM, BAD);
	struct fscrypt_policy_v1 pol = {}; S(ioctl, fd, FS_IOC_GET_ENCRYPTION_POLICY, &pol);
	S(ioctl, fd, FS_IOC_ENABLE_VERITY, BAD); struct fsverity_digest dig = {};
	S(ioctl, fd, FS_IOC_MEASURE_VERITY, &dig); S(ioctl, fd, FS_IOC_GET_ENCRYPTION_POLICY_EX, BAD);
	S(ioctl, fd, FS_IOC_ADD_ENCRYPTION_KEY, BAD);
	S(ioctl, fd, BTRFS_IOC_SUBVOL_CREATE, BAD); S(ioctl, fd, BTRFS_IOC_SYNC, 0);
	S(ioctl, fd, BTRFS_IOC_BALANCE, 0); S(ioctl, fd, BTRFS_IOC_FS_INFO, buf);
	S(ioctl, fd, BTRFS_IOC_INO_LOOKUP, BAD);
}

static void block(int fd) {
	struct hd_geometry g;
	S(ioctl, fd, BLKGETSIZE64, &l); S(ioctl, fd, BLKGETSIZE, &l); S(ioctl, fd, BLKSSZGET, &n);
	S(ioctl, fd, BLKBSZGET, &n); S(ioctl, fd, BLKROGET, &n); S(ioctl, fd, BLKRAGET, &l);
	S(ioctl, fd, BLKFRAGET, &l); S(ioctl, fd, BLKSECTGET, &n); S(ioctl, fd, BLKIOMIN, &n);
	S(ioctl, fd, BLKIOOPT, &n); S(ioctl, fd, BLKALIGNOFF, &n); S(ioctl, fd, BLKPBSZGET, &n);
	S(ioctl, fd, BLKDISCARDZEROES, &n); S(ioctl, fd, BLKROTATIONAL, &n); S(ioctl, -1, BLKFLSBUF, 0);
	S(ioctl, -1, BLKRRPART, 0);
	uint64_t range[2] = {0, 512}; S(ioctl, -1, BLKDISCARD, range);
	S(ioctl, -1, BLKSECDISCARD, range); S(ioctl, -1, BLKZEROOUT, BAD); S(ioctl, -1, BLKRASET, 5);
	S(ioctl, -1, BLKBSZSET, &n); S(ioctl, fd, HDIO_GETGEO, &g);
	S(ioctl, fd, HDIO_GET_IDENTITY, buf); S(ioctl, fd, BLKGETZONESZ, &n);
	S(ioctl, fd, BLKREPORTZONE, BAD);
	struct blkpg_partition p = {0, 512, 1};
	struct blkpg_ioctl_arg a = {BLKPG_ADD_PARTITION, 0, sizeof p, &p}; S(ioctl, -1, BLKPG, &a);
	a.op = 77; S(ioctl, -1, BLKPG, &a); S(ioctl, -1, BLKPG, BAD); S(ioctl, -1, BLKTRACESTART, 0);
	S(ioctl, -1, BLKTRACESETUP, BAD);
	struct loop_info64 li = {}; struct loop_info lo = {}; S(ioctl, fd, LOOP_GET_STATUS64, &li);
	S(ioctl, -1, LOOP_SET_STATUS64, &li); S(ioctl, -1, LOOP_SET_STATUS, &lo);
	S(ioctl, fd, LOOP_GET_STATUS, &lo); S(ioctl, -1, LOOP_SET_FD, 3); S(ioctl, -1, LOOP_CLR_FD, 0);
	S(ioctl, -1, LOOP_CTL_GET_FREE); S(ioctl, -1, LOOP_SET_BLOCK_SIZE, 512);
	S(ioctl, -1, LOOP_CONFIGURE, BAD); S(ioctl, -1, LOOP_CTL_ADD, 7);
	S(ioctl, -1, LOOP_SET_DIRECT_IO, 1);
	S(ioctl, -1, NBD_SET_SOCK, 3); S(ioctl, -1, NBD_SET_FLAGS, 5); S(ioctl, -1, NBD_DO_IT);
	S(ioctl, -1, SG_GET_VERSION_NUM, &n); S(ioctl, -1, SG_IO, BAD); S(ioctl, -1, MTIOCTOP, BAD);
	S(ioctl, -1, MTIOCGET, BAD); S(ioctl, -1, 0x5310 /* CDROM */, 0);
	S(ioctl, -1, 0x1260 + 0x20, 0); S(ioctl, -1, 0xc138fd00, BAD);
}

static void network(void) {
	S(unshare, CLONE_NEWNET);
	int s = S(socket, AF_INET, SOCK_DGRAM, 0);
	struct ifreq r = {"lo"}; struct ifconf c = {sizeof buf, {buf}};
	int asks[] = {SIOCGIFFLAGS, SIOCGIFADDR, SIOCGIFDSTADDR, SIOCGIFBRDADDR, SIOCGIFNETMASK, SIOCGIFMETRIC,
		SIOCGIFMTU, SIOCGIFHWADDR, SIOCGIFINDEX, SIOCGIFTXQLEN, SIOCGIFMAP, SIOCGIFSLAVE, SIOCGIFMEM,
		SIOCGIFENCAP, SIOCGIFPFLAGS, SIOCGIFCOUNT};
	for (int i = 0; i < sizeof asks / sizeof *asks; i++) { memset(&r, 0, sizeof r); strcpy(r.ifr_name, "lo");
		S(ioctl, s, asks[i], &r); }
	r.ifr_ifindex = 1; S(ioctl, s, SIOCGIFNAME, &r); strcpy(r.ifr_name, "no-such");
	S(ioctl, s, SIOCGIFMTU, &r); S(ioctl, s, SIOCGIFFLAGS, BAD);
	r.ifr_flags = IFF_UP | IFF_LOOPBACK; S(ioctl, s, SIOCSIFFLAGS, &r); S(ioctl, s, SIOCSIFMTU, &r);
	S(ioctl, s, SIOCSIFNAME, &r);
	struct sockaddr_in { short f; unsigned short p; unsigned a; char z[8]; } in = {AF_INET, 0, 0x0100007f};
	memcpy(&r.ifr_addr, &in, 16); S(ioctl, s, SIOCSIFADDR, &r); S(ioctl, s, SIOCSIFHWADDR, &r);
	S(ioctl, s, SIOCSIFTXQLEN, &r);
	S(ioctl, s, SIOCGIFCONF, &c); c.ifc_len = 10; S(ioctl, s, SIOCGIFCONF, &c); c.ifc_len = 40;
	c.ifc_buf = NULL; S(ioctl, s, SIOCGIFCONF, &c); S(ioctl, s, SIOCGIFCONF, BAD);
	struct rtentry rt = {}; S(ioctl, s, SIOCDELRT, BAD); S(ioctl, s, SIOCGARP, BAD);
	S(ioctl, s, SIOCINQ, &n); S(ioctl, s, SIOCOUTQ, &n); S(ioctl, s, SIOCGSTAMP, buf);
	S(ioctl, s, SIOCATMARK, &n); S(ioctl, s, FIOGETOWN, &n); S(ioctl, s, FIOSETOWN, &n);
	S(ioctl, s, SIOCGPGRP, &n); S(ioctl, s, SIOCETHTOOL, BAD); S(ioctl, s, SIOCGMIIPHY, BAD);
	S(ioctl, s, SIOCBRADDBR, "no"); S(ioctl, s, SIOCGIFBR, BAD); S(ioctl, s, SIOCGIFVLAN, BAD);
	S(ioctl, s, SIOCBONDINFOQUERY, BAD); S(ioctl, s, SIOCPROTOPRIVATE, 0);
	S(ioctl, s, SIOCDEVPRIVATE, 0); S(ioctl, s, 0x8955, BAD); S(ioctl, s, SIOCGSKNS);
	S(ioctl, s, SIOCPROTOPRIVATE);
	int t = S(openat, AT_FDCWD, "/dev/net/tun", O_RDWR); S(ioctl, t, TUNGETFEATURES, &n);
	S(ioctl, t, TUNSETIFF, BAD); S(ioctl, t, TUNGETIFF, &r); S(ioctl, t, TUNSETPERSIST, 0);
	S(ioctl, t, TUNSETOWNER, 5); S(ioctl, t, TUNSETOFFLOAD, 1);
}

static void devices(void) {
	int ns = S(openat, AT_FDCWD, "/proc/self/ns/net", O_RDONLY), user = S(openat, AT_FDCWD,
		"/proc/self/ns/user", O_RDONLY), rnd = S(openat, AT_FDCWD, "/dev/urandom", O_RDONLY), in = S(openat,
		AT_FDCWD, "/dev/input/event0", O_RDONLY), rtc = S(openat, AT_FDCWD, "/dev/rtc0", O_RDONLY);
	S(ioctl, ns, NS_GET_USERNS); S(ioctl, user, NS_GET_PARENT); S(ioctl, ns, NS_GET_NSTYPE);
	S(ioctl, user, NS_GET_OWNER_UID, &n); S(ioctl, ns, NS_GET_OWNER_UID, &n);
	S(ioctl, rnd, RNDGETENTCNT, &n); n = 0; S(ioctl, -1, RNDADDTOENTCNT, &n);
	struct { int a, b; char d[4]; } pool = {8, 4, "abc"}; S(ioctl, -1, RNDADDENTROPY, &pool);
	S(ioctl, -1, RNDCLEARPOOL); S(ioctl, rnd, 0x5207);
	struct rtc_time rt = {1, 2, 3, 4, 5, 100}; struct rtc_wkalrm wk = {};
	S(ioctl, -1, RTC_RD_TIME, &rt); S(ioctl, -1, RTC_SET_TIME, &rt);
	S(ioctl, -1, RTC_ALM_READ, &rt); S(ioctl, -1, RTC_WKALM_SET, &wk);
	S(ioctl, -1, RTC_IRQP_READ, &l); S(ioctl, -1, RTC_IRQP_SET, 64); S(ioctl, -1, RTC_AIE_ON);
	S(ioctl, -1, RTC_EPOCH_READ, &l); S(ioctl, -1, RTC_PLL_GET, BAD); S(ioctl, -1, RTC_VL_READ, &n);
	S(ioctl, in, EVIOCGVERSION, &n); S(ioctl, in, EVIOCGID, buf); S(ioctl, in, EVIOCGNAME(64), buf);
	S(ioctl, -1, EVIOCGBIT(0, 8), buf); S(ioctl, -1, EVIOCGABS(1), buf); S(ioctl, -1, EVIOCGRAB, 1);
	S(ioctl, -1, EVIOCGKEY(16), buf); S(ioctl, -1, EVIOCGREP, buf); S(ioctl, -1, EVIOCSFF, BAD);
	S(ioctl, -1, EVIOCRMFF, 3); S(ioctl, -1, EVIOCGBIT(EV_KEY, 96), buf);
	S(ioctl, -1, EVIOCSKEYCODE, buf); S(ioctl, -1, EVIOCSCLOCKID, &n); S(ioctl, -1, UI_DEV_CREATE);
	S(ioctl, -1, UI_SET_EVBIT, EV_KEY); S(ioctl, -1, UI_SET_KEYBIT, 30);
	S(ioctl, -1, WDIOC_KEEPALIVE); S(ioctl, -1, WDIOC_GETTIMEOUT, &n);
	S(ioctl, -1, WDIOC_GETSUPPORT, BAD); S(ioctl, -1, KVM_GET_API_VERSION, 0);
	S(ioctl, -1, KVM_CREATE_VM, 0); S(ioctl, -1, KVM_CREATE_VCPU, 0); S(ioctl, -1, KVM_RUN, 0);
	S(ioctl, -1, KVM_GET_REGS, BAD); S(ioctl, -1, KVM_SET_USER_MEMORY_REGION, BAD);
	S(ioctl, -1, KVM_CHECK_EXTENSION, 7);
	S(ioctl, -1, 0x40046f00, BAD); S(ioctl, -1, 0x40186f40, BAD); S(ioctl, -1, 0x80044d00, BAD);
	S(ioctl, -1, 0x4d00 | 0x80000000 | (8 << 16) | 2, BAD); S(ioctl, -1, 0xc0045627, BAD);
	S(ioctl, -1, 0x80685600, BAD); S(ioctl, -1, 0x80045519, 0); S(ioctl, -1, 0xc0106407, BAD);
	S(ioctl, -1, 0x6400 | 0xc0000000 | (0x40 << 16), BAD); S(ioctl, -1, 0xaf01, 0);
	S(ioctl, -1, 0x4004af61, BAD); S(ioctl, -1, 0x40087468, BAD);
}

int main(void) {
	int fd = S(openat, AT_FDCWD, "f", O_RDWR | O_CREAT, 0600), other = S(openat, AT_FDCWD, "g", O_RDWR |
		O_CREAT, 0600), dev = S(openat, AT_FDCWD, "/dev/vda", O_RDONLY);
	S(ftruncate, other, 8192); S(pwrite64, fd, "x", 1, 5000);
	filesystem(fd, other);
	block(dev);
	network();
	devices();
	return 0;
}
