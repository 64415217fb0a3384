// cc: -static
// Mappings, and what is said of them.
#include "calls.h"
#include <linux/mempolicy.h>

int main(void) {
	char *at = (void *)0x10000000, vec[8];
	int fd = S(openat, AT_FDCWD, "f", O_RDWR | O_CREAT, 0600);
	S(ftruncate, fd, 65536);
	S(brk, 0); S(brk, 5);
	S(mmap, at, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	S(mmap, at + 0x10000, 8192, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_FIXED_NOREPLACE, fd, 4096);
	S(mmap, at + 0x20000, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED |
		MAP_POPULATE | MAP_LOCKED | MAP_STACK | MAP_GROWSDOWN, -1, 0);
	S(mmap, NULL, 1 << 21, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | (21 << MAP_HUGE_SHIFT), -1, 0);
	S(mmap, NULL, 1 << 21, PROT_READ, MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB | MAP_NONBLOCK, -1, 0);
	S(mmap, 0, 0, 0, 0, 0, 0);
	S(mmap, 0, 4096, 0x8 | PROT_GROWSDOWN | 0x40, MAP_SHARED_VALIDATE | MAP_SYNC | MAP_DENYWRITE |
		MAP_EXECUTABLE | MAP_32BIT | 0x80000000UL, 50, 0x123);
	S(mmap, 0, 4096, -1L, -1L, -1, -1L);
	S(mmap, 0, 4096, PROT_READ, MAP_PRIVATE | 0x4000000 | MAP_ANONYMOUS, -1, 0);
	S(mprotect, at, 4096, PROT_READ);
	S(mprotect, at, 4096, PROT_READ | PROT_WRITE | PROT_EXEC | PROT_GROWSUP);
	S(mprotect, at + 1, 4096, PROT_NONE); S(mprotect, at, 4096, PROT_READ | PROT_WRITE);
	S(pkey_mprotect, at, 4096, PROT_READ | PROT_WRITE, -1); S(pkey_alloc, 0, 0);
	S(pkey_alloc, 1, 3); S(pkey_alloc, 0, 0x1); S(pkey_alloc, 0, 0x8); S(pkey_free, -1);
	S(pkey_free, 100);
	S(msync, at, 4096, MS_SYNC); S(msync, at, 4096, MS_ASYNC | MS_INVALIDATE); S(msync, BAD, 1, 0x10);
	S(mincore, at, 4096 * 5, vec); at[0] = 1; S(mincore, at, 4096 * 5, vec);
	S(mincore, at, 4096, BAD); S(mincore, BAD, 1, vec); S(mincore, at, 0, vec);
	int advice[] = {MADV_NORMAL, MADV_DONTNEED, MADV_WILLNEED, MADV_FREE, MADV_DONTFORK, MADV_MERGEABLE,
		MADV_HUGEPAGE, MADV_DONTDUMP, MADV_COLD, MADV_PAGEOUT, MADV_POPULATE_READ, 25, 77};
	for (int i = 0; i < sizeof advice / sizeof *advice; i++)
		S(madvise, at, 4096, advice[i]);
	S(mlock, at, 4096); S(munlock, at, 4096); S(mlock2, at, 4096, MLOCK_ONFAULT);
	S(mlock2, at, 4096, 6); S(mlockall, 0);
	S(mlockall, MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT | 0x10); S(munlockall); S(mlock, BAD, 4096);
	S(mremap, at + 0x10000, 8192, 4096, 0, 0);
	S(mremap, at + 0x10000, 4096, 8192, MREMAP_MAYMOVE | MREMAP_FIXED, at + 0x40000);
	S(mremap, at, 4096, 8192, MREMAP_DONTUNMAP, 0); S(mremap, BAD, 1, 2, 0x80, 0);
	S(mremap, at, 4096, 4096, MREMAP_MAYMOVE, 7);
	S(remap_file_pages, at, 4096, 0, 1, MAP_NONBLOCK); S(remap_file_pages, at, 4096, PROT_READ, 0, 0);
	unsigned long mask[2] = {1, 0}, out[2] = {0};
	int mode = 0;
	S(mbind, at, 4096, MPOL_BIND, mask, 64, MPOL_MF_STRICT | MPOL_MF_MOVE);
	S(mbind, at, 4096, MPOL_DEFAULT, NULL, 0, 0);
	S(mbind, at, 4096, MPOL_PREFERRED | MPOL_F_STATIC_NODES, mask, 65, MPOL_MF_MOVE_ALL | 0x80);
	S(mbind, at, 4096, 77, BAD, 64, 0);
	S(set_mempolicy, MPOL_DEFAULT, NULL, 0);
	S(set_mempolicy, MPOL_INTERLEAVE | MPOL_F_RELATIVE_NODES, mask, 64);
	S(set_mempolicy, MPOL_LOCAL, NULL, 0); S(set_mempolicy, 0x1234, BAD, 1);
	S(set_mempolicy, MPOL_PREFERRED, mask, 128);
	S(get_mempolicy, &mode, out, 1024, NULL, 0); S(get_mempolicy, &mode, NULL, 0, at, MPOL_F_ADDR);
	S(get_mempolicy, NULL, out, 1024, NULL, MPOL_F_MEMS_ALLOWED);
	S(get_mempolicy, BAD, BAD, 1, BAD, MPOL_F_NODE | 0x80);
	S(set_mempolicy, MPOL_DEFAULT, NULL, 0);
	S(migrate_pages, 0, 64, mask, mask); S(migrate_pages, -1, 128, BAD, NULL);
	void *pages[3] = {at, at + 4096, BAD};
	int nodes[3] = {0, 0, 5}, status[3] = {99, 99, 99};
	S(move_pages, 0, 3, pages, NULL, status, 0);
	S(move_pages, 0, 1, pages, nodes, status, MPOL_MF_MOVE);
	S(move_pages, -1, 2, BAD, BAD, BAD, 0x80);
	S(move_pages, 0, 3, pages, nodes, status, MPOL_MF_MOVE_ALL);
	S(move_pages, 0, 0, pages, nodes, status, 0);
	S(set_mempolicy_home_node, at, 4096, 0, 0); S(set_mempolicy_home_node, BAD, -1, -1, 5);
	S(memfd_create, "name", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	S(memfd_create, "huge", MFD_HUGETLB | (21 << 26)); S(memfd_create, BAD, 0x40);
	S(memfd_create, "a long name for a file that is in memory and nowhere else", 0);
	S(memfd_secret, O_CLOEXEC); S(memfd_secret, 5); S(memfd_create, "x", MFD_HUGETLB);
	int pidfd = S(pidfd_open, getpid(), 0);
	struct iovec v[2] = {{at, 4096}, {at + 8192, 4096}};
	S(process_madvise, pidfd, v, 2, MADV_COLD, 0); S(process_madvise, -1, BAD, 1, MADV_PAGEOUT, 1);
	S(process_madvise, pidfd, v, 2, 99, 0); S(process_mrelease, pidfd, 0);
	S(process_mrelease, -1, 3);
	S(munmap, at, 65536); S(munmap, BAD, 0); S(munmap, at, -1L);
	return 0;
}
