// cc: -static
// inotify and fanotify.
#include "calls.h"
#include <sys/fanotify.h>
#include <sys/inotify.h>

int main(void) {
	char buf[1000];
	int fd = S(inotify_init1, IN_NONBLOCK | IN_CLOEXEC); S(inotify_init1, 5); S(inotify_init);
	int wd = S(inotify_add_watch, fd, ".", IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_ONLYDIR);
	S(inotify_add_watch, fd, "no-such", IN_ALL_EVENTS);
	S(inotify_add_watch, -1, BAD, 0x80000000 | 0x100000);
	S(inotify_add_watch, fd, ".", IN_MASK_ADD | IN_CLOSE_WRITE | IN_DONT_FOLLOW | IN_EXCL_UNLINK | IN_ONESHOT);
	S(mkdir, "d", 0700); S(read, fd, buf, sizeof buf); S(inotify_rm_watch, fd, wd);
	S(inotify_rm_watch, -1, 77);
	int fa = S(fanotify_init, FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_NONBLOCK, O_RDONLY | O_LARGEFILE);
	S(fanotify_init, FAN_CLASS_CONTENT | FAN_UNLIMITED_QUEUE, O_RDWR | O_CLOEXEC);
	S(fanotify_init, FAN_REPORT_FID | FAN_REPORT_DFID_NAME, 0);
	S(fanotify_init, 0x80000000 | FAN_CLASS_PRE_CONTENT, -1); S(fanotify_init, 0xc, 0);
	S(fanotify_mark, fa, FAN_MARK_ADD, FAN_MODIFY | FAN_CLOSE_WRITE, AT_FDCWD, "d");
	S(fanotify_mark, fa, FAN_MARK_ADD | FAN_MARK_ONLYDIR | FAN_MARK_DONT_FOLLOW, FAN_OPEN | FAN_ONDIR |
		FAN_EVENT_ON_CHILD, AT_FDCWD, "d");
	S(fanotify_mark, fa, FAN_MARK_REMOVE | FAN_MARK_MOUNT, 0x3b, -1, NULL);
	S(fanotify_mark, fa, FAN_MARK_FLUSH, 0, AT_FDCWD, NULL);
	S(fanotify_mark, fa, FAN_MARK_FLUSH | FAN_MARK_FILESYSTEM, 0, -1, BAD);
	S(fanotify_mark, -1, 0x80000000, 0x8000000000000000, 5, "x");
	S(fanotify_mark, fa, FAN_MARK_ADD | FAN_MARK_IGNORED_MASK, FAN_ACCESS_PERM | FAN_OPEN_EXEC, AT_FDCWD, ".");
	return 0;
}
