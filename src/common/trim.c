/*
 * libmicrohttpd brings a TLS library of which portal uses nothing: two thirds of what is
 * mapped at start are its symbol and relocation tables. Read-only pages of a file are
 * clean, so giving them back loses nothing (madvise(2), MADV_DONTNEED).
 */
#include "common/trim.h"

#include <link.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

enum { TABLE_BYTES = 64 * 1024 };

void trim_begin(void)
{
#ifdef __GLIBC__
	/* Or it would grow with every large piece that the start frees. */
	mallopt(M_MMAP_THRESHOLD, TABLE_BYTES);
#endif
}

static int trim_object(struct dl_phdr_info *info, size_t size, void *arg)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

	(void)size;
	(void)arg;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
		uintptr_t from = (info->dlpi_addr + segment->p_vaddr) & ~(page - 1);
		uintptr_t to = info->dlpi_addr + segment->p_vaddr + segment->p_memsz;

		/* A program header that is writable has been written to: it stays. The vDSO is
		 * no file; the kernel answers for it with an error, which is right. */
		if (segment->p_type == PT_LOAD && !(segment->p_flags & PF_W))
			(void)madvise((void *)from, to - from, MADV_DONTNEED);
	}
	return 0;
}

void trim_start(void)
{
#ifdef __GLIBC__
	malloc_trim(0);
#endif
	dl_iterate_phdr(trim_object, NULL);
}
