// Package linux is the host for real threads.
package linux

import "utrace"

// Options configure a tracer. The zero value is right.
type Options struct{}

// Open makes a tracer on the Linux host.
func Open(o Options) (*utrace.Tracer, error) { panic("being written") }
