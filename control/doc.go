// Package control is a client of a running utrace: it lists the traced threads
// and their engines, attaches and detaches engines, controls threads, reads and
// writes registers and memory of those that are held, and decides about held
// calls.
//
// "utrace run --control PATH" serves it, HTTP with JSON over a Unix socket.
// openapi.yaml beside this file describes it for other languages; docs/control.md
// shows it with curl.
//
//	c := control.New("/run/user/1000/my.sock")
//	calls, err := c.Held(ctx)
//	err = c.Decide(ctx, calls[0].ID, control.Decision{Verb: "abort", Errno: "EPERM"})
//
// A Client may be used by any number of goroutines. Errors of the server are
// *Error; a decision that came too late is one with Status 409 and Settled set.
package control
