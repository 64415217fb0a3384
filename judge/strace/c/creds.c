// cc: -static
// User and group ids, capabilities.
#include "calls.h"
#include <linux/capability.h>

int main(void) {
	unsigned r, e, s, groups[70] = {1, 2, 3};
	S(getuid); S(geteuid); S(getgid); S(getegid); S(getresuid, &r, &e, &s);
	S(getresgid, &r, &e, &s); S(getresuid, BAD, BAD, BAD); S(getresgid, NULL, &e, NULL);
	S(setuid, 0); S(setgid, 0); S(setreuid, -1, 0); S(setregid, 0, -1); S(setresuid, -1, -1, 0);
	S(setresgid, 0, 0, -1); S(setfsuid, -1); S(setfsgid, 0); S(setuid, -1);
	S(getgroups, 0, NULL); S(setgroups, 3, groups); S(getgroups, 70, groups);
	S(getgroups, 1, groups); S(getgroups, -1, BAD); S(setgroups, 1, BAD);
	for (int i = 0; i < 70; i++) groups[i] = i; S(setgroups, 70, groups); S(getgroups, 70, groups);
	S(setgroups, -1, groups); S(setgroups, 0, NULL);
	struct __user_cap_header_struct h = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct d[2];
	S(capget, &h, d); S(capset, &h, d); d[1].effective = 0; d[0].inheritable = 0x21;
	d[0].effective = 1 << CAP_CHOWN; d[0].permitted = 0xffffffff; S(capset, &h, d);
	h.version = _LINUX_CAPABILITY_VERSION_1; S(capget, &h, d);
	h.version = _LINUX_CAPABILITY_VERSION_2; h.pid = 1; S(capget, &h, NULL); h.version = 0;
	S(capget, &h, d); S(capget, BAD, BAD); S(capset, &h, BAD); S(capset, NULL, NULL);
	h.version = _LINUX_CAPABILITY_VERSION_3; h.pid = 99999999; S(capget, &h, d); S(capset, &h, d);
	S(setresuid, 1000, 1001, 1002); S(getresuid, &r, &e, &s); S(setuid, 5); S(setgroups, 1, groups);
	S(setgid, 7);
	return 0;
}
