// cc: -static
// fcntl, each command.
#include "calls.h"

int main(void) {
	int fd = S(openat, AT_FDCWD, "f", O_RDWR | O_CREAT, 0600), dir = S(openat, AT_FDCWD, ".", O_RDONLY), p[2];
	S(pipe2, p, 0);
	S(fcntl, fd, F_DUPFD, 100); S(fcntl, fd, F_DUPFD_CLOEXEC, 101); S(fcntl, -1, F_DUPFD, 0);
	S(fcntl, fd, F_GETFD); S(fcntl, fd, F_SETFD, FD_CLOEXEC); S(fcntl, fd, F_GETFD);
	S(fcntl, fd, F_SETFD, 0); S(fcntl, fd, F_SETFD, 6);
	S(fcntl, fd, F_GETFL); S(fcntl, fd, F_SETFL, O_RDWR | O_APPEND | O_NONBLOCK | O_NOATIME);
	S(fcntl, fd, F_GETFL); S(fcntl, -1, F_SETFL, O_ASYNC); S(fcntl, 0, F_GETFL);
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 20};
	S(fcntl, fd, F_SETLK, &l); S(fcntl, fd, F_GETLK, &l); l.l_type = F_UNLCK; l.l_whence = SEEK_END;
	l.l_start = -5; S(fcntl, fd, F_SETLKW, &l);
	l.l_type = F_RDLCK; S(fcntl, fd, F_GETLK, &l); l.l_type = 9; l.l_whence = 9;
	S(fcntl, fd, F_GETLK, &l); S(fcntl, fd, F_SETLK, BAD); S(fcntl, fd, F_GETLK, NULL);
	l = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_CUR};
	S(fcntl, fd, F_OFD_SETLK, &l); S(fcntl, fd, F_OFD_GETLK, &l); l.l_type = F_UNLCK;
	S(fcntl, fd, F_OFD_SETLKW, &l); l.l_pid = 5; S(fcntl, fd, F_OFD_SETLK, &l);
	S(fcntl, p[0], F_SETOWN, 1); S(fcntl, p[0], F_GETOWN); S(fcntl, p[0], F_SETOWN, 0);
	S(fcntl, p[0], F_SETSIG, SIGUSR1); S(fcntl, p[0], F_GETSIG); S(fcntl, p[0], F_SETSIG, 0);
	S(fcntl, p[0], F_SETSIG, 100);
	struct f_owner_ex ex = {F_OWNER_PID, 1};
	S(fcntl, p[0], F_SETOWN_EX, &ex); S(fcntl, p[0], F_GETOWN_EX, &ex);
	ex = (struct f_owner_ex){F_OWNER_PGRP, 0}; S(fcntl, p[0], F_SETOWN_EX, &ex); ex.type = 9;
	S(fcntl, p[0], F_SETOWN_EX, &ex);
	S(fcntl, p[0], F_GETOWN_EX, BAD); ex.type = F_OWNER_TID; ex.pid = 0;
	S(fcntl, p[0], F_SETOWN_EX, &ex);
	uint32_t ids[2] = {7, 8};
	S(fcntl, p[0], 17 /* F_GETOWNER_UIDS */, ids); S(fcntl, p[0], 17, BAD);
	S(fcntl, fd, F_SETLEASE, F_WRLCK); S(fcntl, fd, F_GETLEASE); S(fcntl, fd, F_SETLEASE, F_UNLCK);
	S(fcntl, fd, F_GETLEASE); S(fcntl, fd, F_SETLEASE, 44);
	S(fcntl, dir, F_NOTIFY, DN_ACCESS | DN_CREATE | DN_MULTISHOT); S(fcntl, dir, F_NOTIFY, 0);
	S(fcntl, fd, F_NOTIFY, DN_MODIFY | 0x100);
	S(fcntl, p[0], F_SETPIPE_SZ, 8192); S(fcntl, p[0], F_GETPIPE_SZ); S(fcntl, fd, F_SETPIPE_SZ, -1);
	int m = S(memfd_create, "m", MFD_ALLOW_SEALING);
	S(fcntl, m, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW); S(fcntl, m, F_GET_SEALS);
	S(fcntl, m, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_WRITE | F_SEAL_FUTURE_WRITE | 0x100);
	S(fcntl, fd, F_GET_SEALS); S(fcntl, m, F_ADD_SEALS, 0);
	S(fcntl, fd, 1029 /* F_CANCELLK */, 0); S(fcntl, fd, 0x1234, 0x5678); S(fcntl, -1, F_GETFD);
	S(fcntl, fd, 1000, BAD); 
	return 0;
}
