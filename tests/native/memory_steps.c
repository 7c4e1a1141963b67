/* The memory manager's calls, step by step.  Each system call of one is a moment at which another
 * thread may run, and if the lock is free one does: a second call begins and ends there, and a third
 * in that.  All is one thread of the host's, so that the seed alone chooses the schedule, however
 * busy the machine is.  Linked with --wrap=wali_syscall.
 *
 * What must hold after each step, not only after a call: what other threads have mapped has its
 * contents, and what a mmap is about to fill is as it was.  The argument `sparse` as in
 * memory_space.c. */
#define _GNU_SOURCE
#include "wali/native/base/fatal.h"
#include "wali/native/base/kernel.h"
#include "wali/native/memory/map.h"
#include "wali/native/memory/memory.h"
#include "wali/native/memory/remap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGE UINT64_C(4096)
#define START (UINT64_C(1) << 20)
#define LIMIT (UINT64_C(8) << 20)
#define THREADS 3 /* one that is interrupted, one that interrupts it, one that interrupts that */
#define SLOTS 12
#define ROUNDS 20000

struct slot {
    gaddr_t address; /* 0: free */
    uint64_t pages;
    uint32_t content; /* of the first page's first word, and the last page's */
    bool is_shared;
};

static uint8_t *reservation;
static bool sparse;
static uint64_t engine_bytes = START;
static struct slot slots[THREADS][SLOTS];
static struct slot *busy[THREADS];    /* what the thread's call is about */
static struct iovec filling[THREADS]; /* what its mmap is about to fill; of no bytes: nothing */
static unsigned thread;               /* the one that runs */
static unsigned steps, switches;
static uint64_t state = 88172645463325252U;

int64_t __real_wali_syscall(int64_t nr, int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f);
int64_t __wrap_wali_syscall(int64_t nr, int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f);

_Noreturn void guest_abort(const char *why)
{
    printf("step %u: abort: %s\n", steps, why);
    exit(2);
}

static void need(bool holds, const char *what)
{
    if (!holds) {
        printf("step %u: %s\n", steps, what);
        exit(1);
    }
}

static uint32_t below(uint64_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 32) % n);
}

static int64_t engine_grow(uint64_t more, uint64_t *before)
{
    if (engine_bytes + more > LIMIT) {
        return -ENOMEM;
    }
    *before = engine_bytes;
    engine_bytes += more;
    need(mprotect(reservation + *before, more, PROT_READ | PROT_WRITE) == 0, "the engine grows");
    return 0;
}

static uint64_t engine_size(void)
{
    return engine_bytes;
}

/* Whether the page can be read; never a fault. */
static bool is_readable(const uint8_t *page)
{
    char byte;
    struct iovec to = {&byte, 1}, from = {(void *)(uintptr_t)page, 1};
    return process_vm_readv(getpid(), &to, 1, &from, 1, 0) == 1;
}

static bool is_mapped(const uint8_t *page)
{
    unsigned char resident;
    return mincore((void *)(uintptr_t)page, PAGE, &resident) == 0;
}

static void check_filling(const struct iovec *range)
{
    const uint8_t *const start = range->iov_base;
    for (size_t at = 0; at < range->iov_len; at += PAGE) {
        need(!is_readable(start + at), "accessible before its mmap");
        need(is_mapped(start + at) == !sparse, "another's call has changed what a mmap is to fill");
    }
}

static volatile uint32_t *word(const struct slot *slot, uint64_t page)
{
    return (volatile uint32_t *)(void *)(reservation + slot->address.v + page * PAGE);
}

/* Of a shared mapping that has grown the tail is behind the object's end. */
static void check_slot(const struct slot *slot)
{
    need(*word(slot, 0) == slot->content, "the first page of another's");
    need(slot->is_shared || *word(slot, slot->pages - 1) == slot->content, "the last page of another's");
}

static void check_all(void)
{
    for (unsigned i = 0; i < THREADS; i++) {
        if (i != thread) {
            check_filling(&filling[i]);
        }
        for (unsigned k = 0; k < SLOTS; k++) {
            if (slots[i][k].address.v != 0 && busy[i] != &slots[i][k]) {
                check_slot(&slots[i][k]);
            }
        }
    }
}

static void fill(struct slot *slot, int64_t address, uint64_t pages)
{
    slot->address = gaddr((uint32_t)address);
    slot->pages = pages;
    slot->content = below(UINT32_MAX);
    *word(slot, 0) = slot->content;
    if (!slot->is_shared) {
        *word(slot, pages - 1) = slot->content;
    }
}

static gaddr_t some_hint(void)
{
    const struct slot *const near = &slots[below(THREADS)][below(SLOTS)];
    return below(2) == 0 ? gaddr(near->address.v + (uint32_t)(near->pages * PAGE)) : gaddr(0);
}

static void map_one(struct slot *slot)
{
    const uint64_t pages = 1 + below(8);
    slot->is_shared = below(3) == 0;
    const int kind = (slot->is_shared ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS;
    const int64_t result = wali_memory_map(some_hint(), pages * PAGE, PROT_READ | PROT_WRITE, kind, -1, 0);
    need(result > 0, "mmap");
    filling[thread].iov_len = 0;
    const uint8_t *const at = reservation + result;
    for (uint64_t page = 0; page < pages; page++) {
        need(is_readable(at + page * PAGE), "mmap: a page is not accessible");
    }
    need(*at == 0 && at[pages * PAGE - 1] == 0, "a new page is not zero");
    fill(slot, result, pages);
}

/* The kernel refuses: the pages that were kept for it are free again. */
static void map_badly(void)
{
    const int flags = below(2) == 0 ? MAP_PRIVATE : MAP_ANONYMOUS;
    need(wali_memory_map(some_hint(), (1 + below(8)) * PAGE, PROT_READ, flags, -1, 0) < 0, "a bad mmap");
    filling[thread].iov_len = 0;
}

static void move_one(struct slot *slot)
{
    const uint64_t pages = 1 + below(12);
    const int flags = below(2) == 0 ? MREMAP_MAYMOVE : 0;
    const int64_t result = wali_memory_move(slot->address, slot->pages * PAGE, pages * PAGE, flags, gaddr(0));
    if (result == -ENOMEM || result == -EFAULT) { /* no room; several mappings to the kernel */
        check_slot(slot);
        return;
    }
    need(result > 0, "mremap");
    need(flags != 0 || result == slot->address.v, "mremap moved without MREMAP_MAYMOVE");
    slot->address = gaddr((uint32_t)result);
    slot->pages = pages;
    need(*word(slot, 0) == slot->content, "the first page after mremap");
    fill(slot, result, pages);
}

static void protect_one(const struct slot *slot)
{
    const uint64_t bytes = (1 + below(slot->pages)) * PAGE;
    need(wali_memory_protect(slot->address, bytes, PROT_READ) == 0, "mprotect");
    check_slot(slot);
    need(wali_memory_protect(slot->address, bytes, PROT_READ | PROT_WRITE) == 0, "mprotect back");
}

static void unmap_one(struct slot *slot)
{
    need(wali_memory_unmap(slot->address, slot->pages * PAGE) == 0, "munmap");
    slot->address = gaddr(0);
}

/* memory.grow by the guest itself.  A sparse memory has nothing mapped that it could make
 * accessible. */
static void grow_alone(void)
{
    uint64_t before;
    if (!sparse && below(50) == 0 && engine_grow(UINT64_C(1) << 16, &before) == 0) {
        need(*(volatile uint32_t *)(void *)(reservation + before) == 0, "what was grown is another's");
    }
}

static void call_something(void)
{
    struct slot *const slot = &slots[thread][below(SLOTS)];
    const unsigned choice = below(8);
    busy[thread] = slot;
    if (slot->address.v == 0) {
        if (choice == 0) {
            map_badly();
        } else {
            map_one(slot);
        }
    } else if (choice < 3) {
        move_one(slot);
    } else if (choice == 3) {
        protect_one(slot);
    } else if (choice == 4) {
        grow_alone();
    } else {
        unmap_one(slot);
    }
    busy[thread] = NULL;
}

static bool lock_is_free(void)
{
    return wali_memory_lock.state == 0;
}

/* Another thread runs, if there is one more. */
static void switch_thread(void)
{
    if (thread + 1 < THREADS && lock_is_free()) {
        switches++;
        thread++;
        call_something();
        thread--;
    }
}

int64_t __wrap_wali_syscall(int64_t nr, int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f)
{
    const bool fills = nr == SYS_mmap && lock_is_free() && (d & MAP_FIXED) != 0 && a != 0;
    if (fills) {
        filling[thread] = (struct iovec){(void *)(uintptr_t)a, (size_t)b};
    }
    switch_thread();
    const int64_t result = __real_wali_syscall(nr, a, b, c, d, e, f);
    if (fills) {
        filling[thread].iov_len = 0;
    }
    steps++;
    check_all();
    switch_thread();
    return result;
}

int main(int argc, char **argv)
{
    static const struct wali_memory_engine sizes = {engine_grow, engine_size};
    sparse = argc > 1 && strcmp(argv[1], "sparse") == 0;
    reservation = mmap(sparse ? (void *)UINT64_C(0x130000000000) : NULL,
                       sparse ? START : GUEST_SPAN + (UINT64_C(64) << 20), PROT_NONE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    mprotect(reservation, START, PROT_READ | PROT_WRITE);
    thread = THREADS; /* nobody is interrupted yet */
    wali_memory_init(reservation, START, LIMIT, sparse, &sizes);
    thread = 0;
    for (unsigned i = 0; i < ROUNDS; i++) {
        call_something();
    }
    need(switches > ROUNDS, "no schedule was tried");
    puts("ok");
    return 0;
}
