/* Three threads that take turns, so that what each does is known. */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t there;
static int turn;
int counts[3];

void worked(int i)
{
	counts[i]++;
}

static void *work(void *arg)
{
	int i = (int)(long)arg;
	pthread_barrier_wait(&there); /* all exist before the first turn */
	for (int round = 0; round < 3; round++) {
		pthread_mutex_lock(&lock);
		while (turn != i)
			pthread_cond_wait(&turned, &lock);
		worked(i);
		turn = (turn + 1) % 3;
		pthread_cond_broadcast(&turned);
		pthread_mutex_unlock(&lock);
	}
	return NULL;
}

int main(void)
{
	pthread_t t[3];
	pthread_barrier_init(&there, NULL, 3);
	for (long i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, work, (void *)i);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	printf("counts %d %d %d\n", counts[0], counts[1], counts[2]);
	return 0;
}
