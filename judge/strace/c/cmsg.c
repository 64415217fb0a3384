// cc: -static
// Control messages.
#include "calls.h"
#include <linux/errqueue.h>
#include <netinet/in.h>

int main(void) {
	int un[2], on = 1;
	char data[4] = "x", control[512], buf[100];
	struct iovec v = {data, 1}, in = {buf, sizeof buf};
	struct { size_t len; int level, type; int fds[2]; } rights = {24, SOL_SOCKET, SCM_RIGHTS, {0, 1}};
	struct { size_t len; int level, type; struct { int pid, uid, gid; } c; } creds = {28, SOL_SOCKET, 2,
		{getpid(), 0, 0}};
	struct msghdr m = {NULL, 0, &v, 1, &rights, 24, 0}, r = {NULL, 0, &in, 1, control, sizeof control, 0};
	S(socketpair, AF_UNIX, SOCK_DGRAM, 0, un);
	S(sendmsg, un[0], &m, 0); S(recvmsg, un[1], &r, 0); m.msg_control = &creds;
	m.msg_controllen = sizeof creds; S(setsockopt, un[1], SOL_SOCKET, SO_PASSCRED, &on, 4);
	S(sendmsg, un[0], &m, 0); r.msg_controllen = sizeof control;
	S(recvmsg, un[1], &r, MSG_CMSG_CLOEXEC); S(setsockopt, un[1], SOL_SOCKET, SO_TIMESTAMP, &on, 4);
	m.msg_control = &rights; m.msg_controllen = 20; S(sendmsg, un[0], &m, 0); m.msg_controllen = 24;
	rights.len = 4; S(sendmsg, un[0], &m, 0); rights.len = 1000; S(sendmsg, un[0], &m, 0);
	rights.len = 18; S(sendmsg, un[0], &m, 0); rights.len = 24; rights.type = 77;
	S(sendmsg, un[0], &m, 0); rights.level = 99; S(sendmsg, un[0], &m, 0); m.msg_controllen = 3;
	S(sendmsg, un[0], &m, 0); m.msg_controllen = 0; S(sendmsg, un[0], &m, 0);
	rights = (typeof(rights)){24, SOL_SOCKET, SCM_RIGHTS, {0, 1}}; m.msg_controllen = 24;
	S(sendmsg, un[0], &m, 0); r.msg_controllen = 20; S(recvmsg, un[1], &r, MSG_DONTWAIT);
	r.msg_controllen = 10; S(sendmsg, un[0], &m, 0); S(recvmsg, un[1], &r, MSG_DONTWAIT);
	r.msg_controllen = sizeof control; S(recvmsg, un[1], &r, MSG_DONTWAIT);
	struct sockaddr_in a = {AF_INET, htons(45691), {htonl(INADDR_LOOPBACK)}};
	int u = S(socket, AF_INET, SOCK_DGRAM, 0);
	S(bind, u, &a, sizeof a);
	int opts[] = {IP_PKTINFO, IP_TTL, IP_RECVTTL, IP_RECVTOS, IP_RECVOPTS, IP_RETOPTS, IP_RECVORIGDSTADDR,
		IP_CHECKSUM, IP_RECVERR};
	for (int i = 0; i < 9; i++) S(setsockopt, u, IPPROTO_IP, opts[i], &on, 4);
	S(sendto, u, "d", 1, 0, &a, sizeof a); r.msg_controllen = sizeof control; S(recvmsg, u, &r, 0);
	a.sin_port = htons(45692); S(sendto, u, "d", 1, 0, &a, sizeof a); struct sockaddr_in from;
	r.msg_name = &from; r.msg_namelen = sizeof from; r.msg_controllen = sizeof control;
	S(recvmsg, u, &r, MSG_ERRQUEUE);
	struct { size_t len; int level, type; int val; } ttl = {20, IPPROTO_IP, IP_TTL, 5};
	m.msg_control = &ttl; m.msg_controllen = 24; m.msg_name = &a; m.msg_namelen = sizeof a;
	S(sendmsg, u, &m, 0);
	struct { size_t len; int level, type; struct in_pktinfo i; } pki = {28, IPPROTO_IP, IP_PKTINFO, {1, {0},
		{htonl(INADDR_LOOPBACK)}}};
	m.msg_control = &pki; m.msg_controllen = 32; S(sendmsg, u, &m, 0);
	struct { size_t len; int level, type; uint64_t t; } tt = {24, SOL_SOCKET, 61, 5};
	m.msg_control = &tt; m.msg_controllen = 24; S(sendmsg, u, &m, 0);
	struct { size_t len; int level, type; uint16_t t; } gso = {18, IPPROTO_UDP, 103, 5};
	m.msg_control = &gso; m.msg_controllen = 24; S(sendmsg, u, &m, 0);
	int s6 = S(socket, AF_INET6, SOCK_DGRAM, 0);
	struct sockaddr_in6 a6 = {AF_INET6, htons(45693), 0, in6addr_loopback};
	S(bind, s6, &a6, sizeof a6); S(setsockopt, s6, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, 4);
	S(setsockopt, s6, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &on, 4);
	S(sendto, s6, "d", 1, 0, &a6, sizeof a6); r.msg_name = NULL; r.msg_controllen = sizeof control;
	S(recvmsg, s6, &r, 0);
	char many[1000]; memset(many, 0, sizeof many);
	for (int i = 0; i + 24 <= 960; i += 24) { struct cmsghdr h = {20, SOL_SOCKET, SCM_RIGHTS};
		memcpy(many + i, &h, sizeof h); } m.msg_name = NULL;
	m.msg_namelen = 0; m.msg_control = many; m.msg_controllen = 960; S(sendmsg, -1, &m, 0);
	m.msg_control = BAD; S(sendmsg, -1, &m, 0);
	return 0;
}
