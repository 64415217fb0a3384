// cc: -static
// Landlock.
#include "calls.h"
#include <linux/landlock.h>
#include <sys/prctl.h>

int main(void) {
	struct { uint64_t fs, net, scoped; } attr = {LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |
		LANDLOCK_ACCESS_FS_REFER, 0, 0};
	S(landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	S(landlock_create_ruleset, NULL, 0, 0x80); S(landlock_create_ruleset, BAD, 8, 0);
	S(landlock_create_ruleset, &attr, 3, 0); int fd = S(landlock_create_ruleset, &attr, 8, 0);
	attr.fs = 0x1fff; S(landlock_create_ruleset, &attr, 8, 0);
	S(landlock_create_ruleset, NULL, 8, 0); S(landlock_create_ruleset, WILD, 8, LANDLOCK_CREATE_RULESET_VERSION);
	attr.fs = 0x8000000000000001; S(landlock_create_ruleset, &attr, 8, 0); attr.fs = 0;
	S(landlock_create_ruleset, &attr, 8, 1);
	struct landlock_path_beneath_attr p = {LANDLOCK_ACCESS_FS_READ_FILE, 0};
	p.parent_fd = S(openat, AT_FDCWD, "/usr", O_PATH | O_CLOEXEC);
	S(landlock_add_rule, fd, LANDLOCK_RULE_PATH_BENEATH, &p, 0); p.parent_fd = -1;
	p.allowed_access = 0x80000000; S(landlock_add_rule, fd, LANDLOCK_RULE_PATH_BENEATH, &p, 7);
	S(landlock_add_rule, -1, 77, BAD, 0); S(landlock_add_rule, 0, LANDLOCK_RULE_PATH_BENEATH, NULL, -1);
	p.allowed_access = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_MAKE_SYM;
	S(landlock_add_rule, fd, LANDLOCK_RULE_PATH_BENEATH, &p, 0);
	p.allowed_access = 0; S(landlock_add_rule, fd, LANDLOCK_RULE_PATH_BENEATH, &p, 0);
	S(landlock_add_rule, fd, LANDLOCK_RULE_PATH_BENEATH, BAD, 0);
	S(landlock_restrict_self, fd, 0x80); S(landlock_restrict_self, -1, 0);
	S(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); S(landlock_restrict_self, fd, 0);
	S(openat, AT_FDCWD, "/etc/passwd", O_RDONLY); S(openat, AT_FDCWD, "/usr/no-such", O_RDONLY);
	S(execve, "/bin/true", NULL, NULL); S(rename, "/usr/no-such", "f"); S(landlock_restrict_self, fd, 0);
	return 0;
}
