// cc: -static
// Opens, reads, writes, positions, and what acts on an open file.
#include "calls.h"
#include <linux/openat2.h>
#include <sys/statfs.h>

static void opens(void) {
	S(open, "f", O_RDWR | O_CREAT | O_TRUNC, 0644);
	S(open, "f", O_RDONLY);
	S(open, "f", O_WRONLY | O_APPEND | O_NONBLOCK | O_SYNC | O_NOATIME | O_CLOEXEC);
	S(open, "f", O_ACCMODE | O_DSYNC);
	S(open, ".", O_TMPFILE | O_RDWR, 0600);
	S(open, ".", O_PATH | O_DIRECTORY | O_NOFOLLOW);
	S(open, "f", O_CREAT | O_EXCL | 0x80000000, 07777);
	S(open, "no-such", O_RDONLY | O_DIRECT | O_LARGEFILE);
	S(open, NULL, 0);
	S(open, BAD, O_RDWR);
	S(open, WILD, O_RDWR | O_CREAT, 0);
	S(creat, "g", 0755);
	S(creat, BAD, 07777);
	S(openat, AT_FDCWD, "f", O_RDONLY);
	S(openat, 3, "f", O_RDONLY | O_CREAT, 0);
	S(openat, -1, "f", O_ASYNC);
	struct open_how how = {.flags = O_RDONLY | O_CREAT, .mode = 0640, .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
	S(openat2, AT_FDCWD, "f", &how, sizeof how);
	how.flags = O_RDONLY; how.mode = 0;
	how.resolve = RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS | RESOLVE_IN_ROOT | RESOLVE_CACHED;
	S(openat2, AT_FDCWD, "f", &how, sizeof how);
	how.flags = 0x100000000ULL; how.resolve = 0x8000;
	S(openat2, AT_FDCWD, "f", &how, sizeof how);
	S(openat2, -1, "f", BAD, sizeof how);
	S(openat2, -1, "f", &how, 5);
	struct { struct open_how how; uint64_t more; } big = {{.flags = O_PATH}, 7};
	S(openat2, AT_FDCWD, "f", &big, sizeof big);
	big.more = 0;
	S(openat2, AT_FDCWD, "f", &big, sizeof big);
	for (int fd = 3; fd < 20; fd++)
		S(close, fd);
	S(close, -1);
	S(close, 0x7fffffff);
}

static void reads_and_writes(void) {
	char buf[5000], quotes[] = "a\"b\\c\n\t\r\v\f\033\0001\0x\200\377";
	int fd = S(openat, AT_FDCWD, "data", O_RDWR | O_CREAT, 0600);
	S(write, fd, "hello\n", 6);
	S(write, fd, quotes, sizeof quotes);
	S(write, fd, "12345678901234567890123456789012", 32);
	S(write, fd, "123456789012345678901234567890123", 33);
	S(write, fd, "", 0);
	S(write, fd, BAD, 10);
	S(write, fd, NULL, 0);
	S(write, -1, "x", -1UL);
	S(lseek, fd, 0, SEEK_SET);
	S(read, fd, buf, 3);
	S(read, fd, buf, sizeof buf);
	S(read, fd, buf, sizeof buf);
	S(read, fd, BAD, 100);
	S(read, -1, buf, 1);
	S(read, fd, buf, -1UL);
	S(lseek, fd, -1, SEEK_CUR);
	S(lseek, fd, 0, SEEK_END);
	S(lseek, fd, 0, SEEK_DATA);
	S(lseek, fd, 3, SEEK_HOLE);
	S(lseek, fd, -5, 77);
	S(lseek, fd, 0x123456789abLL, SEEK_SET);
	S(pwrite64, fd, "abc", 3, 100);
	S(pread64, fd, buf, 10, 98);
	S(pread64, fd, buf, 10, -1);
	S(pwrite64, fd, "abc", 3, 0x7fffffffffffffffLL);
	struct iovec v[3] = {{"one", 3}, {"", 0}, {"three", 5}}, in[2] = {{buf, 4}, {buf + 10, 400}},
		bad[2] = {{BAD, 4}, {NULL, 0}};
	S(writev, fd, v, 3);
	S(writev, fd, bad, 2);
	S(writev, fd, v, 0);
	S(writev, fd, BAD, 2);
	S(writev, fd, v, -1);
	S(lseek, fd, 0, SEEK_SET);
	S(readv, fd, in, 2);
	S(readv, fd, bad, 2);
	S(readv, fd, BAD, 1);
	S(preadv, fd, in, 2, 3, 0);
	S(preadv, fd, in, 2, -1, -1);
	S(pwritev, fd, v, 3, 200, 0);
	S(preadv2, fd, in, 2, 0, 0, RWF_NOWAIT | RWF_HIPRI);
	S(preadv2, fd, in, 1, -1, -1, 0);
	S(pwritev2, fd, v, 3, 0, 0, RWF_DSYNC | RWF_SYNC | RWF_APPEND);
	S(pwritev2, fd, v, 3, 0, 0, 0x1000);
	loff_t off = 3;
	int out = S(openat, AT_FDCWD, "out", O_RDWR | O_CREAT, 0600);
	S(sendfile, out, fd, &off, 4);
	S(sendfile, out, fd, NULL, 4);
	S(sendfile, out, -1, BAD, 4);
	loff_t from = 0, to = 7;
	S(copy_file_range, fd, &from, out, &to, 10, 0);
	S(copy_file_range, fd, NULL, out, NULL, 10, 0);
	S(copy_file_range, -1, BAD, out, BAD, 10, 5);
	S(ftruncate, fd, 1000);
	S(ftruncate, fd, -1);
	S(truncate, "data", 2000);
	S(truncate, "no-such", 0x7fffffffffffffffL);
	S(fallocate, fd, 0, 0, 4096);
	S(fallocate, fd, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, 0, 4096);
	S(fallocate, fd, FALLOC_FL_ZERO_RANGE | FALLOC_FL_COLLAPSE_RANGE | 0x1000, 1, 2);
	S(fallocate, -1, FALLOC_FL_INSERT_RANGE | FALLOC_FL_UNSHARE_RANGE, -1, -2);
	S(fadvise64, fd, 0, 100, POSIX_FADV_SEQUENTIAL);
	S(fadvise64, fd, 10, 0, POSIX_FADV_DONTNEED);
	S(fadvise64, -1, 0, 100, 99);
	S(readahead, fd, 0, 4096);
	S(readahead, -1, -1, 1);
	S(sync_file_range, fd, 0, 100, SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER);
	S(sync_file_range, -1, 1, 2, 0x80);
	S(fsync, fd); S(fdatasync, fd); S(fsync, -1); S(syncfs, fd); S(syncfs, -1);
	S(flock, fd, LOCK_EX); S(flock, fd, LOCK_SH | LOCK_NB); S(flock, fd, LOCK_UN); S(flock, -1, 77);
	S(dup, fd); S(dup, -1); S(dup2, fd, 20); S(dup2, -1, 20); S(dup3, fd, 21, O_CLOEXEC);
	S(dup3, fd, fd, 0); S(dup3, fd, 22, 0x5);
	S(close_range, 20, 22, CLOSE_RANGE_CLOEXEC); S(close_range, 20, 22, CLOSE_RANGE_UNSHARE);
	S(close_range, 3, 1, 0x80); S(close_range, 20, -1, 0);
	int p[2];
	S(pipe, p); S(pipe2, p, O_NONBLOCK | O_CLOEXEC); S(pipe, BAD); S(pipe2, BAD, O_DIRECT);
	S(pipe2, p, 0x1);
}

int main(void) {
	opens();
	reads_and_writes();
	S(sync);
	return 0;
}
