#include "robust_list.h"

#include "abi/_generated/guest_structs.h"
#include "guest_copy.h"
#include "kernel.h"

#include <linux/futex.h>
#include <stdbool.h>

/* The kernel's own limit on a list that may be a ring (ROBUST_LIST_LIMIT). */
#define LONGEST_LIST 2048
/* The lowest bit of a pointer to an entry says that its lock inherits priority. */
#define INHERITS UINT32_C(1)

static void wake_one(gaddr_t word)
{
    KERNEL(futex, wali_base + word.v, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* The lock's word: dead owner, waiters kept.  A word that somebody else changes
 * meanwhile is looked at again. */
static void release(gaddr_t word, uint32_t tid, bool inherits, bool is_pending)
{
    uint32_t seen;
    if (word.v % 4 != 0 || !copy_in(&seen, word, sizeof seen)) {
        return;
    }
    if (is_pending && !inherits && seen == 0) {
        wake_one(word); /* let go, but perhaps nobody was told */
        return;
    }
    while ((seen & FUTEX_TID_MASK) == tid) {
        const uint32_t before = seen;
        if (!guest_compare_exchange(word, &seen, (seen & FUTEX_WAITERS) | FUTEX_OWNER_DIED)) {
            return;
        }
        if (seen == before) {
            if (!inherits && (before & FUTEX_WAITERS) != 0) {
                wake_one(word);
            }
            return;
        }
    }
}

static void release_entry(uint32_t entry, int64_t offset, uint32_t tid, bool is_pending)
{
    const uint32_t address = entry & ~INHERITS;
    if (address != 0) {
        release(gaddr(address + (uint32_t)offset), tid, (entry & INHERITS) != 0, is_pending);
    }
}

void robust_list_end(gaddr_t at)
{
    struct wali_robust_list head;
    if (at.v == 0 || !copy_in(&head, at, sizeof head)) {
        return;
    }
    const uint32_t tid = (uint32_t)KERNEL(gettid);
    uint32_t entry = head.list;
    for (int i = 0; i < LONGEST_LIST && (entry & ~INHERITS) != at.v && entry != 0; i++) {
        uint32_t next;
        const bool more = copy_in(&next, gaddr(entry & ~INHERITS), sizeof next);
        if (entry != head.list_op_pending) {
            release_entry(entry, head.futex_offset, tid, false);
        }
        entry = more ? next : 0;
    }
    release_entry(head.list_op_pending, head.futex_offset, tid, true);
}
