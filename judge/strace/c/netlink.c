// cc: -static
// Netlink messages.
#include "calls.h"
#include <linux/genetlink.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/inet_diag.h>
#include <linux/neighbour.h>
#include <linux/net_namespace.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>

static char answer[16384];
static struct { struct nlmsghdr h; char body[200]; } q;

static void ask(int s, int type, int flags, void *body, int len) {
	q.h = (struct nlmsghdr){NLMSG_HDRLEN + len, type, flags, 7, 0};
	memcpy(q.body, body, len);
	S(sendto, s, &q, q.h.nlmsg_len, 0, NULL, 0);
	for (int i = 0; i < 4; i++)
		if (S(recvfrom, s, answer, sizeof answer, MSG_DONTWAIT, NULL, NULL) <= 0) break;
}

int main(void) {
	S(unshare, CLONE_NEWNET);
	int s = S(socket, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct sockaddr_nl a = {AF_NETLINK}; S(bind, s, &a, sizeof a);
	struct rtgenmsg g = {AF_UNSPEC}; struct ifinfomsg li = {AF_UNSPEC, 0, 1, 0, 0};
	struct ifaddrmsg ad = {AF_INET}; struct rtmsg rt = {AF_INET, 32, 0, 0, RT_TABLE_MAIN};
	struct ndmsg nd = {AF_INET}; struct tcmsg tc = {};
	struct { struct ifinfomsg i; struct rtattr at; char name[8]; } named = {{AF_UNSPEC}, {7, IFLA_IFNAME}, "lo"};
	ask(s, RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, &g, sizeof g);
	ask(s, RTM_GETLINK, NLM_F_REQUEST, &named, sizeof named);
	ask(s, RTM_GETADDR, NLM_F_REQUEST | NLM_F_ROOT, &ad, sizeof ad);
	ask(s, RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP, &rt, sizeof rt);
	ask(s, RTM_GETNEIGH, NLM_F_REQUEST | NLM_F_DUMP, &nd, sizeof nd);
	ask(s, RTM_GETRULE, NLM_F_REQUEST | NLM_F_DUMP, &rt, sizeof rt);
	ask(s, RTM_GETQDISC, NLM_F_REQUEST | NLM_F_DUMP, &tc, sizeof tc);
	ask(s, RTM_GETNSID, NLM_F_REQUEST | NLM_F_DUMP, &g, sizeof g);
	ask(s, RTM_GETNEIGHTBL, NLM_F_REQUEST | NLM_F_DUMP, &g, sizeof g);
	ask(s, RTM_GETNETCONF, NLM_F_REQUEST | NLM_F_DUMP, &g, sizeof g);
	li.ifi_index = 1; li.ifi_flags = li.ifi_change = 1;
	ask(s, RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK, &li, sizeof li);
	ask(s, RTM_GETADDR, NLM_F_REQUEST | NLM_F_ROOT, &g, sizeof g);
	ask(s, RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP, &g, sizeof g); li.ifi_index = 99;
	ask(s, RTM_DELLINK, NLM_F_REQUEST | NLM_F_ACK | NLM_F_ECHO, &li, sizeof li);
	ask(s, 0x7777, NLM_F_REQUEST | 0x8000, "ab", 2);
	ask(s, RTM_NEWADDR, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, &ad, sizeof ad);
	q.h.nlmsg_len = 5; S(sendto, s, &q, 16, 0, NULL, 0); S(sendto, s, &q, 3, 0, NULL, 0);
	q.h.nlmsg_len = 1000; S(sendto, s, &q, 30, 0, NULL, 0); S(sendto, s, BAD, 30, 0, NULL, 0);
	s = S(socket, AF_NETLINK, SOCK_DGRAM, NETLINK_SOCK_DIAG);
	struct unix_diag_req ud = {AF_UNIX, 0, 0, 1 << 1, 0, UDIAG_SHOW_NAME | UDIAG_SHOW_PEER};
	struct inet_diag_req_v2 id = {AF_INET, 6, 1 << (INET_DIAG_MEMINFO - 1), 0, -1U};
	ask(s, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, &id, sizeof id); id.sdiag_protocol = 17;
	ask(s, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, &id, 30); ud.sdiag_family = 99;
	ask(s, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, &ud, sizeof ud);
	s = S(socket, AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
	struct { struct genlmsghdr g; struct nlattr a; char name[8]; } ge = {{CTRL_CMD_GETFAMILY, 1}, {11,
		CTRL_ATTR_FAMILY_NAME}, "nlctrl"};
	ask(s, GENL_ID_CTRL, NLM_F_REQUEST, &ge, sizeof ge);
	s = S(socket, AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER); struct nfgenmsg nf = {AF_INET, 0, 0};
	ask(s, (NFNL_SUBSYS_NFTABLES << 8) | 5, NLM_F_REQUEST | NLM_F_DUMP, &nf, sizeof nf);
	ask(s, NLMSG_NOOP, 0, "", 0);
	s = S(socket, AF_NETLINK, SOCK_RAW, NETLINK_AUDIT);
	ask(s, 1000, NLM_F_REQUEST | NLM_F_ACK, "", 0);
	s = S(socket, AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT); ask(s, 5, 1, "event", 5);
	return 0;
}
