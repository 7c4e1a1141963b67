/* New mappings in the guest's address space: mmap(2), remap_file_pages(2), shmat(2), shmdt(2).
 *
 * Arguments and results are those of the system calls: >= 0, or -errno.  No signal interrupts
 * them. */
#ifndef WALI_MEMORY_MAP_H
#define WALI_MEMORY_MAP_H

#include "abi/guest.h"

#include <stdint.h>

/* mmap(2).  PROT_EXEC, MAP_GROWSDOWN, MAP_32BIT and MAP_HUGETLB are ignored. */
int64_t wali_memory_map(gaddr_t address, uint64_t length, int prot, int flags, int fd, int64_t offset);
/* remap_file_pages(2). */
int64_t wali_memory_remap_file(gaddr_t address, uint64_t length, int prot, uint64_t page_offset, int flags);

/* shmat(2), shmdt(2).  Segments of huge pages are refused: -EINVAL. */
int64_t wali_memory_attach(int shmid, gaddr_t address, int flags);
int64_t wali_memory_detach(gaddr_t address);

#endif
