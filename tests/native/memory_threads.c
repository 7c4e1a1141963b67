/* The memory manager under threads, while the host maps memory of its own: no
 * mapping of the host's may land inside the guest's reservation, and none of the
 * guest's threads may see another's pages. */
#define _GNU_SOURCE
#include "wali/native/base/fatal.h"
#include "wali/native/memory/map.h"
#include "wali/native/memory/memory.h"
#include "wali/native/memory/remap.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE UINT64_C(4096)
#define START (UINT64_C(1) << 20)
#define SLOTS 16

static uint8_t *reservation;
static _Atomic uint64_t engine_bytes = START;
static atomic_bool stop;

_Noreturn void guest_abort(const char *why)
{
    printf("abort: %s\n", why);
    exit(2);
}

static void need(bool holds, const char *what)
{
    if (!holds) {
        puts(what);
        exit(1);
    }
}

static int64_t engine_grow(uint64_t more, uint64_t *before)
{
    *before = atomic_fetch_add(&engine_bytes, more);
    mprotect(reservation + *before, more, PROT_READ | PROT_WRITE);
    return 0;
}

static uint64_t engine_size(void)
{
    return engine_bytes;
}

static void *host(void *unused)
{
    (void)unused;
    for (unsigned i = 0; !stop; i++) {
        const size_t bytes = (1 + i % 40) * PAGE;
        uint8_t *address = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        need(address + bytes <= reservation || address >= reservation + GUEST_SPAN,
             "the host's inside the guest's");
        munmap(address, bytes);
    }
    return NULL;
}

static uint32_t *word(gaddr_t address)
{
    return (uint32_t *)(void *)(reservation + address.v);
}

static void *guest(void *argument)
{
    const uint32_t self = (uint32_t)(uintptr_t)argument;
    gaddr_t kept[SLOTS] = {{0}};
    uint64_t bytes[SLOTS];
    unsigned seed = self;
    for (unsigned i = 0; i < 15000; i++) {
        seed = seed * 1103515245 + 12345;
        const unsigned slot = seed >> 16 & (SLOTS - 1);
        const uint64_t wanted = (1 + (seed >> 20 & 31)) * PAGE;
        int64_t result;
        if (kept[slot].v == 0) {
            const int kind = (seed >> 30 == 0 ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS;
            result = wali_memory_map(gaddr(0), wanted, PROT_READ | PROT_WRITE, kind, -1, 0);
            need(result > 0, "mmap");
            kept[slot] = gaddr((uint32_t)result);
            bytes[slot] = wanted;
            need(*word(kept[slot]) == 0, "a new page is not zero");
            *word(kept[slot]) = self << 16 | slot;
            if ((seed >> 27 & 7) == 0) { /* an attribute */
                wali_memory_protect(kept[slot], bytes[slot], PROT_READ);
                wali_memory_protect(kept[slot], bytes[slot], PROT_READ | PROT_WRITE);
            }
            continue;
        }
        need(*word(kept[slot]) == (self << 16 | slot), "another's page");
        if ((seed >> 28 & 1) == 0) {
            result = wali_memory_move(kept[slot], bytes[slot], wanted, MREMAP_MAYMOVE, gaddr(0));
            need(result > 0, "mremap");
            kept[slot] = gaddr((uint32_t)result);
            bytes[slot] = wanted;
            need(*word(kept[slot]) == (self << 16 | slot), "another's page after mremap");
        } else {
            need(wali_memory_unmap(kept[slot], bytes[slot]) == 0, "munmap");
            kept[slot] = gaddr(0);
        }
    }
    return NULL;
}

/* memory.grow by the guest itself. */
static void *grower(void *unused)
{
    (void)unused;
    for (unsigned i = 0; i < 200 && !stop; i++) {
        uint64_t before;
        engine_grow(65536, &before);
        *word(gaddr((uint32_t)before)) = 0x12345678;
        for (unsigned spin = 0; spin < 20000; spin++) {
            need(*word(gaddr((uint32_t)before)) == 0x12345678, "what was grown is another's");
        }
    }
    return NULL;
}

int main(int argc, char **argv)
{
    const bool sparse = argc > 1 && strcmp(argv[1], "sparse") == 0;
    static const struct wali_memory_engine sizes = {engine_grow, engine_size};
    pthread_t threads[5], host_thread;
    reservation = mmap(sparse ? (void *)UINT64_C(0x130000000000) : NULL,
                       sparse ? START : GUEST_SPAN + (UINT64_C(64) << 20), PROT_NONE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    mprotect(reservation, START, PROT_READ | PROT_WRITE);
    wali_memory_init(reservation, START, GUEST_SPAN, sparse, &sizes);
    pthread_create(&host_thread, NULL, host, NULL);
    for (uintptr_t i = 0; i < 4; i++) {
        pthread_create(&threads[i], NULL, guest, (void *)(i + 1));
    }
    if (!sparse) { /* there memory.grow finds nothing mapped that it could make accessible */
        pthread_create(&threads[4], NULL, grower, NULL);
    }
    for (unsigned i = 0; i < (sparse ? 4 : 5); i++) {
        pthread_join(threads[i], NULL);
    }
    stop = true;
    pthread_join(host_thread, NULL);
    puts("ok");
    return 0;
}
