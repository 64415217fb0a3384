// cc: -static
// Keys.
#include "calls.h"
#include <linux/keyctl.h>

int main(void) {
	char buf[200];
	S(keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
	S(keyctl, KEYCTL_JOIN_SESSION_KEYRING, "a session");
	S(keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0);
	S(keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_PROCESS_KEYRING, 1);
	S(keyctl, KEYCTL_GET_KEYRING_ID, -77, 5);
	int k = S(add_key, "user", "a name", "payload", 7, KEY_SPEC_PROCESS_KEYRING);
	S(add_key, "keyring", "ring", NULL, 0, KEY_SPEC_SESSION_KEYRING);
	S(add_key, "no-such", BAD, BAD, 5, 12345); S(add_key, NULL, NULL, NULL, -1, -77);
	S(request_key, "user", "a name", NULL, KEY_SPEC_SESSION_KEYRING);
	S(request_key, "user", "no such", "info", KEY_SPEC_THREAD_KEYRING);
	S(request_key, BAD, BAD, BAD, 0);
	S(keyctl, KEYCTL_UPDATE, k, "new", 3); S(keyctl, KEYCTL_UPDATE, k, BAD, 3);
	S(keyctl, KEYCTL_CHOWN, k, 0, -1); S(keyctl, KEYCTL_SETPERM, k, 0x3f3f0000);
	S(keyctl, KEYCTL_SETPERM, k, 0x3f010102); S(keyctl, KEYCTL_SETPERM, k, 0xc0c0c0c0);
	S(keyctl, KEYCTL_DESCRIBE, k, buf, sizeof buf); S(keyctl, KEYCTL_DESCRIBE, k, buf, 3);
	S(keyctl, KEYCTL_DESCRIBE, -99, BAD, 3); S(keyctl, KEYCTL_READ, k, buf, sizeof buf);
	S(keyctl, KEYCTL_READ, k, NULL, 0);
	
	S(keyctl, KEYCTL_LINK, k, KEY_SPEC_SESSION_KEYRING);
	S(keyctl, KEYCTL_UNLINK, k, KEY_SPEC_SESSION_KEYRING);
	S(keyctl, KEYCTL_SEARCH, KEY_SPEC_PROCESS_KEYRING, "user", "a name", 0);
	S(keyctl, KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, "user", "none", KEY_SPEC_USER_SESSION_KEYRING);
	S(keyctl, KEYCTL_CLEAR, KEY_SPEC_GROUP_KEYRING);
	S(keyctl, KEYCTL_SET_REQKEY_KEYRING, KEY_REQKEY_DEFL_NO_CHANGE);
	S(keyctl, KEYCTL_SET_REQKEY_KEYRING, 77); S(keyctl, KEYCTL_SET_TIMEOUT, k, 1000);
	S(keyctl, KEYCTL_ASSUME_AUTHORITY, 0);
	S(keyctl, KEYCTL_ASSUME_AUTHORITY, KEY_SPEC_REQKEY_AUTH_KEY);
	S(keyctl, KEYCTL_GET_SECURITY, k, buf, sizeof buf); 
	S(keyctl, KEYCTL_INSTANTIATE, k, "x", 1, KEY_SPEC_REQUESTOR_KEYRING);
	S(keyctl, KEYCTL_NEGATE, k, 5, 0); S(keyctl, KEYCTL_REJECT, k, 5, ENOKEY, 0);
	struct iovec v = {"io", 2}; S(keyctl, KEYCTL_INSTANTIATE_IOV, k, &v, 1, 0);
	S(keyctl, KEYCTL_REVOKE, k); S(keyctl, KEYCTL_INVALIDATE, k);
	S(keyctl, KEYCTL_GET_PERSISTENT, -1, KEY_SPEC_PROCESS_KEYRING);
	S(keyctl, KEYCTL_GET_PERSISTENT, 5, -99);
	struct keyctl_dh_params dh = {{1}, 2, 3}; struct keyctl_kdf_params kdf = {"sha256", "other", 5};
	S(keyctl, KEYCTL_DH_COMPUTE, &dh, buf, 10, NULL);
	S(keyctl, KEYCTL_DH_COMPUTE, &dh, buf, 10, &kdf);
	S(keyctl, KEYCTL_DH_COMPUTE, BAD, BAD, 10, BAD); struct keyctl_pkey_query q;
	struct keyctl_pkey_params pp = {k, 5, {6}}; S(keyctl, KEYCTL_PKEY_QUERY, k, 0, "enc=raw", &q);
	S(keyctl, KEYCTL_PKEY_ENCRYPT, &pp, "enc=raw", "in", buf);
	S(keyctl, KEYCTL_PKEY_SIGN, BAD, BAD, BAD, BAD);
	S(keyctl, KEYCTL_PKEY_VERIFY, &pp, NULL, "in", "sig");
	S(keyctl, KEYCTL_RESTRICT_KEYRING, k, "asymmetric", "builtin");
	S(keyctl, KEYCTL_RESTRICT_KEYRING, k, NULL, NULL);
	S(keyctl, KEYCTL_MOVE, k, KEY_SPEC_PROCESS_KEYRING, KEY_SPEC_SESSION_KEYRING, KEYCTL_MOVE_EXCL);
	S(keyctl, KEYCTL_CAPABILITIES, buf, 8); S(keyctl, KEYCTL_CAPABILITIES, BAD, 1);
	S(keyctl, KEYCTL_WATCH_KEY, 7, -1, 5); S(keyctl, 77, 1, 2, 3, 4); S(keyctl, -1);
	return 0;
}
