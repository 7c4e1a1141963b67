/* The file is mapped chunk by chunk, because copying it would take longer.
 *
 * MADV_POPULATE_READ (Linux 5.14, madvise(2)) reads the pages first, so that a file that cannot be
 * read, or has become shorter, is an error and no SIGBUS.  A file truncated after that still raises
 * SIGBUS, as it would in a guest that runs the same code.  Older kernels refuse the advice, and the
 * chunk is then read by pread(2). */
#define _GNU_SOURCE
#include "wali/native/base/checksum.h"

#include "wali/native/base/kernel.h"

#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define CHUNK (UINT64_C(2) << 20) /* bytes; larger ones raise peak memory, not speed */
#define LANES 8
#define BLOCK (LANES * sizeof(uint64_t))
/* How far ahead to prefetch, in bytes.  The processor's own prefetching stops at the end of a page,
 * so that each page would begin with a wait for memory. */
#define PREFETCH_DISTANCE 4096

/* Eight lanes keep the multiplier busy.  Every step is a bijection of its lane, so that one damaged
 * word always changes the sum.  The sum finds accidents, not forgery: whoever can write the cache
 * can replace the runtime as well (docs/ARCHITECTURE.md). */
struct lanes {
    uint64_t h[LANES];
};

static void add_blocks(struct lanes *lanes, const uint8_t *bytes, uint64_t count)
{
    struct lanes sum = *lanes;
    for (; count > 0; count--, bytes += BLOCK) {
        __builtin_prefetch((const void *)((uintptr_t)bytes + PREFETCH_DISTANCE));
#pragma GCC unroll 8 /* keeps the lanes in registers */
        for (size_t lane = 0; lane < LANES; lane++) {
            uint64_t word;
            memcpy(&word, bytes + lane * sizeof word, sizeof word);
            const uint64_t h = sum.h[lane] ^ word;
            sum.h[lane] = (h << 29 | h >> 35) * UINT64_C(0x9e3779b97f4a7c15);
        }
    }
    *lanes = sum;
}

/* The last block is padded with zeros; the bytes behind it in the mapping do not count. */
static void add_chunk(struct lanes *lanes, const uint8_t *bytes, uint64_t length)
{
    const uint64_t whole = length / BLOCK;
    const uint64_t rest = length % BLOCK;
    add_blocks(lanes, bytes, whole);
    if (rest != 0) {
        uint8_t last[BLOCK] = {0};
        memcpy(last, bytes + whole * BLOCK, rest);
        add_blocks(lanes, last, 1);
    }
}

static bool is_error(int64_t result)
{
    return result < 0 && result >= -4095;
}

static int64_t read_chunk(int fd, uint8_t *to, uint64_t offset, uint64_t length)
{
    while (length > 0) {
        const int64_t n = KERNEL(pread64, fd, to, length, offset);
        if (n <= 0) {
            return n == 0 ? -EIO : n;
        }
        to += n;
        offset += (uint64_t)n;
        length -= (uint64_t)n;
    }
    return 0;
}

/* The host address of the chunk's bytes, which the caller unmaps, or -errno. */
static int64_t map_chunk(int fd, uint64_t offset, uint64_t length)
{
    int64_t mapped = KERNEL(mmap, NULL, length, PROT_READ, MAP_PRIVATE, fd, offset);
    if (!is_error(mapped)) {
        if (KERNEL(madvise, mapped, length, MADV_POPULATE_READ) == 0) {
            return mapped;
        }
        KERNEL(munmap, mapped, length);
    }
    mapped = KERNEL(mmap, NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (is_error(mapped)) {
        return mapped;
    }
    const int64_t unread = read_chunk(fd, (uint8_t *)(uintptr_t)mapped, offset, length);
    if (unread < 0) {
        KERNEL(munmap, mapped, length);
        return unread;
    }
    return mapped;
}

int wali_checksum_fd(int fd, uint64_t *checksum, uint64_t *length)
{
    struct lanes lanes = {{1, 2, 3, 4, 5, 6, 7, 8}};
    struct stat s;
    const int64_t unknown = KERNEL(fstat, fd, &s);
    if (unknown < 0) {
        return (int)unknown;
    }
    const uint64_t size = (uint64_t)s.st_size;
    for (uint64_t offset = 0; offset < size; offset += CHUNK) {
        const uint64_t count = size - offset < CHUNK ? size - offset : CHUNK;
        const int64_t chunk = map_chunk(fd, offset, count);
        if (is_error(chunk)) {
            return (int)chunk;
        }
        add_chunk(&lanes, (const uint8_t *)(uintptr_t)chunk, count);
        KERNEL(munmap, chunk, count);
    }
    uint64_t h = size;
    for (size_t lane = 0; lane < LANES; lane++) {
        h = (h ^ lanes.h[lane]) * UINT64_C(0xff51afd7ed558ccd);
        h ^= h >> 32;
    }
    *checksum = h;
    *length = size;
    return 0;
}
