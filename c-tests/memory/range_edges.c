/* CALLS: munmap, mprotect, madvise, msync, mincore, mlock, mlock2, munlock, mremap, mmap, remap_file_pages */
/* Every call that takes a range, at the edges of addresses and lengths: what the kernel rounds, what wraps,
 * what comes first of two errors. Rows that depend on the size of the address space are left out by name:
 * lengths that end inside the 4 GiB of a guest are valid there. */
#include "pages.h"

#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif
#ifndef MADV_COLD
#define MADV_COLD 20
#endif

static unsigned char *base; /* a hole, 4 pages, a hole, 2 pages, a hole: of two pages each, the last of 12 */
static unsigned char vector[64];

static const struct {
    const char *name;
    int kind; /* 0: beside base; 1: absolute */
    intptr_t offset;
} places[] = {
    {"mapped", 0, 2 * 4096},
    {"unaligned", 0, 2 * 4096 + 1},
    {"before a hole", 0, 5 * 4096},
    {"in a hole", 0, 0},
    {"0", 1, 0},
    {"1", 1, 1},
    {"the last page", 1, -4096},
    {"the last byte", 1, -1},
};

static const struct {
    const char *name;
    size_t bytes;
} lengths[] = {
    {"0", 0},
    {"1", 1},
    {"a page", 4096},
    {"a page and 1", 4097},
    {"4 pages", 4 * 4096},
    {"over a hole", 7 * 4096},
    {"-1", (size_t)-1},
    {"the first that rounds to 0", (size_t)-4095},
    {"the last page's address", (size_t)-4096},
    {"a page less", (size_t)-8192},
};

#define PAGES 20
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* From address 0 these are nearly all of a guest's memory, but natively far beyond it. */
static bool is_no_length(size_t place, size_t length)
{
    return places[place].kind == 1 && lengths[length].bytes <= (size_t)-4096 &&
           lengths[length].bytes >= (size_t)-8192;
}

static void lay_out(void)
{
    munmap(base, PAGES * PAGE);
    mmap(base + 2 * PAGE, 4 * PAGE, READ_WRITE, ANONYMOUS | MAP_FIXED, -1, 0);
    mmap(base + 8 * PAGE, 2 * PAGE, READ_WRITE, ANONYMOUS | MAP_FIXED, -1, 0);
    memset(base + 2 * PAGE, 'x', 4 * PAGE);
}

static long long call(unsigned which, uintptr_t address, size_t length)
{
    switch (which) {
    case 0:
        return RAW(SYS_munmap, address, length);
    case 1:
        return RAW(SYS_mprotect, address, length, PROT_READ);
    case 2:
        return RAW(SYS_mprotect, address, length, 0x40);
    case 3:
        return RAW(SYS_mprotect, address, length, PROT_READ | PROT_GROWSDOWN);
    case 4:
        return RAW(SYS_mprotect, address, length, PROT_READ | PROT_GROWSDOWN | PROT_GROWSUP);
    case 5:
        return RAW(SYS_madvise, address, length, MADV_COLD);
    case 6:
        return RAW(SYS_madvise, address, length, MADV_DONTNEED);
    case 7:
        return RAW(SYS_madvise, address, length, 9999);
    case 8:
        return RAW(SYS_msync, address, length, MS_ASYNC);
    case 9:
        return RAW(SYS_msync, address, length, MS_ASYNC | MS_SYNC);
    case 10:
        return RAW(SYS_mlock, address, length);
    case 11:
        return RAW(SYS_mlock2, address, length, 1);
    case 12:
        return RAW(SYS_mlock2, address, length, 2);
    case 13:
        return RAW(SYS_munlock, address, length);
    case 14:
        return RAW(SYS_remap_file_pages, address, length, 0, 0, 0);
    case 15:
        return RAW(SYS_remap_file_pages, address, length, PROT_READ, 0, 0);
    default:
        return length > sizeof vector * PAGE ? (errno = 0, 0) : RAW(SYS_mincore, address, length, vector);
    }
}

static const char *const calls[] = {
    "munmap",
    "mprotect",
    "mprotect, unknown",
    "mprotect, grows down",
    "mprotect, grows both ways",
    "madvise",
    "madvise, drops",
    "madvise, unknown",
    "msync",
    "msync, both flags",
    "mlock",
    "mlock2",
    "mlock2, unknown",
    "munlock",
    "remap_file_pages",
    "remap_file_pages, protection",
    "mincore",
};

/* What a call did to the pages of the layout: natively the same ones go. */
static void print(const char *what, const char *place, const char *length, long long result)
{
    const char *name = result == -1 ? errno_name(errno) : result == 0 ? "ok" : "an address";
    char pages[PAGES + 1] = {0};
    for (int i = 0; i < PAGES; i++) {
        const int readable = can_read(base + i * PAGE);
        pages[i] = !readable ? '-' : base[i * PAGE] == 'x' ? 'x' : '0';
    }
    say("%s(%s, %s): %s %s", what, place, length, name, pages);
}

static void ranges(void)
{
    for (unsigned which = 0; which < COUNT(calls); which++) {
        for (size_t p = 0; p < COUNT(places); p++) {
            for (size_t n = 0; n < COUNT(lengths); n++) {
                const uintptr_t address =
                    (uintptr_t)places[p].offset + (places[p].kind == 0 ? (uintptr_t)base : 0);
                if (!is_no_length(p, n)) {
                    lay_out();
                    print(calls[which], places[p].name, lengths[n].name,
                          call(which, address, lengths[n].bytes));
                }
            }
        }
    }
}

/* Whether mremap answered the old address, or another one, which is unmapped. */
static long long settle(long long result, size_t length)
{
    if (result == -1 || result == (intptr_t)(base + 2 * PAGE)) {
        return result == -1 ? -1 : 0;
    }
    munmap((void *)(intptr_t)result, length);
    return 1;
}

/* Kernels differ: a new length that no program can have (Linux 6.17), several mappings moved at once (6.17),
 * and whether the target goes before an old range that wraps is refused. */
static bool kernels_differ(size_t old_length, size_t new_length, int flags)
{
    if ((flags & MREMAP_FIXED) != 0) {
        return old_length == (size_t)-4096 || (old_length == new_length && old_length == 5 * PAGE);
    }
    return new_length == (size_t)-4096 && (flags & MREMAP_DONTUNMAP) == 0;
}

static void moves(void)
{
    static const int flags[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, -1};
    static const size_t sizes[] = {0, 1, 4096, 4 * 4096, 5 * 4096, (size_t)-1, (size_t)-4096};
    static const struct {
        const char *name;
        intptr_t at;
        bool absolute;
    } targets[] = {{"0", 0, true},
                   {"a hole", 12 * 4096, false},
                   {"a hole, unaligned", 12 * 4096 + 1, false},
                   {"itself", 3 * 4096, false},
                   {"the last byte", -1, true}};
    for (size_t f = 0; f < COUNT(flags); f++) {
        for (size_t t = 0; t < COUNT(targets); t++) {
            for (size_t o = 0; o < COUNT(sizes); o++) {
                for (size_t n = 0; n < COUNT(sizes); n++) {
                    const uintptr_t to =
                        (uintptr_t)targets[t].at + (targets[t].absolute ? 0 : (uintptr_t)base);
                    if (targets[t].absolute && targets[t].at == 0 && (flags[f] & MREMAP_FIXED) != 0) {
                        continue; /* only root maps page 0, and never a guest */
                    }
                    if (kernels_differ(sizes[o], sizes[n], flags[f])) {
                        continue;
                    }
                    char length[64];
                    snprintf(length, sizeof length, "%lld to %lld, flags %d", (long long)(intptr_t)sizes[o],
                             (long long)(intptr_t)sizes[n], flags[f]);
                    lay_out();
                    const long long result =
                        RAW(SYS_mremap, base + 2 * PAGE, sizes[o], sizes[n], (unsigned)flags[f], to);
                    const int code = errno;
                    const long long settled = settle(result, sizes[n]);
                    errno = code;
                    print("mremap", targets[t].name, length, settled);
                }
            }
        }
    }
}

static void maps(void)
{
    static const int flags[] = {0,
                                MAP_PRIVATE,
                                MAP_SHARED,
                                MAP_PRIVATE | MAP_ANONYMOUS,
                                MAP_SHARED | MAP_ANONYMOUS,
                                MAP_SHARED_VALIDATE | MAP_ANONYMOUS,
                                MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN};
    static const int rules[] = {0, MAP_FIXED, MAP_FIXED_NOREPLACE};
    static const size_t sizes[] = {0, 1, 4096, (size_t)-1, (size_t)-4095, (size_t)-4096, (size_t)-8192};
    static const struct {
        const char *name;
        intptr_t offset;
    } ats[] = {{"a hole", 0}, {"unaligned", 1}, {"mapped", 2 * 4096}};
    for (size_t f = 0; f < COUNT(flags); f++) {
        for (size_t r = 0; r < COUNT(rules); r++) {
            for (size_t n = 0; n < COUNT(sizes); n++) {
                for (size_t a = 0; a < COUNT(ats); a++) {
                    for (int offset = 0; offset < 2; offset++) {
                        char text[96];
                        snprintf(text, sizeof text, "%lld, flags %x, offset %d",
                                 (long long)(intptr_t)sizes[n], (unsigned)(flags[f] | rules[r]), offset);
                        lay_out();
                        long long result = map_raw(base + ats[a].offset, sizes[n], PROT_READ,
                                                   flags[f] | rules[r], -1, offset);
                        const int code = errno;
                        if (result != -1 && rules[r] == 0) {
                            munmap((void *)(intptr_t)result, sizes[n]);
                            lay_out();
                        }
                        errno = code;
                        print("mmap", ats[a].name, text, result == -1 ? -1 : 0);
                    }
                }
            }
        }
    }
}

int main(void)
{
    base = room(PAGES);
    ranges();
    moves();
    maps();
    return done();
}
