// cc: -static
// ioctls of terminals.
#include "calls.h"
#include <asm/ioctls.h>
#include <linux/kd.h>
#include <linux/vt.h>
#define termios kernel_termios
#define winsize kernel_winsize
#define termio kernel_termio
#include <asm/termbits.h>

int main(void) {
	char buf[256];
	int n = 0, zero = 0;
	int master = S(openat, AT_FDCWD, "/dev/ptmx", O_RDWR | O_NOCTTY), file = S(openat, AT_FDCWD, "f", O_RDWR |
		O_CREAT, 0600);
	S(ioctl, master, TIOCSPTLCK, &zero); S(ioctl, master, TIOCGPTLCK, &n);
	S(ioctl, master, TIOCGPKT, &n); S(ioctl, master, TIOCGEXCL, &n);
	int slave = S(ioctl, master, TIOCGPTPEER, O_RDWR | O_NOCTTY);
	struct kernel_termios t; struct termios2 t2;
	struct { unsigned short r, c, x, y; } w = {24, 80, 0, 0};
	struct { unsigned short i, o, c, l; unsigned char line, cc[8]; } old;
	S(ioctl, slave, TCGETS, &t); t.c_lflag &= ~ECHO; S(ioctl, slave, TCSETS, &t);
	S(ioctl, slave, TCSETSW, &t); t.c_iflag |= 0x8000000; t.c_cflag |= PARENB | CSTOPB | CRTSCTS;
	t.c_oflag |= OLCUC | TAB3 | CR2; S(ioctl, slave, TCSETSF, &t); S(ioctl, slave, TCGETS, &t);
	S(ioctl, slave, TCGETA, &old); S(ioctl, slave, TCSETA, &old); S(ioctl, slave, TCSETAW, &old);
	S(ioctl, slave, TCSETAF, &old); S(ioctl, slave, 0x802c542a /* TCGETS2 */, &t2);
	S(ioctl, slave, 0x402c542b, &t2); S(ioctl, slave, TCGETS, BAD); S(ioctl, slave, TCSETS, BAD);
	S(ioctl, file, TCGETS, &t); S(ioctl, file, TCSETS, &t); S(ioctl, -1, TCGETA, &old);
	S(ioctl, slave, TIOCSWINSZ, &w); S(ioctl, slave, TIOCGWINSZ, &w);
	S(ioctl, file, TIOCGWINSZ, &w); S(ioctl, slave, TIOCSWINSZ, BAD);
	S(ioctl, slave, TIOCGPGRP, &n); S(ioctl, slave, TIOCSPGRP, &n); S(ioctl, slave, TIOCGSID, &n);
	S(ioctl, slave, TIOCSCTTY, 0); S(ioctl, slave, TIOCNOTTY); S(ioctl, slave, TIOCEXCL);
	S(ioctl, slave, TIOCNXCL); S(ioctl, slave, TIOCGETD, &n); S(ioctl, slave, TIOCSETD, &zero);
	S(ioctl, slave, TIOCOUTQ, &n); S(ioctl, slave, FIONREAD, &n); S(ioctl, slave, TIOCGSOFTCAR, &n);
	S(ioctl, slave, TIOCSSOFTCAR, &n); S(ioctl, slave, TIOCMGET, &n); S(ioctl, slave, TIOCMSET, &n);
	S(ioctl, slave, TIOCMBIS, BAD); S(ioctl, slave, TIOCPKT, &zero);
	S(ioctl, master, TIOCPKT, &zero); S(ioctl, master, TIOCGPTN, &n); S(ioctl, slave, TCSBRK, 1);
	S(ioctl, slave, TCSBRKP, 5); S(ioctl, slave, TIOCSBRK); S(ioctl, slave, TIOCCBRK);
	S(ioctl, slave, TCXONC, TCOON); S(ioctl, slave, TCFLSH, TCIFLUSH); S(ioctl, slave, TCFLSH, 77);
	S(ioctl, slave, TIOCSTI, "x"); S(ioctl, slave, TIOCGSERIAL, buf);
	S(ioctl, slave, TIOCGICOUNT, buf); S(ioctl, master, TIOCSIG, 100);
	S(ioctl, slave, TIOCLINUX, buf); S(ioctl, slave, TIOCGLCKTRMIOS, &t);
	S(ioctl, slave, TIOCSLCKTRMIOS, BAD); S(ioctl, slave, TIOCGDEV, &n);
	S(ioctl, slave, TIOCGRS485, buf); S(ioctl, slave, TIOCINQ, BAD);
	S(ioctl, slave, FIONBIO, &zero); S(ioctl, slave, FIOASYNC, &zero); S(ioctl, slave, FIOCLEX);
	S(ioctl, slave, FIONCLEX); S(ioctl, slave, FIOQSIZE, buf);
	S(ioctl, slave, KDGKBTYPE, buf); S(ioctl, slave, KDGETMODE, &n);
	S(ioctl, slave, KDSETMODE, KD_TEXT); S(ioctl, slave, KDGKBMODE, &n);
	S(ioctl, slave, KDSKBMODE, K_RAW); S(ioctl, slave, KDMKTONE, 5); S(ioctl, slave, KDGETLED, buf);
	S(ioctl, slave, KDSETLED, 2); S(ioctl, slave, KIOCSOUND, 0); S(ioctl, slave, VT_GETSTATE, buf);
	S(ioctl, slave, VT_ACTIVATE, 100); S(ioctl, slave, VT_OPENQRY, &n);
	S(ioctl, slave, VT_GETMODE, buf); S(ioctl, slave, KDFONTOP, buf);
	S(ioctl, slave, KDGKBLED, buf); S(ioctl, slave, KDSIGACCEPT, 10);
	S(ioctl, slave, GIO_FONT, buf);
	return 0;
}
