package syscalls

import "strconv"

// String returns the Kind's name in this package.
func (k Kind) String() string {
	if int(k) < len(kindNames) && kindNames[k] != "" {
		return kindNames[k]
	}
	return "Kind(" + strconv.Itoa(int(k)) + ")"
}

// append writes the call as calls.txt does: "openat(dfd AtFD, filename Path, ...) FD %desc %file".
func (c *Call) append(dst []byte) []byte {
	dst = append(dst, c.Name...)
	dst = append(dst, '(')
	for i, a := range c.Args {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = append(dst, a.Name...)
		dst = append(dst, dirNames[a.Dir]...)
		dst = append(dst, a.Kind.String()...)
		if a.Type != "" {
			dst = append(dst, ':')
			dst = append(dst, a.Type...)
		}
		if n := c.LenArg(i); n >= 0 {
			dst = append(dst, '[')
			dst = append(dst, c.Args[n].Name...)
			dst = append(dst, ']')
		}
	}
	dst = append(dst, ") "...)
	dst = append(dst, c.Ret.String()...)
	if c.Classes != 0 {
		dst = append(dst, ' ')
		dst = append(dst, c.Classes.String()...)
	}
	return dst
}

var dirNames = [...]string{In: " ", Out: " out ", InOut: " inout ", Beside: " beside "}
