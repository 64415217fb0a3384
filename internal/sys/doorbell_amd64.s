#include "textflag.h"

#define SYS_pause 34
#define SYS_clone 56
#define SYS_getppid 110
#define SYS_prctl 157
#define SYS_exit_group 231

#define PR_SET_PDEATHSIG 1
#define SIGKILL 9

// func cloneDoorbell(flags, parent uintptr) int64
//
// The child never touches memory. Its stack pointer is set to 0, so that a
// signal handler, if one were ever to run there, faults and ends the child
// instead of writing over the stack of the goroutine that made it.
TEXT ·cloneDoorbell(SB),NOSPLIT|NOFRAME,$0-24
	MOVQ	flags+0(FP), DI
	MOVQ	parent+8(FP), R12
	XORL	SI, SI		// stack: as ours, until the child drops it
	XORL	DX, DX		// parent_tid
	XORL	R10, R10	// child_tid
	XORL	R8, R8		// tls
	MOVL	$SYS_clone, AX
	SYSCALL
	TESTQ	AX, AX
	JZ	child
	MOVQ	AX, ret+16(FP)
	RET

child:
	XORL	SP, SP

	MOVL	$PR_SET_PDEATHSIG, DI
	MOVL	$SIGKILL, SI
	MOVL	$SYS_prctl, AX
	SYSCALL

	// Had the parent died before that, nobody would send the signal.
	MOVL	$SYS_getppid, AX
	SYSCALL
	CMPQ	AX, R12
	JNE	orphan

sleep:
	MOVL	$SYS_pause, AX
	SYSCALL
	JMP	sleep

orphan:
	XORL	DI, DI
	MOVL	$SYS_exit_group, AX
	SYSCALL
	JMP	orphan
