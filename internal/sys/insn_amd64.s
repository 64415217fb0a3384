#include "textflag.h"

TEXT insn<>(SB),NOSPLIT|NOFRAME,$0-0
	SYSCALL
	RET

// func SyscallInsn() uintptr
TEXT ·SyscallInsn(SB),NOSPLIT,$0-8
	LEAQ	insn<>(SB), AX
	MOVQ	AX, ret+0(FP)
	RET
