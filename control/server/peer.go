package server

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"

	"golang.org/x/sys/unix"
)

type peerKey struct{}

// withPeer keeps who is at the other end of a connection.
func withPeer(ctx context.Context, c net.Conn) context.Context {
	u, ok := c.(*net.UnixConn)
	if !ok {
		return ctx
	}
	raw, err := u.SyscallConn()
	if err != nil {
		return ctx
	}
	var cred *unix.Ucred
	var credErr error
	err = raw.Control(func(fd uintptr) {
		cred, credErr = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	})
	if err != nil || credErr != nil {
		return ctx
	}
	return context.WithValue(ctx, peerKey{}, cred)
}

// peer returns who makes the request, and an error if it may not: unix(7),
// SO_PEERCRED.
func peer(r *http.Request) (string, error) {
	cred, ok := r.Context().Value(peerKey{}).(*unix.Ucred)
	if !ok {
		return "", fail(http.StatusForbidden, "who asks is not known")
	}
	if cred.Uid != 0 && int(cred.Uid) != os.Geteuid() {
		return "", fail(http.StatusForbidden, "user %d may not control what user %d traces", cred.Uid, os.Geteuid())
	}
	return fmt.Sprintf("pid %d", cred.Pid), nil
}
