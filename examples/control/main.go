// Command control decides about the held calls of a running session: it lets
// programs connect to this machine, and nowhere else.
//
//	utrace run --control s -e hold:connect -- curl http://localhost/
//	go run ./examples/control s
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"

	"utrace/control"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: control SOCKET")
	}
	ctx := context.Background()
	c := control.New(os.Args[1])
	events, err := c.Events(ctx) // first, so that none is missed
	if err != nil {
		log.Fatal(err)
	}
	held, err := c.Held(ctx)
	if err != nil {
		log.Fatal(err)
	}
	for _, h := range held {
		decide(ctx, c, h)
	}
	for ev, err := range events {
		if err != nil {
			log.Fatal(err)
		}
		if ev.Held != nil {
			decide(ctx, c, *ev.Held)
		}
	}
}

func decide(ctx context.Context, c *control.Client, h control.Held) {
	d := control.Decision{Verb: "abort", Errno: "ENETUNREACH", By: "examples/control"}
	if strings.Contains(h.Text, "AF_UNIX") || strings.Contains(h.Text, `"127.0.0.1"`) || strings.Contains(h.Text, `"::1"`) {
		d = control.Decision{Verb: "run", By: "examples/control"}
	}
	fmt.Printf("%s: %s: %s\n", h.Comm, h.Text, d.Verb)
	if err := c.Decide(ctx, h.ID, d); err != nil {
		fmt.Println("too late:", err) // its deadline, another controller, or its end
	}
}
