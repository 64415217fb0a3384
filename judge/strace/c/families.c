// cc: -static
// Socket families and their addresses.
#include "calls.h"
#include <linux/atm.h>
#include <linux/ax25.h>
#include <linux/can.h>
#include <linux/if_alg.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_xdp.h>
#include <linux/netlink.h>
#include <linux/tipc.h>
#include <linux/vm_sockets.h>
#include <linux/x25.h>
#include <sys/un.h>

int main(void) {
	int s, pair[2];
	struct sockaddr_storage any;
	socklen_t len;
	for (int f = 0; f < 48; f++) { s = S(socket, f, SOCK_DGRAM, 0); S(close, s); }
	S(socket, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	S(socket, AF_NETLINK, SOCK_DGRAM, NETLINK_AUDIT); S(socket, AF_NETLINK, SOCK_RAW, 99);
	S(socket, AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
	S(socket, AF_PACKET, SOCK_DGRAM, htons(ETH_P_IP)); S(socket, AF_BLUETOOTH, SOCK_RAW, 3);
	S(socket, AF_CAN, SOCK_RAW, 1); S(socket, AF_VSOCK, SOCK_STREAM, 0);
	S(socket, AF_ALG, SOCK_SEQPACKET, 0); S(socket, 46, SOCK_STREAM, 7);
	S(socket, AF_PPPOX, SOCK_STREAM, 1);
	S(socketpair, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair);
	S(socketpair, AF_UNIX, SOCK_SEQPACKET, 0, pair); S(socketpair, AF_INET, SOCK_STREAM, 0, pair);
	S(socketpair, 99, 99, 99, BAD);
	s = S(socket, AF_UNIX, SOCK_STREAM, 0);
	struct sockaddr_un u = {AF_UNIX, "sock"}, abstract = {AF_UNIX, "\0abstract\1name"}, no = {AF_UNIX};
	S(bind, s, &u, sizeof u); len = sizeof any; S(getsockname, s, &any, &len); S(listen, s, 3);
	S(bind, s, &no, 2); S(bind, s, &u, 4);
	int t = S(socket, AF_UNIX, SOCK_STREAM, 0);
	S(connect, t, &u, 7); len = sizeof any; int a = S(accept, s, &any, &len); len = sizeof any;
	S(getpeername, t, &any, &len); len = sizeof any; S(getsockname, t, &any, &len); len = 3;
	S(getpeername, t, &any, &len);
	t = S(socket, AF_UNIX, SOCK_DGRAM, 0);
	S(bind, t, &abstract, offsetof(struct sockaddr_un, sun_path) + 14); len = sizeof any;
	S(getsockname, t, &any, &len); memset(u.sun_path, 'x', sizeof u.sun_path);
	S(connect, t, &u, sizeof u); S(connect, t, &abstract, sizeof abstract); S(bind, t, &no, 2);
	struct sockaddr_nl nl = {AF_NETLINK, 0, 0, 1}, nlpid = {AF_NETLINK, 5, 12345, 0x80000000};
	s = S(socket, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE); S(bind, s, &nl, sizeof nl);
	S(connect, s, &nlpid, sizeof nlpid); S(bind, s, &nl, 5);
	struct sockaddr_ll ll = {AF_PACKET, htons(ETH_P_ARP), 1, 1, PACKET_BROADCAST, 6, {1, 2, 3, 4, 5, 6}};
	s = S(socket, AF_PACKET, SOCK_DGRAM, 0); S(bind, s, &ll, sizeof ll); len = sizeof any;
	S(getsockname, s, &any, &len); ll.sll_ifindex = 99999; ll.sll_hatype = 9999;
	ll.sll_pkttype = 99; ll.sll_halen = 20; S(bind, s, &ll, sizeof ll);
	struct sockaddr_vm vm = {AF_VSOCK, 0, 1234, VMADDR_CID_HOST}, vmany = {AF_VSOCK, 7, -1U, -1U};
	S(bind, -1, &vm, sizeof vm); S(connect, -1, &vmany, sizeof vmany);
	struct sockaddr_alg alg = {AF_ALG, "hash", 8, 9, "sha256"};
	s = S(socket, AF_ALG, SOCK_SEQPACKET, 0); S(bind, s, &alg, sizeof alg);
	struct sockaddr_can can = {AF_CAN, 1, {{0x123, 0x456}}};
	S(bind, -1, &can, sizeof can);
	struct sockaddr_xdp xdp = {AF_XDP, XDP_COPY | XDP_USE_NEED_WAKEUP, 1, 2, 3};
	S(bind, -1, &xdp, sizeof xdp);
	struct sockaddr_tipc tipc = {AF_TIPC, TIPC_ADDR_NAMESEQ, TIPC_CLUSTER_SCOPE, {.nameseq = {1, 2, 3}}};
	S(bind, -1, &tipc, sizeof tipc); tipc.addrtype = TIPC_ADDR_NAME;
	S(bind, -1, &tipc, sizeof tipc); tipc.addrtype = TIPC_ADDR_ID; S(bind, -1, &tipc, sizeof tipc);
	struct sockaddr_x25 x25 = {AF_X25, {"12345"}}; S(bind, -1, &x25, sizeof x25);
	struct sockaddr_ax25 ax = {AF_AX25, {{'A' << 1, 'B' << 1, 'C' << 1, ' ' << 1, ' ' << 1, ' ' << 1, 5 << 1}}, 0};
	S(bind, -1, &ax, sizeof ax);
	struct { uint16_t family, port; uint32_t network; uint8_t node[6], type, zero; } ipx = {AF_IPX, htons(5),
		htonl(0x1234), {1, 2, 3, 4, 5, 6}, 7};
	S(bind, -1, &ipx, sizeof ipx);
	struct { uint16_t family, dev, channel; } hci = {AF_BLUETOOTH, 1, 3};
	S(bind, -1, &hci, sizeof hci);
	struct { uint16_t family, psm; uint8_t addr[6]; uint16_t cid; uint8_t type; } l2 = {AF_BLUETOOTH, 1, {1,
		2, 3, 4, 5, 6}, 4, 1};
	S(bind, -1, &l2, 14);
	struct { uint16_t family; uint8_t addr[6], channel; } rc = {AF_BLUETOOTH, {1, 2, 3, 4, 5, 6}, 7};
	S(bind, -1, &rc, 10); S(bind, -1, &rc, 8);
	char unknown[32] = {99, 0, 'd', 'a', 't', 'a', 1}, raw16[16] = {AF_APPLETALK, 0, 1, 2, 3};
	S(bind, -1, unknown, sizeof unknown); S(bind, -1, raw16, sizeof raw16); unknown[1] = 1;
	S(bind, -1, unknown, 14); S(bind, -1, unknown, 1); raw16[0] = 45; S(bind, -1, raw16, 16);
	raw16[0] = AF_UNSPEC; S(bind, -1, raw16, 16);
	return 0;
}
