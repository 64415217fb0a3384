package inject

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// when says which invocations of a call are meant, counted from 1. A step of 0
// is the first alone.
type when struct{ first, last, step int }

// always is when= not given.
var always = when{first: 1, last: math.MaxInt, step: 1}

// The bounds are strace's.
const (
	maxWhen = 1<<16 - 1
	maxLast = maxWhen - 1
)

// hits reports whether invocation n is meant.
func (w when) hits(n int) bool {
	switch {
	case n < w.first || n > w.last:
		return false
	case n == w.first:
		return true
	}
	return w.step > 0 && (n-w.first)%w.step == 0
}

// parseWhen understands FIRST[..LAST][+[STEP]].
func parseWhen(text string) (when, error) {
	bad := func(why string) (when, error) {
		return when{}, fmt.Errorf("when=%s: %s; want FIRST[..LAST][+[STEP]], as in 3, 3+, 2..5, 1+2", text, why)
	}
	bounds, step, stepped := strings.Cut(text, "+")
	first, last, ranged := strings.Cut(bounds, "..")
	w := when{last: math.MaxInt}
	var ok bool
	if w.first, ok = number(first, 1, maxWhen); !ok {
		return bad(fmt.Sprintf("FIRST is a number from 1 to %d", maxWhen))
	}
	if ranged {
		w.step = 1
		if w.last, ok = number(last, w.first, maxLast); !ok {
			return bad(fmt.Sprintf("LAST is a number from FIRST to %d", maxLast))
		}
	}
	if stepped {
		w.step = 1
		if step != "" {
			if w.step, ok = number(step, 1, maxWhen); !ok {
				return bad(fmt.Sprintf("STEP is a number from 1 to %d", maxWhen))
			}
		}
	}
	return w, nil
}

// number understands a decimal number without a sign.
func number(text string, from, to int) (int, bool) {
	n, err := strconv.ParseUint(text, 10, 31)
	return int(n), err == nil && int(n) >= from && int(n) <= to
}
