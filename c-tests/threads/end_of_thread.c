/* What the kernel does when a thread ends: the word of set_tid_address, and the list of set_robust_list. */
/* CALLS: set_tid_address, set_robust_list, get_robust_list, exit */
#include "together.h"

#include <linux/futex.h>
#include <stddef.h>

/* As the kernel reads them: next pointers are as wide as the guest's, the rest is 64-bit. */
struct entry {
    struct entry *next;
    atomic_uint lock;
};

struct list {
    struct entry *first;
    _Alignas(8) int64_t offset;
    _Alignas(8) struct entry *pending;
};

static _Alignas(4) atomic_uint word;
static struct list list;
static struct entry entries[4];
static atomic_int checked;

static void *end_at_once(void *unused)
{
    unsigned self = (unsigned)RAW(SYS_gettid);
    struct list *found = NULL;
    size_t size = 0;
    list.offset = offsetof(struct entry, lock);
    list.first = &entries[0];
    entries[0].next = &entries[1];
    entries[1].next = &entries[2];
    entries[2].next = (struct entry *)&list;
    entries[0].lock = self;
    entries[1].lock = self | FUTEX_WAITERS;
    entries[2].lock = 12345; /* somebody else's by now */
    entries[3].lock = entries[3].lock == 0 ? self : 0;
    list.pending = &entries[3]; /* about to be taken, or just let go */
    checked = RAW(SYS_set_robust_list, &list, 24) == 0 && RAW(SYS_get_robust_list, 0, &found, &size) == 0 &&
              found == &list && size == 24;
    word = 1;
    RAW(SYS_set_tid_address, &word);
    RAW(SYS_exit, 0); /* past libc, whose own words these were: nobody may join this thread */
    return unused;
}

/* Let go, but the one who did has not told anybody yet. */
static atomic_int waiting_tid;

static void *wait_told(void *lock)
{
    waiting_tid = (int)RAW(SYS_gettid);
    return (void *)(intptr_t)RAW(SYS_futex, lock, FUTEX_WAIT, 0, 0, 0, 0);
}

static void wait_zero(void)
{
    unsigned value;
    while ((value = word) != 0) {
        RAW(SYS_futex, &word, FUTEX_WAIT, value, 0, 0, 0);
    }
}

static void *wait_lock(void *lock)
{
    atomic_uint *at = lock;
    unsigned value;
    while (((value = *at) & FUTEX_OWNER_DIED) == 0) {
        RAW(SYS_futex, at, FUTEX_WAIT, value, 0, 0, 0);
    }
    return NULL;
}

int main(void)
{
    word = 99;
    start(end_at_once, NULL);
    while (word == 99) {
        sched_yield();
    }
    wait_zero();
    CHECK(checked);
    CHECK(entries[0].lock == FUTEX_OWNER_DIED);
    CHECK(entries[1].lock == (FUTEX_OWNER_DIED | FUTEX_WAITERS));
    CHECK(entries[2].lock == 12345);
    CHECK(entries[3].lock == FUTEX_OWNER_DIED);
    entries[1].lock = 0;
    word = 99;
    pthread_t waiting = start(wait_lock, &entries[1].lock);
    start(end_at_once, NULL);
    joined(waiting);
    say("the lock's waiter woke up");
    wait_zero();
    entries[1].lock = 0;
    entries[3].lock = 0;
    waiting = start(wait_told, &entries[3].lock);
    while (waiting_tid == 0) {
        sched_yield();
    }
    wait_asleep(waiting_tid);
    entries[3].lock = 1; /* so that the next thread writes 0 there */
    word = 99;
    start(end_at_once, NULL);
    IS(joined(waiting), 0);
    CHECK(entries[3].lock == 0);
    fflush(stdout);
    RAW(SYS_exit_group, done());
}
