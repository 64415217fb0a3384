// cc: -static
// Message queues, and System V's semaphores, shared memory and messages.
#include "calls.h"
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

static void posix(void) {
	char buf[8192];
	unsigned prio;
	struct mq_attr a = {0, 5, 100}, nb = {O_NONBLOCK}, odd = {5, 6, 7, 8}, old;
	struct timespec ts = {1, 0}, bad = {-1, 0};
	struct sigevent ev = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	int q = S(mq_open, "strace-diff", O_RDWR | O_CREAT | O_NONBLOCK, 0600, &a);
	S(mq_open, "strace-diff", O_RDONLY); S(mq_open, "no-such", O_WRONLY | O_EXCL, 0, NULL);
	S(mq_open, BAD, O_CREAT, 07777, BAD); S(mq_open, "x/y", O_CREAT | O_RDWR, 0644, NULL);
	S(mq_timedsend, q, "hello", 5, 3, NULL); S(mq_timedsend, q, BAD, 5, 99999, &ts);
	S(mq_timedsend, -1, "x", 1, 0, BAD); S(mq_timedreceive, q, buf, sizeof buf, &prio, NULL);
	S(mq_timedreceive, q, buf, sizeof buf, NULL, &ts); S(mq_timedreceive, q, buf, 3, &prio, &bad);
	S(mq_timedreceive, -1, BAD, 3, BAD, BAD); S(mq_getsetattr, q, NULL, &old);
	S(mq_getsetattr, q, &nb, &old); S(mq_getsetattr, q, &odd, NULL); S(mq_getsetattr, -1, BAD, BAD);
	S(mq_notify, q, &ev); S(mq_notify, q, NULL); ev.sigev_notify = SIGEV_NONE; S(mq_notify, q, &ev);
	S(mq_notify, -1, BAD); S(mq_unlink, "strace-diff"); S(mq_unlink, "no-such"); S(mq_unlink, BAD);
}

int main(void) {
	union { int val; void *p; } u;
	unsigned short vals[3] = {1, 2, 3};
	char big[2000];
	S(unshare, CLONE_NEWIPC);
	posix();
	struct sembuf ops[2] = {{0, 1, SEM_UNDO}, {1, -1, IPC_NOWAIT}}, odd[1] = {{9, 0, 0x7fff}};
	struct timespec ts = {0, 1000};
	struct semid_ds sd; struct seminfo si; struct shmid_ds hd; struct shminfo hi;
	struct shm_info hn; struct msqid_ds md; struct msginfo mi;
	int s = S(semget, IPC_PRIVATE, 3, IPC_CREAT | 0600);
	S(semget, 0x1234, 1, IPC_EXCL | 0x8000 | 07777); S(semget, 0x1234, -1, 0);
	S(semctl, s, 0, SETALL | 0x100, vals); S(semctl, s, 0, SETALL, vals);
	S(semctl, s, 0, GETALL, vals); S(semctl, s, 1, SETVAL, 5); S(semctl, s, 1, GETVAL, 0);
	S(semctl, s, 0, GETPID); S(semctl, s, 0, GETNCNT); S(semctl, s, 0, GETZCNT);
	S(semctl, s, 0, IPC_STAT, &sd); sd.sem_perm.mode = 0640; S(semctl, s, 0, IPC_SET, &sd);
	S(semctl, 0, 0, IPC_INFO, &si); S(semctl, 0, 0, SEM_INFO, &si); S(semctl, 0, 0, SEM_STAT, &sd);
	S(semctl, s, 0, 77, BAD); S(semctl, -1, 0, IPC_STAT, BAD); S(semctl, 0, 0, 20, &sd);
	S(semop, s, ops, 1); S(semop, s, ops, 2); S(semop, s, odd, 1); S(semop, s, BAD, 1);
	 S(semtimedop, s, ops + 1, 1, &ts); S(semtimedop, s, ops, 0, NULL);
	S(semtimedop, -1, BAD, 1, BAD); S(semctl, s, 0, IPC_RMID);
	int h = S(shmget, IPC_PRIVATE, 4096, IPC_CREAT | 0600);
	S(shmget, 0x77, 1 << 21, SHM_HUGETLB | (21 << 26) | IPC_CREAT | SHM_NORESERVE);
	S(shmget, 0x77, 0, IPC_EXCL | 0666); S(shmat, h, (void *)0x20000000, 0);
	S(shmat, h, (void *)0x20002001, SHM_RND | SHM_RDONLY);
	S(shmat, h, BAD, SHM_REMAP | SHM_EXEC | 0x80); S(shmctl, h, IPC_STAT, &hd);
	S(shmctl, h, IPC_SET, &hd); S(shmctl, 0, IPC_INFO, &hi); S(shmctl, 0, SHM_INFO, &hn);
	S(shmctl, 0, SHM_STAT, &hd); S(shmctl, 0, 15, &hd); S(shmctl, h, SHM_LOCK, 0);
	S(shmctl, h, SHM_UNLOCK, 0); S(shmctl, h, 77, BAD); S(shmctl, h, 0x100 | IPC_STAT, &hd);
	S(shmdt, 0x20000000); S(shmdt, BAD); S(shmctl, h, IPC_RMID, 0); S(shmctl, -1, IPC_STAT, BAD);
	struct { long type; char text[100]; } m = {1, "message"};
	int q = S(msgget, IPC_PRIVATE, IPC_CREAT | 0600); S(msgget, 0x55, 0); S(msgsnd, q, &m, 7, 0);
	m.type = -1; S(msgsnd, q, &m, 7, IPC_NOWAIT); S(msgsnd, q, BAD, 7, 0x5); m.type = 2;
	S(msgsnd, q, &m, 90, 0); S(msgrcv, q, &m, 100, 0, MSG_NOERROR);
	S(msgrcv, q, &m, 3, -5, IPC_NOWAIT);
	S(msgrcv, q, &m, 3, 2, IPC_NOWAIT | MSG_NOERROR | MSG_EXCEPT);
	S(msgrcv, q, BAD, 100, 0, MSG_COPY | IPC_NOWAIT); S(msgrcv, -1, BAD, -1, 0, 0);
	S(msgctl, q, IPC_STAT, &md); S(msgctl, q, IPC_SET, &md); S(msgctl, 0, IPC_INFO, &mi);
	S(msgctl, 0, MSG_INFO, &mi); S(msgctl, 0, MSG_STAT, &md); S(msgctl, 0, 13, &md);
	S(msgctl, q, 77, BAD); S(msgctl, q, IPC_RMID, NULL);
	return 0;
}
