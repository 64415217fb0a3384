// cc: -static
// Names: directories, links, modes, owners, times, what stat tells of them.
#include "calls.h"
#include <linux/stat.h>
#include <sys/statfs.h>
#include <utime.h>

static void names(void) {
	char buf[4096];
	S(mkdir, "d", 0755); S(mkdir, "d", 0777); S(mkdirat, AT_FDCWD, "d/e", 01700);
	S(mkdirat, -1, "x", 0); S(mkdir, BAD, 07777);
	S(chdir, "d"); S(getcwd, buf, sizeof buf); S(getcwd, buf, 2); S(getcwd, BAD, 4096);
	S(chdir, ".."); S(chdir, "no-such");
	int dir = S(openat, AT_FDCWD, "d", O_RDONLY | O_DIRECTORY);
	S(fchdir, dir); S(fchdir, -1); S(chdir, "..");
	int f = S(creat, "f", 0644);
	S(close, f);
	S(link, "f", "g"); S(linkat, AT_FDCWD, "f", AT_FDCWD, "h", 0);
	S(linkat, dir, "x", dir, "y", AT_SYMLINK_FOLLOW | AT_EMPTY_PATH); S(link, "no", BAD);
	S(symlink, "f", "l"); S(symlinkat, "target", AT_FDCWD, "m"); S(symlink, "f", "l");
	S(symlinkat, NULL, -1, "");
	S(readlink, "l", buf, sizeof buf); S(readlinkat, AT_FDCWD, "m", buf, 3);
	S(readlink, "f", buf, 10); S(readlink, "l", BAD, 100); S(readlinkat, -1, "", buf, -1);
	S(rename, "g", "i"); S(renameat, AT_FDCWD, "h", AT_FDCWD, "j");
	S(renameat2, AT_FDCWD, "i", AT_FDCWD, "j", RENAME_EXCHANGE);
	S(renameat2, AT_FDCWD, "i", AT_FDCWD, "j", RENAME_NOREPLACE | RENAME_WHITEOUT | 0x100);
	S(rename, "no", "such"); S(renameat, -1, "no", -1, NULL);
	S(unlink, "i"); S(unlink, "no"); S(unlinkat, AT_FDCWD, "j", 0);
	S(unlinkat, AT_FDCWD, "d/e", AT_REMOVEDIR); S(unlinkat, -1, "x", 0x1000);
	S(rmdir, "d/x"); S(rmdir, "f");
	S(mknod, "p", S_IFIFO | 0600, 0); S(mknod, "c", S_IFCHR | 0644, 0x103);
	S(mknodat, AT_FDCWD, "b", S_IFBLK | 0600, 0x700); S(mknodat, AT_FDCWD, "s", S_IFSOCK, 0);
	S(mknodat, -1, "r", S_IFREG | 04755, 5); S(mknod, "x", 0644, 0);
	S(mknod, "x", 0xf000 | 0644, 0x12345678);
	S(chmod, "f", 0600); S(chmod, "no", 0); S(fchmod, dir, 01755); S(fchmod, -1, 0xffff);
	S(fchmodat, AT_FDCWD, "f", 04755); S(fchmodat, -1, "f", 0);
	
	
	S(chown, "f", 1, 2); S(chown, "f", -1, -1); S(fchown, dir, 0, 0); S(lchown, "l", 5, -1);
	S(fchownat, AT_FDCWD, "l", 0, 0, AT_SYMLINK_NOFOLLOW);
	S(fchownat, -1, "", 70000, 0x80000000, AT_EMPTY_PATH);
	S(umask, 022); S(umask, 0777); S(umask, 01022); S(umask, 022);
	S(access, "f", R_OK | W_OK); S(access, "f", F_OK); S(access, "no", X_OK); S(access, "f", 0x18);
	S(faccessat, AT_FDCWD, "f", R_OK); S(faccessat, -1, "f", X_OK);
	S(faccessat2, AT_FDCWD, "f", R_OK, AT_EACCESS);
	S(faccessat2, AT_FDCWD, "l", W_OK, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | 0x8);
	S(chroot, "no-such"); S(pivot_root, "no", "such"); S(acct, "no-such"); S(uselib, "no-such");
	lseek(dir, 0, SEEK_SET);
	S(mkdir, "d/one", 0700); S(symlink, "x", "d/two"); S(mknod, "d/three", S_IFIFO | 0600, 0);
	S(getdents64, dir, buf, sizeof buf); S(getdents64, dir, buf, sizeof buf);
	lseek(dir, 0, SEEK_SET);
	S(getdents, dir, buf, sizeof buf); S(getdents, dir, BAD, 100); S(getdents64, -1, buf, 100);
	S(getdents64, dir, buf, 2);
}

static void stats(void) {
	struct stat st;
	char sb[512], h[300];
	const char *paths[] = {"f", "l", "d", "p", "c", "b", "s", "/dev/null", "/proc/self", "no-such", NULL};
	for (int i = 0; paths[i]; i++) {
		S(stat, paths[i], sb); S(lstat, paths[i], sb); S(newfstatat, AT_FDCWD, paths[i], sb, 0);
	}
	S(chmod, "f", 07777);
	S(stat, "f", sb);
	S(stat, BAD, sb); S(stat, "f", BAD); S(fstat, 0, sb); S(fstat, -1, sb);
	S(newfstatat, AT_FDCWD, "l", sb, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT);
	S(newfstatat, 0, "", sb, AT_EMPTY_PATH); S(newfstatat, -1, "f", sb, 0x1);
	struct statx x;
	S(statx, AT_FDCWD, "f", 0, STATX_BASIC_STATS, &x);
	S(statx, AT_FDCWD, "l", AT_SYMLINK_NOFOLLOW, STATX_ALL, &x);
	S(statx, AT_FDCWD, "f", AT_STATX_FORCE_SYNC | AT_NO_AUTOMOUNT, STATX_MODE | STATX_SIZE, &x);
	S(statx, AT_FDCWD, "/dev/null", AT_STATX_DONT_SYNC, STATX_TYPE | STATX_BTIME | STATX_MNT_ID, &x);
	S(statx, 0, "", AT_EMPTY_PATH, 0, &x); S(statx, -1, "f", 0x8, 0x40000000, &x);
	S(statx, AT_FDCWD, "no", 0, 0x80000000, BAD);
	struct statfs fs;
	S(statfs, "/proc", &fs); S(statfs, "no-such", &fs);
	int dev = S(openat, AT_FDCWD, "/dev", O_RDONLY); S(fstatfs, dev, &fs); S(fstatfs, -1, &fs);
	S(statfs, "/", BAD);
	S(ustat, 0x103, sb); S(ustat, 0xffff, BAD); S(sysfs, 1, "ext4"); S(sysfs, 2, 0, sb);
	S(sysfs, 3); S(sysfs, 99, 1, 2);
	struct { struct file_handle h; char more[128]; } fh = {{.handle_bytes = 128}};
	int id;
	S(name_to_handle_at, AT_FDCWD, "/proc", BAD, &id, 0); fh.h.handle_bytes = 0;
	S(name_to_handle_at, AT_FDCWD, ".", &fh, &id, AT_SYMLINK_FOLLOW);
	S(name_to_handle_at, -1, "", &fh, BAD, AT_EMPTY_PATH | 0x4);
	fh.h.handle_bytes = 8; fh.h.handle_type = 1; memcpy(fh.h.f_handle, "\1\2\3\4\5\6\7\10", 8);
	S(open_by_handle_at, -1, &fh, O_RDONLY);
	S(open_by_handle_at, AT_FDCWD, BAD, O_PATH | O_CLOEXEC); fh.h.handle_bytes = 1000;
	S(open_by_handle_at, -1, &fh, 0);
}

static void times(void) {
	struct utimbuf u = {1000000000, 1100000000};
	struct timeval tv[2] = {{1000000000, 5}, {-1, 1000000}};
	struct timespec ts[2] = {{1000000000, 123456789}, {0, UTIME_OMIT}}, now[2] = {{0, UTIME_NOW}, {5,
		UTIME_OMIT}}, bad[2] = {{1, 1000000000}, {2, -1}};
	S(utime, "f", &u); S(utime, "f", NULL); S(utime, "no", BAD);
	S(utimes, "f", tv); tv[1].tv_usec = 7; S(utimes, "f", tv); S(utimes, "f", NULL);
	S(utimes, "f", BAD); S(futimesat, AT_FDCWD, "f", tv); S(futimesat, -1, NULL, NULL);
	S(utimensat, AT_FDCWD, "f", ts, 0); S(utimensat, AT_FDCWD, "l", now, AT_SYMLINK_NOFOLLOW);
	S(utimensat, AT_FDCWD, "f", bad, 0); S(utimensat, -1, NULL, NULL, 0);
	S(utimensat, AT_FDCWD, "f", BAD, 0x5);
}

int main(void) {
	names();
	stats();
	times();
	return 0;
}
