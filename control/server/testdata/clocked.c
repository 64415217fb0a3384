// clocked FILE CALLS: makes CALLS calls of getsid, and writes the time after
// each, CLOCK_MONOTONIC in ns, into FILE, which is mapped.
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int n = atoi(argv[2]), fd = open(argv[1], O_RDWR | O_CREAT, 0600);
	volatile uint64_t *t;

	if (fd < 0 || ftruncate(fd, n * 8) < 0)
		return 1;
	t = mmap(NULL, n * 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (t == MAP_FAILED)
		return 1;
	for (int i = 0; i < n; i++) {
		struct timespec ts;

		syscall(SYS_getsid, 0);
		clock_gettime(CLOCK_MONOTONIC, &ts);
		t[i] = ts.tv_sec * 1000000000ull + ts.tv_nsec;
	}
	return 0;
}
