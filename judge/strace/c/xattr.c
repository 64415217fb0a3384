// cc: -static
// Extended attributes.
#include "calls.h"
#include <sys/xattr.h>

int main(void) {
	char buf[200];
	int fd = S(openat, AT_FDCWD, "f", O_RDWR | O_CREAT, 0600);
	S(setxattr, "f", "user.one", "value", 5, 0);
	S(setxattr, "f", "user.one", "v\0\n", 3, XATTR_CREATE);
	S(lsetxattr, "f", "user.two", "", 0, XATTR_CREATE);
	S(fsetxattr, fd, "user.three", "333", 3, XATTR_REPLACE);
	S(fsetxattr, fd, "user.three", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", 52, 0);
	S(setxattr, "no", "bad", BAD, 5, 0x10);
	S(setxattr, "f", NULL, NULL, 0, XATTR_CREATE | XATTR_REPLACE);
	S(getxattr, "f", "user.one", buf, sizeof buf); S(lgetxattr, "f", "user.two", buf, sizeof buf);
	S(fgetxattr, fd, "user.three", buf, sizeof buf); S(getxattr, "f", "user.one", NULL, 0);
	S(getxattr, "f", "user.one", buf, 2); S(fgetxattr, -1, "no", buf, 1);
	S(getxattr, "f", "user.one", BAD, 100);
	S(listxattr, "f", buf, sizeof buf); S(llistxattr, "f", buf, 5); S(flistxattr, fd, NULL, 0);
	S(listxattr, "no", buf, 10); S(flistxattr, -1, BAD, 10);
	S(removexattr, "f", "user.one"); S(lremovexattr, "f", "user.none");
	S(fremovexattr, fd, "user.two"); S(fremovexattr, -1, BAD);
	return 0;
}
