/* The page map against one byte per page. */
#include "wali/native/memory/page_map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define END 3000U
#define FREE 9

static unsigned char model[END];
static unsigned traits[END]; /* of pages that are not FREE */
static uint64_t state = 88172645463325252U;

static uint32_t below(uint32_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % n;
}

static void fail(const char *what, unsigned step)
{
    printf("step %u: %s\n", step, what);
    exit(1);
}

static bool model_find(uint32_t first, uint32_t end, uint32_t count, uint32_t *start)
{
    uint32_t run = 0;
    for (uint32_t page = first; page < end; page++) {
        run = model[page] == FREE ? run + 1 : 0;
        if (run == count) {
            *start = page + 1 - count;
            return true;
        }
    }
    return false;
}

static void check_traits(unsigned step)
{
    uint32_t used = 0, data = 0, could = 0;
    const uint32_t from = below(END), end = from + below(END - from) + 1;
    for (uint32_t page = 0; page < END; page++) {
        if (model[page] == FREE) {
            continue;
        }
        used++;
        data += (traits[page] & PAGE_IS_DATA) != 0;
        could += page >= from && page < end && traits[page] == 0;
        if (page_traits(page) != traits[page]) {
            fail("page_traits", step);
        }
    }
    if (pages_used() != used || pages_data() != data || pages_count(0, GUEST_PAGES) != used ||
        pages_count_private(from, end - from) != could) {
        fail("counts", step);
    }
}

static void check_pages(unsigned step)
{
    uint32_t from = below(END);
    uint32_t end = from + below(END - from) + 1;
    uint32_t set = from, clear = from;
    bool plain = true;
    while (set < end && model[set] == FREE) {
        set++;
    }
    while (clear < end && model[clear] != FREE) {
        clear++;
    }
    for (uint32_t page = from; page < end; page++) {
        plain = plain && model[page] == PAGE_PLAIN;
        if (page_is_set(page) != (model[page] != FREE)) {
            fail("page_is_set", step);
        }
        if (model[page] != FREE && page_kind(page) != (enum page_kind)model[page]) {
            fail("page_kind", step);
        }
    }
    if (pages_next_set(from, end) != set || pages_next_clear(from, end) != clear) {
        fail("next", step);
    }
    if (pages_are_plain(from, end - from) != plain) {
        fail("pages_are_plain", step);
    }
    if (pages_all_set(from, end - from) != (clear == end) ||
        pages_all_clear(from, end - from) != (set == end)) {
        fail("all", step);
    }
}

static void set(uint32_t start, uint32_t count, enum page_kind kind)
{
    static const unsigned some[] = {0, PAGE_IS_DATA, PAGE_IS_SHARED};
    const unsigned trait = some[below(3)];
    pages_set(start, count, (unsigned)kind | trait);
    for (uint32_t page = start; page < start + count; page++) {
        traits[page] = trait;
    }
    memset(model + start, (int)(kind == PAGE_SHM_START ? PAGE_SHM : kind), count);
    if (count > 0) {
        model[start] = (unsigned char)kind;
    }
}

static void clear(uint32_t start, uint32_t count)
{
    pages_clear(start, count);
    memset(model + start, FREE, count);
}

static void set_writable(uint32_t start, uint32_t count, bool writable)
{
    pages_set_writable(start, count, writable);
    for (uint32_t page = start; page < start + count; page++) {
        if (traits[page] != PAGE_IS_SHARED) {
            traits[page] = writable ? PAGE_IS_DATA : 0;
        }
    }
}

static void set_attribute(uint32_t start, uint32_t count)
{
    pages_set_attribute(start, count);
    for (uint32_t page = start; page < start + count; page++) {
        model[page] = model[page] == PAGE_PLAIN ? PAGE_OTHER : model[page];
    }
}

static void round_of(uint32_t first, uint32_t end, uint32_t size, unsigned steps)
{
    pages_reset(first, end);
    memset(model, FREE, sizeof model);
    for (unsigned step = 0; step < steps; step++) {
        uint32_t found = 0, expected = 0;
        uint32_t count = 1 + below(size);
        uint32_t start = below(END - count);
        switch (below(9)) {
        case 8:
            set_writable(start, count, below(2) != 0);
            break;
        case 0:
            set(start, below(count), (enum page_kind)below(4));
            break;
        case 1:
        case 2:
            clear(start, count);
            break;
        case 3:
            set_attribute(start, count);
            break;
        default:
            if (pages_find(count, &found) != model_find(first, end, count, &expected)) {
                fail("pages_find", step);
            }
            if (expected != 0 && found != expected) {
                fail("pages_find: not the lowest", step);
            }
            if (expected != 0) {
                set(found, count, (enum page_kind)below(4));
            }
        }
        if (step % 16 == 0) {
            check_pages(step);
            check_traits(step);
        }
    }
}

/* Two sizes by turns, many times over: the same addresses each time. */
static void reuse(void)
{
    uint32_t small, large, again;
    pages_reset(16, GUEST_PAGES - 16);
    for (unsigned i = 0; i < 100000; i++) {
        if (!pages_find(16, &large)) {
            fail("no room for 64 KiB", i);
        }
        pages_set(large, 16, PAGE_PLAIN);
        if (!pages_find(1, &small)) {
            fail("no room for 4 KiB", i);
        }
        pages_set(small, 1, PAGE_PLAIN);
        pages_clear(large, 16);
        if (!pages_find(1, &again) || again != large || large != 16 || small != 32) {
            fail("a hole is not reused", i);
        }
        pages_clear(small, 1);
    }
    if (!pages_all_clear(0, GUEST_PAGES)) {
        fail("pages left over", 0);
    }
}

int main(void)
{
    round_of(16, END, 40, 80000);
    round_of(16, END, 400, 80000);
    round_of(16, 2000, 3, 40000);
    reuse();
    puts("ok");
    return 0;
}
