// cc: -static
// Sockets over IP, and the calls of sockets.
#include "calls.h"
#include <netinet/in.h>
#include <arpa/inet.h>
#include <netinet/tcp.h>

static struct sockaddr_in in4(int port) { return (struct sockaddr_in){AF_INET, htons(port),
	{htonl(INADDR_LOOPBACK)}}; }

int main(void) {
	char buf[200];
	struct sockaddr_in a = in4(45681), b;
	struct sockaddr_in6 a6 = {AF_INET6, htons(45682), 0, in6addr_loopback}, b6;
	socklen_t len = sizeof b;
	int on = 1;
	int l = S(socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	S(setsockopt, l, SOL_SOCKET, SO_REUSEADDR, &on, 4); S(bind, l, &a, sizeof a); S(listen, l, 5);
	S(listen, -1, -1); len = sizeof b; S(getsockname, l, &b, &len); S(getpeername, l, &b, &len);
	int c = S(socket, AF_INET, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP);
	S(connect, c, &a, sizeof a); len = sizeof b;
	int s = S(accept4, l, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	S(connect, c, &a, sizeof a); len = 7; S(getsockname, s, &b, &len); S(accept, l + 100, &b, &len);
	S(accept, -1, BAD, BAD); S(accept4, -1, NULL, NULL, 5);
	S(sendto, c, "hello", 5, 0, NULL, 0);
	S(sendto, c, "more\n", 5, MSG_NOSIGNAL | MSG_DONTWAIT | MSG_MORE, NULL, 0);
	S(recvfrom, s, buf, 3, MSG_PEEK, NULL, NULL); S(recvfrom, s, buf, sizeof buf, 0, NULL, NULL);
	S(recvfrom, s, buf, sizeof buf, MSG_OOB | MSG_TRUNC, BAD, BAD);
	S(recvfrom, s, buf, 1, MSG_WAITALL | MSG_ERRQUEUE | 0x80000, NULL, NULL);
	S(sendto, c, "oob", 1, MSG_OOB, NULL, 0); S(shutdown, c, SHUT_WR); S(shutdown, c, SHUT_RD);
	S(shutdown, c, 7); S(shutdown, -1, SHUT_RDWR); S(sendto, c, "x", 1, MSG_NOSIGNAL, NULL, 0);
	S(close, s); S(close, c);
	int u = S(socket, AF_INET, SOCK_DGRAM, IPPROTO_UDP), u6 = S(socket, AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
	S(bind, u, &a, sizeof a); S(bind, u6, &a6, sizeof a6);
	S(sendto, u, "dgram", 5, MSG_CONFIRM, &a, sizeof a); len = sizeof b;
	S(recvfrom, u, buf, sizeof buf, 0, &b, &len); a6.sin6_flowinfo = htonl(0x12345);
	a6.sin6_scope_id = 1; S(sendto, u6, "six", 3, 0, &a6, sizeof a6); len = sizeof b6;
	a6.sin6_scope_id = 0; a6.sin6_flowinfo = 0; S(sendto, u6, "six", 3, 0, &a6, sizeof a6);
	S(recvfrom, u6, buf, sizeof buf, MSG_DONTWAIT, &b6, &len); len = 10;
	S(recvfrom, u6, buf, 2, MSG_DONTWAIT, &b6, &len);
	struct iovec v[2] = {{"ab", 2}, {"cdef", 4}}, in[2] = {{buf, 3}, {buf + 10, 50}};
	struct msghdr m = {&a, sizeof a, v, 2, NULL, 0, 0}, r = {&b, sizeof b, in, 2, NULL, 0, 0}, e = {},
		wrong = {BAD, 16, BAD, 2, BAD, 100, 5};
	S(sendmsg, u, &m, 0); S(recvmsg, u, &r, 0); S(sendmsg, u, &e, MSG_DONTROUTE);
	S(sendmsg, u, &wrong, 0); S(sendmsg, u, BAD, 0); S(recvmsg, u, &e, MSG_DONTWAIT);
	S(recvmsg, u, BAD, MSG_CMSG_CLOEXEC); S(recvmsg, -1, &r, MSG_WAITFORONE);
	S(sendmsg, -1, &m, -1);
	static struct iovec many[1000];
	for (int i = 0; i < 1000; i++) many[i] = v[i % 2];
	m.msg_iov = many; m.msg_iovlen = 1000; S(sendmsg, -1, &m, 0); m.msg_iov = v; m.msg_iovlen = 2;
	struct mmsghdr mm[2] = {{m, 0}, {m, 0}}, mr[3] = {{r, 0}, {r, 0}, {r, 0}};
	S(sendmmsg, u, mm, 2, 0); struct timespec ts = {1, 0};
	S(recvmmsg, u, mr, 2, MSG_WAITFORONE, &ts); S(recvmmsg, u, mr, 3, MSG_DONTWAIT, NULL);
	S(recvmmsg, u, BAD, 1, MSG_DONTWAIT, BAD); S(sendmmsg, u, BAD, 1, 0); S(sendmmsg, u, mm, 0, 0);
	S(recvmmsg, -1, mr, -1, 0, NULL);
	struct sockaddr un = {AF_UNSPEC};
	S(connect, u, &a, sizeof a); S(getpeername, u, &b, &len); S(connect, u, &un, sizeof un);
	S(connect, u, BAD, 16); S(connect, u, &a, 3); S(connect, u, &a, 1000); S(connect, u, NULL, 0);
	S(bind, u, &a, 0); S(bind, u, BAD, -1); S(connect, u6, &a6, 24); S(connect, u6, &a6, 20);
	struct sockaddr_in6 ll = {AF_INET6, htons(1), 0, {{{0xfe, 0x80, [15] = 1}}}, 1}, mapped = {AF_INET6,
		htons(80), 0, {{{[10] = 0xff, 0xff, 127, 0, 0, 1}}}, 77};
	S(connect, u6, &ll, sizeof ll); S(connect, -1, &mapped, sizeof mapped);
	for (int t = 0; t < 12; t++) S(socket, AF_INET, t, 255);
	for (int p = 0; p < 5; p++) S(socket, AF_INET6, SOCK_RAW, p * 17);
	S(socket, AF_INET, SOCK_STREAM, 262 /* MPTCP */);
	S(socket, AF_INET, SOCK_SEQPACKET, IPPROTO_SCTP); S(socket, AF_INET, SOCK_RAW, IPPROTO_ICMP);
	S(socket, AF_INET6, SOCK_RAW, IPPROTO_ICMPV6); S(socket, AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE);
	S(socket, AF_INET, SOCK_DCCP, IPPROTO_DCCP); S(socket, AF_INET, SOCK_STREAM | 0x10000, 999);
	return 0;
}
