// cc: -static
// Mounts, by the old calls and by the new ones, in a namespace; quotas.
#include "calls.h"
#include <linux/dqblk_xfs.h>
#include <linux/mount.h>
#include <sys/quota.h>

// sys/mount.h does not go with linux/mount.h.
#define MNT_FORCE 1
#define MNT_DETACH 2
#define MNT_EXPIRE 4
#define UMOUNT_NOFOLLOW 8

int main(void) {
	S(unshare, CLONE_NEWNS);
	S(mount, "none", "/", NULL, MS_REC | MS_PRIVATE, NULL); S(mkdir, "a", 0700);
	S(mkdir, "b", 0700);
	S(mount, "none", "a", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=1m");
	S(mount, "a", "b", NULL, MS_BIND, NULL);
	S(mount, NULL, "a", NULL, MS_REMOUNT | MS_RDONLY | MS_BIND | MS_RELATIME, NULL);
	S(mount, NULL, "b", NULL, MS_SHARED, BAD);
	S(mount, NULL, "b", NULL, MS_MOVE | 0x80000000, NULL);
	S(mount, "x", "no-such", "ext4", MS_MGC_VAL | MS_SYNCHRONOUS | MS_MANDLOCK | MS_DIRSYNC | MS_LAZYTIME |
		MS_SILENT, "a,b");
	S(mount, BAD, BAD, BAD, 0, BAD); S(mount, NULL, NULL, NULL, 0x10000000, NULL);
	S(mount, "/dev/null", "a", "no\n", MS_UNBINDABLE | MS_SLAVE, "data that is longer than thirty-two characters");
	S(umount2, "b", MNT_DETACH); S(umount2, "a", MNT_FORCE | MNT_EXPIRE | UMOUNT_NOFOLLOW);
	S(umount2, "a", 0); S(umount2, BAD, 0x80); S(umount2, "a", 0);
	int fs = S(fsopen, "tmpfs", FSOPEN_CLOEXEC); S(fsopen, "no-such", 0); S(fsopen, BAD, 5);
	S(fsconfig, fs, FSCONFIG_SET_STRING, "size", "1m", 0);
	S(fsconfig, fs, FSCONFIG_SET_FLAG, "ro", NULL, 0);
	S(fsconfig, fs, FSCONFIG_SET_BINARY, "key", "\1\2\3", 3);
	S(fsconfig, fs, FSCONFIG_SET_PATH, "source", "a", AT_FDCWD);
	S(fsconfig, fs, FSCONFIG_SET_PATH_EMPTY, "source", "", 0);
	S(fsconfig, fs, FSCONFIG_SET_FD, "fd", NULL, 0);
	S(fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
	S(fsconfig, fs, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 5); S(fsconfig, -1, 77, BAD, BAD, 3);
	S(fsconfig, fs, FSCONFIG_SET_STRING, BAD, BAD, 1);
	int m = S(fsmount, fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOATIME);
	S(fsmount, -1, 5, 0x80000000); S(fsmount, -1, 0, MOUNT_ATTR_RDONLY | MOUNT_ATTR__ATIME);
	S(move_mount, m, "", AT_FDCWD, "a", MOVE_MOUNT_F_EMPTY_PATH);
	S(move_mount, -1, "x", -1, BAD, MOVE_MOUNT_T_SYMLINKS | MOVE_MOUNT_SET_GROUP | 0x80000000);
	int t = S(open_tree, AT_FDCWD, "a", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
	S(open_tree, -1, "", 0x80 | AT_EMPTY_PATH);
	S(open_tree, AT_FDCWD, "a", AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT);
	S(fspick, AT_FDCWD, "a", FSPICK_CLOEXEC | FSPICK_NO_AUTOMOUNT);
	S(fspick, -1, BAD, FSPICK_EMPTY_PATH | FSPICK_SYMLINK_NOFOLLOW | 0x80);
	struct mount_attr at = {MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOEXEC, MS_PRIVATE, 0};
	S(mount_setattr, t, "", AT_EMPTY_PATH | AT_RECURSIVE, &at, sizeof at);
	at.attr_set = MOUNT_ATTR_IDMAP | 0x80000000; at.propagation = 77; at.userns_fd = 5;
	S(mount_setattr, AT_FDCWD, "a", 0, &at, sizeof at); S(mount_setattr, -1, BAD, 0x7, BAD, 3);
	S(mount_setattr, -1, "a", 0, BAD, sizeof at);
	struct dqblk d = {}; struct dqinfo i = {}; int fmt = 0; struct if_nextdqblk { char c[100]; } nx;
	struct fs_disk_quota xd = {}; struct fs_quota_stat st = {};
	S(quotactl, QCMD(Q_QUOTAON, USRQUOTA), "/dev/no", 2, "aquota");
	S(quotactl, QCMD(Q_QUOTAOFF, GRPQUOTA), "/dev/no", 0, NULL);
	S(quotactl, QCMD(Q_SYNC, 2), NULL, 0, NULL);
	S(quotactl, QCMD(Q_GETFMT, USRQUOTA), "/dev/no", 0, &fmt);
	S(quotactl, QCMD(Q_GETINFO, 0), "/dev/no", 0, &i);
	S(quotactl, QCMD(Q_SETINFO, 0), "/dev/no", 0, &i);
	S(quotactl, QCMD(Q_GETQUOTA, 0), "/dev/no", 1000, &d);
	S(quotactl, QCMD(Q_SETQUOTA, 1), "/dev/no", 1000, &d);
	S(quotactl, QCMD(0x800009, 0), "/dev/no", 5, &nx);
	S(quotactl, QCMD(Q_XQUOTAON, 0), "/dev/no", 0, &fmt);
	S(quotactl, QCMD(Q_XGETQUOTA, 2), "/dev/no", -1, &xd);
	S(quotactl, QCMD(Q_XSETQLIM, 0), "/dev/no", 0, &xd);
	S(quotactl, QCMD(Q_XGETQSTAT, 0), "/dev/no", 0, &st);
	S(quotactl, QCMD(Q_XQUOTASYNC, 0), "/dev/no", 0, NULL); S(quotactl, 0x12345678, BAD, -1, BAD);
	S(quotactl_fd, -1, QCMD(Q_GETQUOTA, 0), 0, &d); S(quotactl_fd, fs, QCMD(Q_SYNC, 0), 0, NULL);
	S(quotactl_fd, fs, QCMD(Q_QUOTAON, 1), 1, BAD);
	return 0;
}
