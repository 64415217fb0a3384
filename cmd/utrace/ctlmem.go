package main

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// mem reads memory, as a dump, or writes it.
func (c *ctl) mem(args []string) error {
	addr, err := strconv.ParseUint(args[1], 0, 64)
	if err != nil {
		return usagef("%q is no address", args[1])
	}
	if text, write := strings.CutPrefix(args[2], "="); write {
		b, err := hex.DecodeString(text)
		if err != nil || len(b) == 0 {
			return usagef("=%s: want bytes in hexadecimal", text)
		}
		return c.client.WriteMemory(c.ctx, args[0], addr, b)
	}
	n, err := strconv.Atoi(args[2])
	if err != nil || n < 1 {
		return usagef("%q is no length", args[2])
	}
	b, err := c.client.ReadMemory(c.ctx, args[0], addr, n)
	if err != nil {
		return err
	}
	if c.json {
		_, err = c.out.Write(b)
		return err
	}
	for i := 0; i < len(b); i += 16 {
		line := b[i:min(i+16, len(b))]
		text := strings.Map(func(r rune) rune {
			if r < ' ' || r > '~' {
				return '.'
			}
			return r
		}, latin1(line))
		if _, err := fmt.Fprintf(c.out, "%012x  %-48s %s\n", addr+uint64(i), fmt.Sprintf("% x", line), text); err != nil {
			return err
		}
	}
	return nil
}

// latin1 is bytes as characters, one each.
func latin1(b []byte) string {
	r := make([]rune, len(b))
	for i, c := range b {
		r[i] = rune(c)
	}
	return string(r)
}
