// cc: -static
// Socket options of each level.
#include "calls.h"
#include <linux/filter.h>
#include <linux/icmp.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

static int val, sock;
static char out[300];

static void get(int s, int level, int from, int to) {
	for (int o = from; o <= to; o++) {
		socklen_t len = 4;
		S(getsockopt, s, level, o, out, &len);
	}
}

// Values that do no harm where they are accepted: the sockets are not used.
static void set(int s, int level, int from, int to) {
	val = 1;
	for (int o = from; o <= to; o++)
		S(setsockopt, s, level, o, &val, sizeof val);
}

int main(void) {
	socklen_t len;
	int tcp = S(socket, AF_INET, SOCK_STREAM, 0), tcp6 = S(socket, AF_INET6, SOCK_STREAM, 0), udp = S(socket,
		AF_INET, SOCK_DGRAM, 0), icmp = S(socket, AF_INET, SOCK_RAW, IPPROTO_ICMP), nl = S(socket, AF_NETLINK,
		SOCK_RAW, NETLINK_ROUTE), packet = S(socket, AF_PACKET, SOCK_RAW, 0), un[2];
	S(socketpair, AF_UNIX, SOCK_STREAM, 0, un);
	get(tcp, SOL_SOCKET, 1, 12); get(tcp, SOL_SOCKET, 14, 16); get(tcp, SOL_SOCKET, 18, 27);
	get(tcp, SOL_SOCKET, 29, 48); get(tcp, SOL_SOCKET, 50, 55); get(tcp, SOL_SOCKET, 57, 75);
	get(un[0], SOL_SOCKET, 16, 17); get(un[0], SOL_SOCKET, 31, 31); len = sizeof out;
	S(getsockopt, un[0], SOL_SOCKET, SO_PEERCRED, out, &len);
	S(getsockopt, un[0], SOL_SOCKET, SO_PEERCRED, out, &len); len = sizeof out;
	S(getsockopt, un[0], SOL_SOCKET, 59, out, &len);
	set(tcp, SOL_SOCKET, 1, 24); set(tcp, SOL_SOCKET, 28, 49); set(tcp, SOL_SOCKET, 52, 75);
	struct linger lin = {1, 5}; S(setsockopt, tcp, SOL_SOCKET, SO_LINGER, &lin, sizeof lin);
	len = 8; S(getsockopt, tcp, SOL_SOCKET, SO_LINGER, &lin, &len); len = 5;
	S(getsockopt, tcp, SOL_SOCKET, SO_LINGER, &lin, &len);
	struct timeval tv = {3, 400000}; S(setsockopt, tcp, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
	len = sizeof tv; S(getsockopt, tcp, SOL_SOCKET, SO_RCVTIMEO, &tv, &len); len = sizeof tv;
	S(getsockopt, tcp, SOL_SOCKET, SO_SNDTIMEO, &tv, &len); tv.tv_usec = -1;
	S(setsockopt, tcp, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv);
	struct sock_filter f[] = {{BPF_RET | BPF_K, 0, 0, 0xffff}}; struct sock_fprog prog = {1, f};
	S(setsockopt, udp, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof prog); len = 10;
	S(getsockopt, udp, SOL_SOCKET, SO_ATTACH_FILTER, f, &len);
	S(setsockopt, udp, SOL_SOCKET, SO_DETACH_FILTER, 0, 0);
	S(setsockopt, udp, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &prog, sizeof prog);
	S(setsockopt, tcp, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3); len = 16;
	S(getsockopt, tcp, SOL_SOCKET, SO_BINDTODEVICE, out, &len);
	S(setsockopt, tcp, SOL_SOCKET, SO_BINDTODEVICE, "", 0);
	val = 7; S(setsockopt, tcp, SOL_SOCKET, SO_RCVBUF, &val, 2);
	S(setsockopt, tcp, SOL_SOCKET, SO_RCVBUF, BAD, 4);
	S(setsockopt, tcp, SOL_SOCKET, SO_RCVBUF, &val, -1);
	S(getsockopt, tcp, SOL_SOCKET, SO_RCVBUF, BAD, BAD);
	S(getsockopt, -1, SOL_SOCKET, SO_ERROR, out, NULL); len = 0;
	S(getsockopt, tcp, SOL_SOCKET, SO_TYPE, out, &len); len = 100;
	S(getsockopt, tcp, SOL_SOCKET, SO_DOMAIN, out, &len);
	S(setsockopt, tcp, SOL_SOCKET, SO_KEEPALIVE, NULL, 0);
	get(tcp, IPPROTO_TCP, 1, 12); get(tcp, IPPROTO_TCP, 14, 23); get(tcp, IPPROTO_TCP, 27, 38);
	set(tcp, IPPROTO_TCP, 1, 10); set(tcp, IPPROTO_TCP, 12, 12); set(tcp, IPPROTO_TCP, 14, 40);
	S(setsockopt, tcp, IPPROTO_TCP, TCP_CONGESTION, "reno", 4); len = 16;
	S(getsockopt, tcp, IPPROTO_TCP, TCP_CONGESTION, out, &len);
	get(udp, IPPROTO_IP, 1, 20); get(udp, IPPROTO_IP, 22, 24); get(udp, IPPROTO_IP, 32, 36);
	get(udp, IPPROTO_IP, 49, 50); set(udp, IPPROTO_IP, 1, 24); set(udp, IPPROTO_IP, 49, 50);
	struct ip_mreq mreq = {{htonl(0xe0000001)}, {htonl(INADDR_LOOPBACK)}};
	struct ip_mreqn mreqn = {{htonl(0xe0000002)}, {0}, 1};
	S(setsockopt, udp, IPPROTO_IP, IP_ADD_MEMBERSHIP, &mreq, sizeof mreq);
	S(setsockopt, udp, IPPROTO_IP, IP_DROP_MEMBERSHIP, &mreq, sizeof mreq);
	S(setsockopt, udp, IPPROTO_IP, IP_ADD_MEMBERSHIP, &mreqn, sizeof mreqn);
	S(setsockopt, udp, IPPROTO_IP, IP_MULTICAST_IF, &mreqn, sizeof mreqn);
	S(setsockopt, udp, IPPROTO_IP, IP_ADD_MEMBERSHIP, &mreq, 3);
	get(tcp6, IPPROTO_IPV6, 1, 38); get(tcp6, IPPROTO_IPV6, 48, 80); set(tcp6, IPPROTO_IPV6, 1, 80);
	struct ipv6_mreq m6 = {in6addr_loopback, 1};
	S(setsockopt, tcp6, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &m6, sizeof m6);
	get(udp, IPPROTO_UDP, 1, 1); get(udp, IPPROTO_UDP, 100, 104); set(udp, IPPROTO_UDP, 100, 105);
	get(icmp, SOL_RAW, 1, 1); struct icmp_filter icf = {0xfffffff7};
	S(setsockopt, icmp, SOL_RAW, ICMP_FILTER, &icf, sizeof icf); len = 4;
	S(getsockopt, icmp, SOL_RAW, ICMP_FILTER, &icf, &len);
	get(nl, SOL_NETLINK, 1, 12); set(nl, SOL_NETLINK, 1, 12); len = 8;
	S(getsockopt, nl, SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, out, &len);
	get(packet, SOL_PACKET, 1, 23); set(packet, SOL_PACKET, 3, 3); set(packet, SOL_PACKET, 7, 12);
	set(packet, SOL_PACKET, 14, 17); len = 12;
	S(getsockopt, packet, SOL_PACKET, PACKET_STATISTICS, out, &len);
	struct packet_mreq pm = {1, PACKET_MR_ALLMULTI, 6, {1, 2, 3, 4, 5, 6}};
	S(setsockopt, packet, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &pm, sizeof pm);
	struct tpacket_req tr = {4096, 1, 2048, 2};
	S(setsockopt, packet, SOL_PACKET, PACKET_RX_RING, &tr, sizeof tr);
	int levels[] = {136, 255, 256, 258, 260, 262, 263, 264, 266, 268, 269, 271, 272, 273, 274, 275, 276, 278,
		279, 280, 281, 282, 283, 999};
	for (int i = 0; i < sizeof levels / 4; i++) { get(tcp, levels[i], 1, 2); set(tcp, levels[i], 1, 2); }
	return 0;
}
