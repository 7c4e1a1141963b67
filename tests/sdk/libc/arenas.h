/* Memory next to pages that may not be touched, chance, and musl's functions under their other names. */
#pragma once
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <wchar.h>

extern __typeof__(memccpy) ref_memccpy;
extern __typeof__(memchr) ref_memchr;
extern __typeof__(memcmp) ref_memcmp;
extern __typeof__(memcpy) ref_memcpy;
extern __typeof__(memmem) ref_memmem;
extern __typeof__(memmove) ref_memmove;
extern __typeof__(memrchr) ref_memrchr;
extern __typeof__(memset) ref_memset;
extern __typeof__(stpcpy) ref_stpcpy;
extern __typeof__(stpncpy) ref_stpncpy;
extern __typeof__(strcasecmp) ref_strcasecmp;
extern __typeof__(strchr) ref_strchr;
extern __typeof__(strchrnul) ref_strchrnul;
extern __typeof__(strcmp) ref_strcmp;
extern __typeof__(strcpy) ref_strcpy;
extern __typeof__(strcspn) ref_strcspn;
extern __typeof__(strlcpy) ref_strlcpy;
extern __typeof__(strlen) ref_strlen;
extern __typeof__(strncasecmp) ref_strncasecmp;
extern __typeof__(strncmp) ref_strncmp;
extern __typeof__(strncpy) ref_strncpy;
extern __typeof__(strnlen) ref_strnlen;
extern __typeof__(strpbrk) ref_strpbrk;
extern __typeof__(strrchr) ref_strrchr;
extern __typeof__(strspn) ref_strspn;
extern __typeof__(strstr) ref_strstr;
extern __typeof__(wcschr) ref_wcschr;
extern __typeof__(wcscmp) ref_wcscmp;
extern __typeof__(wcslen) ref_wcslen;
extern __typeof__(wcsncmp) ref_wcsncmp;
extern __typeof__(wmemchr) ref_wmemchr;
extern __typeof__(wmemcmp) ref_wmemcmp;

/* Pages, before and behind which there is none. */
struct arena {
    char *base;
    size_t size;
};

enum { PAGE = 4096 };

static uint64_t chance = 88172645463325252;

static inline size_t pick(size_t below)
{
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return (size_t)(chance >> 11) % below;
}

static inline struct arena arena(size_t pages)
{
    size_t size = pages * PAGE;
    char *base = mmap(NULL, size + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED || mprotect(base + PAGE, size, PROT_READ | PROT_WRITE)) abort();
    return (struct arena){base + PAGE, size};
}

/* Whether the last three pages that an address of 32 bits reaches can be had. */
static inline bool last_page(struct arena *out)
{
    char *base = (char *)(uintptr_t)(0u - 3 * PAGE);
    if (mmap(base, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != base)
        return false;
    *out = (struct arena){base, 3 * PAGE};
    return true;
}

/* Room for n bytes: right at the end, right at the beginning, or anywhere. */
static inline char *place(struct arena *a, size_t n)
{
    size_t most = a->size - n;
    switch (pick(3)) {
    case 0: return a->base + most;
    case 1: return a->base;
    default: return a->base + pick(most + 1);
    }
}

static inline char *place4(struct arena *a, size_t n)
{
    return (char *)((uintptr_t)place(a, n) & (uintptr_t)-4);
}

static inline int sign(int x) { return (x > 0) - (x < 0); }

static inline void different(const char *what, int line)
{
    printf("line %d: %s (chance %llu)\n", line, what, (unsigned long long)chance);
    exit(1);
}

#define SAME(got, wanted) do { \
    if ((got) != (wanted)) different(#got, __LINE__); \
} while (0)

/* Two answers that point into different memory. */
#define SAME_AT(got, base, wanted, other) do { \
    char *got_ = (char *)(got), *wanted_ = (char *)(wanted); \
    if (!got_ != !wanted_ || (got_ && got_ - (base) != wanted_ - (other))) different(#got, __LINE__); \
} while (0)
