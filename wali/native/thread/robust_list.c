#define _GNU_SOURCE
#include "wali/native/thread/robust_list.h"

#include "abi/_generated/guest_structs.h"
#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"
#include "wali/native/memory/guest_copy.h"
#include "wali/native/thread/thread.h"

#include <linux/futex.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

/* The kernel's ROBUST_LIST_LIMIT: the list may be a ring. */
#define LONGEST_LIST 2048
/* The lowest bit of a pointer to an entry marks a lock with priority inheritance
 * (FUTEX_LOCK_PI). */
#define INHERITS UINT32_C(1)

static void wake_one(gaddr_t word)
{
    KERNEL(futex, wali_base + word.v, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* Marks one lock's word: owner died, waiters flag kept.  Tries again if another thread changes the
 * word meanwhile. */
static void release(gaddr_t word, uint32_t tid, bool inherits, bool is_pending)
{
    uint32_t seen;
    if (word.v % 4 != 0 || !copy_in(&seen, word, sizeof seen)) {
        return;
    }
    if (is_pending && !inherits && seen == 0) {
        wake_one(word); /* the owner had unlocked the word, but perhaps had not woken a waiter */
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

/* One lock of a list.  `word` is the guest address of its futex. */
struct lock {
    gaddr_t word;
    bool inherits;
    bool is_pending;
};

typedef void visit_lock(const struct lock *lock, void *argument);

static void visit_entry(uint32_t entry, int64_t offset, bool is_pending, visit_lock *visit, void *argument)
{
    const uint32_t address = entry & ~INHERITS;
    if (address != 0) {
        const struct lock lock = {gaddr(address + (uint32_t)offset), (entry & INHERITS) != 0, is_pending};
        visit(&lock, argument);
    }
}

/* Visits in the kernel's order.  The guest can write the list at any time, so nothing in it is
 * trusted. */
static void each_lock(gaddr_t at, visit_lock *visit, void *argument)
{
    struct wali_robust_list head;
    if (at.v == 0 || !copy_in(&head, at, sizeof head)) {
        return;
    }
    uint32_t entry = head.list;
    for (int i = 0; i < LONGEST_LIST && (entry & ~INHERITS) != at.v && entry != 0; i++) {
        uint32_t next;
        const bool more = copy_in(&next, gaddr(entry & ~INHERITS), sizeof next);
        if (entry != head.list_op_pending) {
            visit_entry(entry, head.futex_offset, false, visit, argument);
        }
        entry = more ? next : 0;
    }
    visit_entry(head.list_op_pending, head.futex_offset, true, visit, argument);
}

static void release_lock(const struct lock *lock, void *tid)
{
    release(lock->word, *(const uint32_t *)tid, lock->inherits, lock->is_pending);
}

FORK_TEXT void robust_list_end(gaddr_t head)
{
    if (head.v != 0) {
        uint32_t tid = (uint32_t)KERNEL(gettid);
        each_lock(head, release_lock, &tid);
    }
}

/* The copy for the kernel: a head, and from WINDOW_AT on a window on guest memory from the lowest
 * lock to the highest.  The kernel finds the futex of each entry at one and the same offset
 * (futex_offset).  So each entry lies in the window where its word lies in guest memory.  Only the
 * window's pages with entries are ever allocated. */
#define WINDOW_AT GUEST_PAGE

struct copy {
    uint32_t lowest, highest;
    struct robust_list_head *head; /* NULL in the first pass, which finds lowest and highest */
    struct robust_list *last;
};

static void measure(const struct lock *lock, void *argument)
{
    struct copy *copy = argument;
    copy->lowest = lock->word.v < copy->lowest ? lock->word.v : copy->lowest;
    copy->highest = lock->word.v > copy->highest ? lock->word.v : copy->highest;
}

static struct robust_list *marked(struct robust_list *entry, bool inherits)
{
    return (struct robust_list *)((uintptr_t)entry | (inherits ? INHERITS : 0));
}

/* An entry takes 8 bytes, but words may be 4 bytes apart: of two such locks only the first gets an
 * entry.  An occupied slot has a non-zero word: its pointers are host addresses, whose upper half
 * is never 0. */
static bool is_free(const struct robust_list *entry)
{
    uint32_t words[3];
    memcpy(words, entry, sizeof words);
    return (words[0] | words[1] | words[2]) == 0;
}

/* Words are aligned to 4 bytes, and so are the entries that lie where they do. */
static void set_next(void *entry, struct robust_list *next)
{
    memcpy(entry, &next, sizeof next);
}

static void add(const struct lock *lock, void *argument)
{
    struct copy *copy = argument;
    const uint32_t word = lock->word.v;
    if (word % 4 != 0 || word < copy->lowest || word > copy->highest) {
        return; /* the list has changed since the first pass */
    }
    struct robust_list *entry = (void *)((char *)copy->head + WINDOW_AT + (word - copy->lowest));
    if (lock->is_pending) { /* the kernel does not follow `next` of the pending entry */
        copy->head->list_op_pending = marked(entry, lock->inherits);
    } else if (is_free(entry)) {
        set_next(copy->last, marked(entry, lock->inherits));
        copy->last = entry;
        set_next(entry, &copy->head->list); /* marks the slot as occupied, and closes the ring */
    }
}

FORK_TEXT void robust_list_hand_over(struct wali_thread *self)
{
    struct robust_state *list = &self->robust;
    const gaddr_t from = gaddr(self->robust.head);
    struct copy copy = {.lowest = UINT32_MAX};
    if (from.v == 0 || list->copy != NULL) {
        return;
    }
    each_lock(from, measure, &copy);
    if (copy.lowest > copy.highest || KERNEL(get_robust_list, 0, &list->before, &list->before_size) < 0) {
        return; /* the thread holds no lock */
    }
    copy.lowest &= ~UINT32_C(3);
    const size_t bytes = WINDOW_AT + (size_t)(copy.highest - copy.lowest) + 2 * sizeof(struct robust_list);
    const int64_t at =
        KERNEL(mmap, NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at < 0 && at >= -4095) {
        return; /* the locks stay held, as after SIGKILL */
    }
    KERNEL(madvise, at, bytes, MADV_DONTDUMP);
    copy.head = (struct robust_list_head *)(uintptr_t)at;
    copy.head->list.next = &copy.head->list;
    copy.head->futex_offset = (int64_t)((uintptr_t)wali_base + copy.lowest) - (at + (int64_t)WINDOW_AT);
    copy.last = &copy.head->list;
    each_lock(from, add, &copy);
    list->copy = copy.head;
    list->bytes = bytes;
    KERNEL(set_robust_list, copy.head, sizeof *copy.head);
}

void robust_list_take_back(struct wali_thread *self)
{
    struct robust_state *list = &self->robust;
    if (list->copy != NULL) {
        KERNEL(set_robust_list, list->before, sizeof(struct robust_list_head));
        KERNEL(munmap, list->copy, list->bytes);
        list->copy = NULL;
    }
}

FORK_TEXT void robust_list_fork_child(struct wali_thread *self)
{
    if (self->robust.copy != NULL) {
        KERNEL(munmap, self->robust.copy, self->robust.bytes);
        self->robust.copy = NULL;
    }
}
