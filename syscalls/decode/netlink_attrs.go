package decode

import (
	"sync"

	"utrace/syscalls/flags"
)

// attrSetOf returns the attributes of a place that is called so.
func attrSetOf(name string) *attrSet {
	if s := attrSets()[name]; s != nil {
		return s
	}
	return &noAttributes
}

var noAttributes = attrSet{names: &flags.Table{Mask: flags.Whole}}

// kindsOf makes a table of attributes of one kind each.
func kindsOf(lists ...map[string]attr) map[string]attr {
	all := map[string]attr{}
	for _, list := range lists {
		for name, a := range list {
			all[name] = a
		}
	}
	return all
}

// each says that attributes are all of one kind.
func each(a attr, names ...string) map[string]attr {
	m := map[string]attr{}
	for _, name := range names {
		m[name] = a
	}
	return m
}

var (
	textAttr    = attr{kind: attrText}
	numberAttr  = attr{kind: attrUint}
	indexAttr   = attr{kind: attrIfIndex}
	macAttr     = attr{kind: attrMac}
	addressAttr = attr{kind: attrAddress}
)

// attrSets are the attributes by where they stand. Few programs need them, and each start would pay for them.
var attrSets = sync.OnceValue(func() map[string]*attrSet {
	return map[string]*attrSet{
		"link": {&flags.LinkAttributes, kindsOf(
			each(textAttr, "IFLA_IFNAME", "IFLA_QDISC", "IFLA_IFALIAS", "IFLA_PHYS_PORT_NAME", "IFLA_PARENT_DEV_NAME", "IFLA_PARENT_DEV_BUS_NAME", "IFLA_ALT_IFNAME"),
			each(numberAttr, "IFLA_MTU", "IFLA_COST", "IFLA_PRIORITY", "IFLA_TXQLEN", "IFLA_WEIGHT", "IFLA_OPERSTATE", "IFLA_LINKMODE", "IFLA_NET_NS_PID",
				"IFLA_NUM_VF", "IFLA_GROUP", "IFLA_NET_NS_FD", "IFLA_PROMISCUITY", "IFLA_NUM_TX_QUEUES", "IFLA_NUM_RX_QUEUES", "IFLA_CARRIER",
				"IFLA_CARRIER_CHANGES", "IFLA_PROTO_DOWN", "IFLA_GSO_MAX_SEGS", "IFLA_GSO_MAX_SIZE", "IFLA_CARRIER_UP_COUNT", "IFLA_CARRIER_DOWN_COUNT",
				"IFLA_MIN_MTU", "IFLA_MAX_MTU", "IFLA_GRO_MAX_SIZE", "IFLA_TSO_MAX_SIZE", "IFLA_TSO_MAX_SEGS", "IFLA_ALLMULTI"),
			each(indexAttr, "IFLA_LINK", "IFLA_MASTER", "IFLA_NEW_IFINDEX"),
			each(macAttr, "IFLA_ADDRESS", "IFLA_BROADCAST", "IFLA_PERM_ADDRESS"),
			each(attr{kind: attrInt}, "IFLA_LINK_NETNSID", "IFLA_NEW_NETNSID", "IFLA_TARGET_NETNSID"),
			map[string]attr{
				"IFLA_STATS": {kind: attrStruct, name: "rtnl_link_stats"}, "IFLA_STATS64": {kind: attrStruct, name: "rtnl_link_stats64"},
				"IFLA_MAP": {kind: attrStruct, name: "rtnl_link_ifmap"}, "IFLA_EXT_MASK": {kind: attrNamed, table: &flags.LinkExtMask},
				"IFLA_XDP": {kind: attrNested, name: "xdp"}, "IFLA_LINKINFO": {kind: attrNested, name: "linkinfo"},
				"IFLA_AF_SPEC": {kind: attrNested, name: "families"},
			})},
		"acknowledgement": {&flags.NetlinkAckAttributes, kindsOf(each(textAttr, "NLMSGERR_ATTR_MSG"), each(numberAttr, "NLMSGERR_ATTR_OFFS"))},
		"xdp":             {&flags.LinkXDPAttributes, map[string]attr{"IFLA_XDP_ATTACHED": {kind: attrNamed, table: &flags.XDPAttached}}},
		"linkinfo":        {&flags.LinkInfoAttributes, each(textAttr, "IFLA_INFO_KIND", "IFLA_INFO_SLAVE_KIND")},
		"families": {&flags.AddressFamily, map[string]attr{
			"AF_INET": {kind: attrFamilies, name: "link4"}, "AF_INET6": {kind: attrFamilies, name: "link6"},
		}},
		"link4": {&flags.LinkINETAttributes, map[string]attr{"IFLA_INET_CONF": {kind: attrFromOne, table: &flags.IPv4Configuration}}},
		"link6": {&flags.LinkINET6Attributes, map[string]attr{
			"IFLA_INET6_CONF": {kind: attrIndexed, table: &flags.IPv6Configuration}, "IFLA_INET6_STATS": {kind: attrCounters, table: &flags.IPStatistics},
			"IFLA_INET6_ICMP6STATS": {kind: attrCounters, table: &flags.ICMPv6Statistics},
			"IFLA_INET6_CACHEINFO":  {kind: attrStruct, name: "ifla_cacheinfo"}, "IFLA_INET6_TOKEN": {kind: attrAddress},
			"IFLA_INET6_FLAGS": {kind: attrNamed, table: &flags.Inet6Flags}, "IFLA_INET6_ADDR_GEN_MODE": {kind: attrNamed, table: &flags.Inet6AddrGenModes},
		}},
		"address": {&flags.AddressAttributes, kindsOf(
			each(addressAttr, "IFA_ADDRESS", "IFA_LOCAL", "IFA_BROADCAST", "IFA_ANYCAST", "IFA_MULTICAST"), each(textAttr, "IFA_LABEL"),
			each(numberAttr, "IFA_RT_PRIORITY"), each(attr{kind: attrInt}, "IFA_TARGET_NETNSID"),
			map[string]attr{
				"IFA_CACHEINFO": {kind: attrStruct, name: "ifa_cacheinfo"}, "IFA_FLAGS": {kind: attrNamed, table: &flags.AddressFlags},
			})},
		"route": {&flags.RouteAttributes, kindsOf(
			each(addressAttr, "RTA_DST", "RTA_SRC", "RTA_GATEWAY", "RTA_PREFSRC", "RTA_NEWDST"), each(indexAttr, "RTA_IIF", "RTA_OIF"),
			each(numberAttr, "RTA_PRIORITY", "RTA_MARK", "RTA_FLOW", "RTA_UID", "RTA_EXPIRES", "RTA_PREF", "RTA_TTL_PROPAGATE", "RTA_IP_PROTO", "RTA_NH_ID"),
			map[string]attr{
				"RTA_TABLE": {kind: attrNamed, table: &flags.RouteTables}, "RTA_CACHEINFO": {kind: attrStruct, name: "rta_cacheinfo"},
				"RTA_METRICS": {kind: attrNested, name: "metrics"},
			})},
		"metrics": {&flags.RouteMetrics, kindsOf(each(textAttr, "RTAX_CC_ALGO"), each(numberAttr, "RTAX_LOCK", "RTAX_MTU", "RTAX_WINDOW", "RTAX_RTT",
			"RTAX_RTTVAR", "RTAX_SSTHRESH", "RTAX_CWND", "RTAX_ADVMSS", "RTAX_REORDERING", "RTAX_HOPLIMIT", "RTAX_INITCWND", "RTAX_FEATURES",
			"RTAX_RTO_MIN", "RTAX_INITRWND", "RTAX_QUICKACK", "RTAX_FASTOPEN_NO_COOKIE"))},
		"neighbour": {&flags.NeighbourAttributes, kindsOf(
			each(addressAttr, "NDA_DST"), each(macAttr, "NDA_LLADDR"), each(indexAttr, "NDA_IFINDEX", "NDA_MASTER"),
			each(numberAttr, "NDA_PROBES", "NDA_VNI", "NDA_SRC_VNI", "NDA_NH_ID"), each(attr{kind: attrInt}, "NDA_LINK_NETNSID"),
			map[string]attr{"NDA_CACHEINFO": {kind: attrStruct, name: "nda_cacheinfo"}})},
		"neighbourtable": {&flags.NeighbourTableAttributes, kindsOf(
			each(textAttr, "NDTA_NAME"), each(numberAttr, "NDTA_THRESH1", "NDTA_THRESH2", "NDTA_THRESH3", "NDTA_GC_INTERVAL"),
			map[string]attr{
				"NDTA_CONFIG": {kind: attrStruct, name: "ndt_config"}, "NDTA_STATS": {kind: attrStruct, name: "ndt_stats"},
				"NDTA_PARMS": {kind: attrNested, name: "neighbourparms"},
			})},
		"neighbourparms": {&flags.NeighbourParameters, kindsOf(each(indexAttr, "NDTPA_IFINDEX"), each(numberAttr, "NDTPA_REFCNT", "NDTPA_REACHABLE_TIME",
			"NDTPA_BASE_REACHABLE_TIME", "NDTPA_RETRANS_TIME", "NDTPA_GC_STALETIME", "NDTPA_DELAY_PROBE_TIME", "NDTPA_QUEUE_LEN", "NDTPA_APP_PROBES",
			"NDTPA_UCAST_PROBES", "NDTPA_MCAST_PROBES", "NDTPA_ANYCAST_DELAY", "NDTPA_PROXY_DELAY", "NDTPA_PROXY_QLEN", "NDTPA_LOCKTIME",
			"NDTPA_QUEUE_LENBYTES", "NDTPA_MCAST_REPROBES", "NDTPA_INTERVAL_PROBE_TIME_MS"))},
		"rule": {&flags.RuleAttributes, kindsOf(
			each(addressAttr, "FRA_DST", "FRA_SRC"), each(textAttr, "FRA_IIFNAME", "FRA_OIFNAME"),
			each(numberAttr, "FRA_GOTO", "FRA_PRIORITY", "FRA_FWMARK", "FRA_FWMASK", "FRA_FLOW", "FRA_SUPPRESS_IFGROUP", "FRA_SUPPRESS_PREFIXLEN", "FRA_L3MDEV", "FRA_IP_PROTO"),
			map[string]attr{
				"FRA_TABLE": {kind: attrNamed, table: &flags.RouteTables}, "FRA_PROTOCOL": {kind: attrNamed, table: &flags.RouteProtocols},
			})},
		"traffic": {&flags.TrafficAttributes, kindsOf(
			each(textAttr, "TCA_KIND"), each(numberAttr, "TCA_FCNT", "TCA_CHAIN", "TCA_HW_OFFLOAD", "TCA_INGRESS_BLOCK", "TCA_EGRESS_BLOCK"),
			map[string]attr{"TCA_STATS": {kind: attrStruct, name: "tc_stats"}, "TCA_STATS2": {kind: attrNested, name: "trafficstats"}})},
		"trafficstats": {&flags.TrafficStatistics, map[string]attr{
			"TCA_STATS_BASIC": {kind: attrStruct, name: "gnet_stats_basic"}, "TCA_STATS_QUEUE": {kind: attrStruct, name: "gnet_stats_queue"},
		}},
		"netconf": {&flags.NetconfAttributes, kindsOf(each(indexAttr, "NETCONFA_IFINDEX"), each(attr{kind: attrInt}, "NETCONFA_FORWARDING", "NETCONFA_RP_FILTER",
			"NETCONFA_MC_FORWARDING", "NETCONFA_BC_FORWARDING", "NETCONFA_PROXY_NEIGH", "NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN", "NETCONFA_INPUT"))},
		"netns":   {&flags.NetnsAttributes, each(attr{kind: attrInt}, "NETNSA_NSID", "NETNSA_PID", "NETNSA_FD")},
		"label":   {&flags.AddrlabelAttributes, kindsOf(each(addressAttr, "IFAL_ADDRESS"), each(numberAttr, "IFAL_LABEL"))},
		"nexthop": {&flags.NexthopAttributes, kindsOf(each(numberAttr, "NHA_ID"), each(indexAttr, "NHA_OIF"), each(addressAttr, "NHA_GATEWAY"))},
		"inetdiag": {&flags.InetDiagAttributes, kindsOf(
			each(textAttr, "INET_DIAG_CONG"), each(numberAttr, "INET_DIAG_TOS", "INET_DIAG_TCLASS", "INET_DIAG_SHUTDOWN", "INET_DIAG_PROTOCOL", "INET_DIAG_SKV6ONLY",
				"INET_DIAG_MARK", "INET_DIAG_CLASS_ID", "INET_DIAG_CGROUP_ID"),
			map[string]attr{"INET_DIAG_MEMINFO": {kind: attrStruct, name: "inet_diag_meminfo"}, "INET_DIAG_SOCKOPT": {kind: attrSockOpt}})},
		"inetrequest": {&flags.InetDiagRequests, nil},
		"unixdiag": {&flags.UnixDiagAttributes, kindsOf(each(numberAttr, "UNIX_DIAG_PEER", "UNIX_DIAG_SHUTDOWN", "UNIX_DIAG_UID"),
			map[string]attr{"UNIX_DIAG_RQLEN": {kind: attrStruct, name: "unix_diag_rqlen"}})},
	}
})
