/* The checksum of a whole file, which tells damaged code from whole.
 *
 * The file is mapped piece by piece: copying it would take longer.  The kernel is
 * asked for the pages beforehand, so that a file which cannot be read, or has
 * become shorter, is an error and no SIGBUS (but for what somebody cuts off in the
 * moment after, which would end a guest that runs the code just so).  A kernel
 * that cannot be asked, before Linux 5.14, copies. */
#define _GNU_SOURCE
#include "wali/native/base/checksum.h"

#include "wali/native/base/kernel.h"

#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define PIECE (UINT64_C(2) << 20) /* at a time: more would only raise the peak of memory */
#define LANES 8
#define BLOCK (LANES * sizeof(uint64_t))
/* What the processor is told to fetch meanwhile: by itself it does not go from one
 * page to the next, and waits for memory at the beginning of each. */
#define AHEAD 4096

/* Eight lanes, as many as keep the multiplier busy; every step is a bijection of
 * its lane, so no single damaged word goes unseen.  Against accidents: an
 * adversary who can write here could as well replace the runtime. */
struct lanes {
    uint64_t h[LANES];
};

static void add_blocks(struct lanes *lanes, const uint8_t *bytes, uint64_t count)
{
    struct lanes sum = *lanes;
    for (; count > 0; count--, bytes += BLOCK) {
        __builtin_prefetch((const void *)((uintptr_t)bytes + AHEAD));
#pragma GCC unroll 8 /* so that the lanes stay in registers */
        for (size_t lane = 0; lane < LANES; lane++) {
            uint64_t word;
            memcpy(&word, bytes + lane * sizeof word, sizeof word);
            const uint64_t h = sum.h[lane] ^ word;
            sum.h[lane] = (h << 29 | h >> 35) * UINT64_C(0x9e3779b97f4a7c15);
        }
    }
    *lanes = sum;
}

/* What is left of the last block counts as zeros, whatever lies behind it in the
 * mapping. */
static void add_piece(struct lanes *lanes, const uint8_t *bytes, uint64_t length)
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

static bool failed(int64_t result)
{
    return result < 0 && result >= -4095;
}

static int64_t read_piece(int fd, uint8_t *to, uint64_t offset, uint64_t length)
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

/* The bytes of a piece, to be unmapped; -errno if they cannot be had. */
static int64_t map_piece(int fd, uint64_t offset, uint64_t length)
{
    int64_t mapped = KERNEL(mmap, NULL, length, PROT_READ, MAP_PRIVATE, fd, offset);
    if (!failed(mapped)) {
        if (KERNEL(madvise, mapped, length, MADV_POPULATE_READ) == 0) {
            return mapped;
        }
        KERNEL(munmap, mapped, length);
    }
    mapped = KERNEL(mmap, NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (failed(mapped)) {
        return mapped;
    }
    const int64_t unread = read_piece(fd, (uint8_t *)(uintptr_t)mapped, offset, length);
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
    for (uint64_t offset = 0; offset < size; offset += PIECE) {
        const uint64_t count = size - offset < PIECE ? size - offset : PIECE;
        const int64_t piece = map_piece(fd, offset, count);
        if (failed(piece)) {
            return (int)piece;
        }
        add_piece(&lanes, (const uint8_t *)(uintptr_t)piece, count);
        KERNEL(munmap, piece, count);
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
