#include "wali/native/memory/page_map.h"

#include <string.h>

#define WORD_PAGES 64U
#define WORDS (GUEST_PAGES / WORD_PAGES)
#define CLASSES 21U

/* One bit a page.  `plain` and `shm` are the page's kind; both are set for PAGE_SHM_START. */
static uint64_t used[WORDS];
static uint64_t plain[WORDS];
static uint64_t shm[WORDS];
/* Pages that differ from PAGE_PLAIN in their protection alone. */
static uint64_t protected[WORDS];

/* Traits: PAGE_IS_DATA, PAGE_IS_SHARED. */
static uint64_t data[WORDS];
static uint64_t shared[WORDS];
static uint32_t used_count, data_count;

static uint32_t search_first, search_end; /* of pages_find */
static uint32_t high;                     /* no page from here on was ever set */

/* Invariant: no clear run of 2^k or more pages starts below page lowest[k].  pages_find starts
 * there: a search for a large run skips the small holes, a search for a small run what is full. */
static uint32_t lowest[CLASSES];

void pages_reset(uint32_t first, uint32_t end)
{
    memset(used, 0, (high + 7) / 8);
    memset(data, 0, (high + 7) / 8);
    used_count = data_count = 0;
    search_first = first;
    search_end = end;
    high = 0;
    for (unsigned k = 0; k < CLASSES; k++) {
        lowest[k] = first;
    }
}

/* The bits of the pages of [from, end) in a word of 64 pages. */
static uint64_t word_mask(uint32_t word, uint32_t from, uint32_t end)
{
    uint64_t mask = ~UINT64_C(0);
    if (word == from / WORD_PAGES) {
        mask <<= from % WORD_PAGES;
    }
    if (word == end / WORD_PAGES) {
        mask &= (UINT64_C(1) << end % WORD_PAGES) - 1;
    }
    return mask;
}

static uint32_t word_end(uint32_t end)
{
    return (end + WORD_PAGES - 1) / WORD_PAGES;
}

static uint32_t ones(uint64_t bits)
{
    return (uint32_t)__builtin_popcountll(bits);
}

/* Sets the bits of a mask.  A word that has them is not written: a fork copies what was written. */
static void put(uint64_t *word, uint64_t mask, uint64_t bits)
{
    const uint64_t now = (*word & ~mask) | (bits & mask);
    if (now != *word) {
        *word = now;
    }
}

static uint64_t all_if(bool condition)
{
    return condition ? ~UINT64_C(0) : 0;
}

void pages_set(uint32_t start, uint32_t count, unsigned kind)
{
    const uint32_t end = start + count;
    const uint64_t is_plain = all_if((kind & PAGE_KIND) == PAGE_PLAIN);
    const uint64_t is_shm = all_if((kind & PAGE_KIND) >= PAGE_SHM);
    const uint64_t is_data = all_if((kind & PAGE_IS_DATA) != 0);
    const uint64_t is_shared = all_if((kind & PAGE_IS_SHARED) != 0);
    for (uint32_t w = start / WORD_PAGES; w < word_end(end); w++) {
        const uint64_t mask = word_mask(w, start, end);
        used_count += ones(mask & ~used[w]);
        data_count += ones(mask & is_data) - ones(mask & data[w]);
        put(&used[w], mask, mask);
        put(&plain[w], mask, is_plain);
        put(&shm[w], mask, is_shm);
        put(&data[w], mask, is_data);
        put(&shared[w], mask, is_shared);
        put(&protected[w], mask, 0);
    }
    if ((kind & PAGE_KIND) == PAGE_SHM_START && count > 0) {
        plain[start / WORD_PAGES] |= UINT64_C(1) << start % WORD_PAGES;
    }
    if (end > high) {
        high = end;
    }
}

/* The first page of the clear run that ends before `page`. */
static uint32_t run_start(uint32_t page)
{
    uint32_t w = page / WORD_PAGES;
    uint64_t below = used[w] & ((UINT64_C(1) << page % WORD_PAGES) - 1);
    while (below == 0 && w * WORD_PAGES > search_first) {
        below = used[--w];
    }
    const uint32_t start = below == 0 ? 0 : (w + 1) * WORD_PAGES - (uint32_t)__builtin_clzll(below);
    return start > search_first ? start : search_first;
}

void pages_clear(uint32_t start, uint32_t count)
{
    const uint32_t end = start + count;
    if (count == 0) {
        return;
    }
    for (uint32_t w = start / WORD_PAGES; w < word_end(end); w++) {
        const uint64_t mask = word_mask(w, start, end);
        used_count -= ones(mask & used[w]);
        data_count -= ones(mask & data[w]);
        used[w] &= ~mask;
        data[w] &= ~mask;
    }
    const uint32_t run = run_start(start);
    uint32_t stop = high > end ? pages_next_set(end, high) : high;
    if (stop >= high) {
        stop = GUEST_PAGES;
    }
    for (unsigned k = 0; k < CLASSES && run + (UINT32_C(1) << k) <= stop; k++) {
        if (lowest[k] > run) {
            lowest[k] = run;
        }
    }
}

void pages_set_attribute(uint32_t start, uint32_t count)
{
    const uint32_t end = start + count;
    for (uint32_t w = start / WORD_PAGES; w < word_end(end); w++) {
        plain[w] &= ~word_mask(w, start, end) | shm[w];
        protected[w] &= ~word_mask(w, start, end);
    }
}

void pages_protect(uint32_t start, uint32_t count)
{
    const uint32_t end = start + count;
    for (uint32_t w = start / WORD_PAGES; w < word_end(end); w++) {
        const uint64_t moved = word_mask(w, start, end) & plain[w] & ~shm[w];
        plain[w] &= ~moved;
        protected[w] |= moved;
    }
}

void pages_unprotect(uint32_t start, uint32_t count)
{
    const uint32_t end = start + count;
    for (uint32_t w = start / WORD_PAGES; w < word_end(end); w++) {
        const uint64_t moved = word_mask(w, start, end) & protected[w];
        protected[w] &= ~moved;
        plain[w] |= moved;
    }
}

void pages_set_writable(uint32_t start, uint32_t count, bool writable)
{
    const uint32_t end = start + count;
    for (uint32_t w = start / WORD_PAGES; w < word_end(end); w++) {
        const uint64_t mask = word_mask(w, start, end);
        const uint64_t now = writable ? mask & used[w] & ~shared[w] : 0;
        data_count += ones(now) - ones(mask & data[w]);
        data[w] = (data[w] & ~mask) | now;
    }
}

static bool bit(const uint64_t *bits, uint32_t page)
{
    return (bits[page / WORD_PAGES] >> page % WORD_PAGES & 1) != 0;
}

bool page_is_set(uint32_t page)
{
    return bit(used, page);
}

enum page_kind page_kind(uint32_t page)
{
    if (bit(shm, page)) {
        return bit(plain, page) ? PAGE_SHM_START : PAGE_SHM;
    }
    return bit(plain, page) ? PAGE_PLAIN : PAGE_OTHER;
}

unsigned page_traits(uint32_t page)
{
    return (bit(data, page) ? PAGE_IS_DATA : 0U) | (bit(shared, page) ? PAGE_IS_SHARED : 0U);
}

bool pages_are_plain(uint32_t start, uint32_t count)
{
    const uint32_t end = start + count;
    for (uint32_t w = start / WORD_PAGES; w < word_end(end); w++) {
        if ((word_mask(w, start, end) & ~(used[w] & plain[w] & ~shm[w])) != 0) {
            return false;
        }
    }
    return true;
}

uint32_t pages_count(uint32_t start, uint32_t count)
{
    const uint32_t end = start + count < high ? start + count : high;
    uint32_t sum = 0;
    for (uint32_t w = start / WORD_PAGES; w < word_end(end); w++) {
        sum += ones(used[w] & word_mask(w, start, end));
    }
    return sum;
}

uint32_t pages_count_private(uint32_t start, uint32_t count)
{
    const uint32_t end = start + count < high ? start + count : high;
    uint32_t sum = 0;
    for (uint32_t w = start / WORD_PAGES; w < word_end(end); w++) {
        sum += ones(used[w] & ~data[w] & ~shared[w] & word_mask(w, start, end));
    }
    return sum;
}

uint32_t pages_used(void)
{
    return used_count;
}

uint32_t pages_data(void)
{
    return data_count;
}

/* The first page in [from, end) whose bit of used[], xor flip, is 1; end if there is none. */
static uint32_t next_bit(uint64_t flip, uint32_t from, uint32_t end)
{
    if (from >= end) {
        return end;
    }
    uint32_t w = from / WORD_PAGES;
    uint64_t found = (used[w] ^ flip) & ~UINT64_C(0) << from % WORD_PAGES;
    while (found == 0 && (w + 1) * WORD_PAGES < end) {
        found = used[++w] ^ flip;
    }
    if (found == 0) {
        return end;
    }
    const uint32_t page = w * WORD_PAGES + (uint32_t)__builtin_ctzll(found);
    return page < end ? page : end;
}

uint32_t pages_next_set(uint32_t from, uint32_t end)
{
    return next_bit(0, from, end);
}

uint32_t pages_next_clear(uint32_t from, uint32_t end)
{
    return next_bit(~UINT64_C(0), from, end);
}

/* The smallest k with 2^k >= count. */
static unsigned class_above(uint32_t count)
{
    return count <= 1 ? 0 : 32U - (unsigned)__builtin_clz(count - 1);
}

/* The largest k with 2^k <= count. */
static unsigned class_below(uint32_t count)
{
    return 31U - (unsigned)__builtin_clz(count);
}

bool pages_find(uint32_t count, uint32_t *start)
{
    if (count == 0 || count > search_end - search_first) {
        return false;
    }
    uint32_t found = search_end;
    uint32_t page = pages_next_clear(lowest[class_below(count)], search_end);
    while (count <= search_end - page) {
        const uint32_t stop = page >= high ? page + count : pages_next_set(page, page + count);
        if (stop == page + count) {
            found = page;
            break;
        }
        page = pages_next_clear(stop, search_end);
    }
    for (unsigned k = class_above(count); k < CLASSES; k++) {
        if (lowest[k] < found) {
            lowest[k] = found;
        }
    }
    *start = found;
    return found < search_end;
}
