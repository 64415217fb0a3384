package sys

import "utrace/arch"

// Siginfo is the kernel's siginfo_t.
type Siginfo = arch.Siginfo
