// Package server serves the control socket: HTTP with JSON over a Unix socket,
// as ../openapi.yaml describes it, for any number of controllers at once.
//
// The promises:
//
//   - The socket has mode 0600, and only processes of the same user, or root's,
//     are answered.
//   - A request is bounded in size and answered with a reason if it is refused;
//     nothing that a client sends ends the tracer or stops a thread for good.
//   - Nothing waits for a client. A stream that is not read loses events, and is
//     told how many (type "lost").
//   - A client that goes away leaves what it has attached; what it has stopped by
//     an engine of kind watch is let go at the engine's deadline, held calls are
//     decided at theirs.
//
// Locks: Server.mu guards the instances, hub.mu the streams. Neither is held
// while an engine is attached, controlled or waited for.
package server
