#include "guest.h"

#include <sys/mman.h>

char *arena, *ranges;

void make_arena(void)
{
    char *const all =
        mmap(NULL, (ARENA_PAGES + 2) * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(all, PAGE, PROT_READ);
    mprotect(all + (ARENA_PAGES + 1) * PAGE, PAGE, PROT_NONE);
    arena = all + PAGE;
}

/* The rest of the time they have what random calls have left of them; nobody else is given their place. */
void make_ranges(void)
{
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | (ranges != NULL ? MAP_FIXED : 0);
    char *const made = mmap(ranges, 2 * (ARENA_PAGES + 2) * PAGE, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (made != MAP_FAILED) { /* limits and locks of the guest's own may forbid it */
        ranges = made;
    }
}

static uint32_t number_of(const char *place)
{
    return (uint32_t)(uintptr_t)place;
}

uint32_t address(uint64_t *state)
{
    static const uint32_t edges[] = {0,          0xffffffff, 0xfffffff8, 0xfffff000, 0xfffff001,
                                     0xffff0000, 0x80000000, 0x7ffffff8, 16,         0xfffffff0};
    const uint32_t kind = below(state, 8);
    if (kind == 0) {
        return edges[below(state, sizeof edges / sizeof *edges)];
    }
    const uint32_t at = number_of(kind == 1 ? ranges : arena - PAGE) + below(state, (ARENA_PAGES + 2) * PAGE);
    return kind < 4 ? at : kind < 6 ? at & ~7u : (at | (PAGE - 1)) - below(state, 64);
}

char *place(uint64_t *state, uint32_t size)
{
    const uint32_t room = ARENA_PAGES * PAGE - size;
    uint32_t at = below(state, room) & ~7u;
    if (one_in(state, 6)) { /* it ends where the page does, or a few bytes behind */
        at = ((at | (PAGE - 1)) + 1 - size) % room;
    }
    return arena + at;
}
