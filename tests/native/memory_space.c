/* The memory manager on a reservation as the engine makes it, without an engine:
 * random calls against a model of contents, and what must hold after each: no
 * hole in the reservation, nothing accessible that is not the guest's. With the
 * argument `sparse`, on addresses where nothing is mapped: then nothing is mapped
 * that is not the guest's. */
#define _GNU_SOURCE
#include "wali/native/base/fatal.h"
#include "wali/native/memory/guest_copy.h"
#include "wali/native/memory/map.h"
#include "wali/native/memory/memory.h"
#include "wali/native/memory/remap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE UINT64_C(4096)
#define START (UINT64_C(1) << 20) /* the memory that the module begins with */
#define LIMIT (UINT64_C(16) << 20)
#define PAGES (LIMIT / PAGE)
#define FREE 0xffffffffU

static uint8_t *reservation;
static bool sparse; /* nothing is mapped in it but the guest's pages */
static uint64_t engine_bytes;
static uint32_t model[PAGES]; /* FREE, or what the page's first word holds */
static bool shared[PAGES];
static uint64_t state = 88172645463325252U;
static unsigned step;

_Noreturn void guest_abort(const char *why)
{
    printf("step %u: abort: %s\n", step, why);
    exit(2);
}

static uint32_t below(uint64_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 32) % n);
}

static void need(bool holds, const char *what)
{
    if (!holds) {
        printf("step %u: %s\n", step, what);
        exit(1);
    }
}

static int64_t engine_grow(uint64_t more, uint64_t *before)
{
    if (engine_bytes + more > LIMIT) {
        return -ENOMEM;
    }
    *before = engine_bytes;
    need(mprotect(reservation + engine_bytes, more, PROT_READ | PROT_WRITE) == 0, "the engine grows");
    engine_bytes += more;
    return 0;
}

static uint64_t engine_size(void)
{
    return engine_bytes;
}

static void check_page(uint64_t at, bool accessible)
{
    const bool is_guests = at < LIMIT && model[at / PAGE] != FREE;
    need(accessible || !sparse, "mapped, but not the guest's");
    need(accessible == is_guests, accessible ? "accessible, but not mapped" : "mapped, but not accessible");
}

/* Every byte of the 4 GiB is mapped, or only what is the guest's, and accessible only where the model
 * says. */
static void check_reservation(void)
{
    FILE *maps = fopen("/proc/self/maps", "re");
    const uintptr_t first = (uintptr_t)reservation;
    uintptr_t reached = first, start, end;
    uint64_t pages = 0, expected = 0;
    char line[512], access[5];
    while (fgets(line, sizeof line, maps) != NULL) {
        need(sscanf(line, "%lx-%lx %4s", &start, &end, access) == 3, "maps");
        if (end <= first || start >= first + GUEST_SPAN) {
            continue;
        }
        need(start <= reached || sparse, "a hole in the reservation");
        reached = end;
        for (uint64_t at = start - first; at < end - first && at < GUEST_SPAN; at += PAGE) {
            if (at >= LIMIT && access[0] != 'r' && !sparse) {
                break;
            }
            check_page(at, access[0] == 'r');
            pages += access[0] == 'r';
        }
    }
    for (uint64_t page = 0; page < PAGES; page++) {
        expected += model[page] != FREE;
    }
    need(pages == expected, "the guest's, but not mapped");
    need(reached >= first + GUEST_SPAN || sparse, "a hole at the end");
    fclose(maps);
}

static uint32_t word_at(uint64_t page)
{
    return *(volatile uint32_t *)(reservation + page * PAGE);
}

static void check_contents(void)
{
    for (uint64_t page = 0; page < PAGES; page++) {
        if (model[page] != FREE) {
            need(word_at(page) == model[page], "contents");
        }
    }
}

static void write_page(uint64_t page)
{
    model[page] = below(1000000);
    *(volatile uint32_t *)(reservation + page * PAGE) = model[page];
}

static bool model_free(uint64_t page, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        if (page + i >= PAGES || model[page + i] != FREE) {
            return false;
        }
    }
    return true;
}

static bool model_mapped(uint64_t page, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        if (page + i >= PAGES || model[page + i] == FREE) {
            return false;
        }
    }
    return true;
}

static void mapped(uint64_t page, uint64_t count, bool is_shared)
{
    for (uint64_t i = 0; i < count; i++) {
        model[page + i] = 0;
        shared[page + i] = is_shared;
        if (below(3) != 0) {
            write_page(page + i);
        }
    }
}

static gaddr_t at(uint64_t page)
{
    return gaddr((uint32_t)(page * PAGE));
}

static void map_some(void)
{
    const uint64_t count = 1 + below(below(4) == 0 ? 600 : 20);
    const uint64_t wanted = below(PAGES);
    const bool is_shared = below(4) == 0;
    const int kind = (is_shared ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS;
    const int64_t result =
        wali_memory_map(below(2) ? at(wanted) : gaddr(0), count * PAGE, PROT_READ | PROT_WRITE, kind, -1, 0);
    if (result == -ENOMEM) {
        return;
    }
    need(result >= 0 && result % 4096 == 0, "mmap");
    need(model_free((uint64_t)result / PAGE, count), "mmap: not free");
    mapped((uint64_t)result / PAGE, count, is_shared);
}

static void map_fixed(void)
{
    const uint64_t count = 1 + below(20);
    const uint64_t wanted = 256 + below(PAGES - 256);
    const bool is_shared = below(4) == 0;
    const bool replace = below(2) == 0;
    const int64_t result = wali_memory_map(at(wanted), count * PAGE, PROT_READ | PROT_WRITE,
                                           (is_shared ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS |
                                               (replace ? MAP_FIXED : MAP_FIXED_NOREPLACE),
                                           -1, 0);
    if (wanted + count > PAGES) {
        need(result == -ENOMEM, "MAP_FIXED beyond the end");
    } else if (!replace && !model_free(wanted, count)) {
        need(result == -EEXIST, "MAP_FIXED_NOREPLACE");
    } else {
        need(result == (int64_t)(wanted * PAGE), "MAP_FIXED");
        mapped(wanted, count, is_shared);
    }
}

/* The kernel refuses; everything must be as before. */
static void map_badly(void)
{
    const uint64_t count = 1 + below(20);
    const uint64_t wanted = 256 + below(PAGES - 300);
    const int flags = below(2) ? MAP_FIXED : 0;
    need(wali_memory_map(at(wanted), count * PAGE, PROT_READ, MAP_PRIVATE | flags, -1, 0) == -EBADF,
         "bad fd");
    need(wali_memory_map(at(wanted), count * PAGE, PROT_READ, MAP_ANONYMOUS | flags, -1, 0) == -EINVAL,
         "no type");
}

static void unmap_some(void)
{
    const uint64_t page = 256 + below(PAGES - 256);
    uint64_t count = 1 + below(below(8) == 0 ? 800 : 30);
    count = page + count > PAGES ? PAGES - page : count;
    need(wali_memory_unmap(at(page), count * PAGE) == 0, "munmap");
    for (uint64_t i = 0; i < count; i++) {
        model[page + i] = FREE;
    }
}

/* Gives pages an attribute, so that growing takes the long way. */
static void protect_some(void)
{
    const uint64_t page = 256 + below(PAGES - 256);
    const uint64_t count = 1 + below(10);
    const bool all = model_mapped(page, count);
    need(wali_memory_protect(at(page), count * PAGE, PROT_READ) == (all ? 0 : -ENOMEM), "mprotect");
    for (uint64_t i = 0; i < count && page + i < PAGES && model[page + i] != FREE; i++) {
        need(wali_memory_protect(at(page + i), PAGE, PROT_READ | PROT_WRITE) == 0, "mprotect back");
    }
}

/* A run of like pages, as one mapping has them. */
static bool pick_mapping(uint64_t *page, uint64_t *count)
{
    *page = 256 + below(PAGES - 256);
    for (unsigned tries = 0; model[*page] == FREE; tries++) {
        *page = 256 + below(PAGES - 256);
        if (tries == 50) {
            return false;
        }
    }
    *count = 1 + below(20);
    uint64_t run = 0;
    while (run < *count && *page + run < PAGES && model[*page + run] != FREE &&
           shared[*page + run] == shared[*page]) {
        run++;
    }
    *count = run;
    return true;
}

static void move_model(uint64_t from, uint64_t count, uint64_t to, uint64_t new_count)
{
    const uint64_t kept = count < new_count ? count : new_count;
    const bool is_shared = shared[from];
    uint32_t contents[64];
    memcpy(contents, model + from, kept * sizeof *model);
    for (uint64_t i = 0; i < count; i++) {
        model[from + i] = FREE;
    }
    for (uint64_t i = 0; i < new_count; i++) {
        shared[to + i] = is_shared;
        model[to + i] = i < kept ? contents[i] : 0;
        if (i >= kept) {
            /* Beyond the object that a shared mapping shows there is SIGBUS. */
            if (is_shared) {
                need(wali_memory_unmap(at(to + i), PAGE) == 0, "munmap of a tail");
                model[to + i] = FREE;
            } else {
                need(word_at(to + i) == 0, "what grew is not zero");
                write_page(to + i);
            }
        }
    }
}

static void remap_some(void)
{
    uint64_t page, count;
    if (!pick_mapping(&page, &count)) {
        return;
    }
    const uint64_t new_count = 1 + below(40);
    const int flags = below(2) ? MREMAP_MAYMOVE : 0;
    const bool room = model_free(page + count, new_count > count ? new_count - count : 0);
    const int64_t result = wali_memory_move(at(page), count * PAGE, new_count * PAGE, flags, gaddr(0));
    if (result == -EFAULT || (result == -ENOMEM && (flags != 0 || !room))) {
        return; /* several mappings, or no room */
    }
    need(result >= 0, "mremap");
    need((uint64_t)result == page * PAGE || (!room && flags != 0), "mremap moved without need");
    if ((uint64_t)result != page * PAGE) {
        need(model_free((uint64_t)result / PAGE, new_count), "mremap: not free");
    }
    move_model(page, count, (uint64_t)result / PAGE, new_count);
}

static void remap_fixed(void)
{
    uint64_t page, count;
    if (!pick_mapping(&page, &count)) {
        return;
    }
    const uint64_t new_count = 1 + below(40);
    const uint64_t to = 256 + below(PAGES - 256);
    const int64_t result =
        wali_memory_move(at(page), count * PAGE, new_count * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, at(to));
    if (to + new_count > PAGES || (to < page + count && page < to + new_count)) {
        need(result == -EINVAL, "MREMAP_FIXED on itself, or outside");
        return;
    }
    if (result == -EFAULT) { /* several mappings; a tail may be gone */
        if (new_count < count) {
            for (uint64_t i = new_count; i < count; i++) {
                model[page + i] = FREE;
            }
        }
        return;
    }
    need(result == (int64_t)(to * PAGE), "MREMAP_FIXED");
    move_model(page, count, to, new_count);
}

static void move_and_keep(void)
{
    uint64_t page, count;
    if (!pick_mapping(&page, &count) || shared[page]) {
        return;
    }
    const int64_t result =
        wali_memory_move(at(page), count * PAGE, count * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, gaddr(0));
    if (result == -EFAULT || result == -ENOMEM) {
        return;
    }
    need(result >= 0 && model_free((uint64_t)result / PAGE, count), "MREMAP_DONTUNMAP");
    for (uint64_t i = 0; i < count; i++) {
        model[(uint64_t)result / PAGE + i] = model[page + i];
        shared[(uint64_t)result / PAGE + i] = false;
        model[page + i] = 0;
    }
}

/* memory.grow by the guest itself. */
static void grow_alone(void)
{
    uint64_t before;
    if (below(20) == 0 && engine_grow(65536, &before) == 0) {
        for (uint64_t i = 0; i < 16; i++) {
            model[before / PAGE + i] = 0;
            shared[before / PAGE + i] = false;
        }
    }
}

static void random_calls(unsigned steps)
{
    static void (*const calls[])(void) = {map_some,   map_some,    map_some,      map_fixed,    map_badly,
                                          unmap_some, unmap_some,  unmap_some,    protect_some, remap_some,
                                          remap_some, remap_fixed, move_and_keep, grow_alone};
    for (step = 0; step < steps; step++) {
        calls[below(sizeof calls / sizeof *calls)]();
        if (step % 16 == 0) {
            check_contents();
        }
        if (step % 64 == 0) {
            check_reservation();
        }
    }
}

static void check_fork(void)
{
    int status = -1;
    fork_lock_acquire(&wali_memory_lock);
    const pid_t child = fork();
    if (child == 0) {
        fork_lock_reset(&wali_memory_lock);
        wali_memory_fork_child();
        random_calls(2000);
        _exit(0);
    }
    fork_lock_release(&wali_memory_lock);
    need(waitpid(child, &status, 0) == child && status == 0, "the child's calls");
    check_contents();
}

static void check_copies(void)
{
    char buffer[512], expected[512];
    uint8_t *edge = reservation + START; /* the last page before, and nothing behind */
    need(wali_memory_unmap(at(START / PAGE), GUEST_SPAN - START - PAGE) == 0, "munmap of the rest");
    for (unsigned i = 0; i < sizeof buffer; i++) {
        expected[i] = (char)(i + 1);
        edge[(int)i - 512] = (uint8_t)(i + 1);
    }
    for (uint32_t n = 0; n <= 300; n++) {
        memset(buffer, 0, sizeof buffer);
        need(copy_in(buffer, gaddr(START - n), n) && memcmp(buffer, expected + 512 - n, n) == 0 &&
                 buffer[n] == 0,
             "copy_in");
        need(copy_out(gaddr(START - n), buffer, n), "copy_out");
        need(n == 0 || !copy_in(buffer, gaddr(START - n + 1), n), "copy_in over the edge");
        need(n == 0 || !copy_out(gaddr(START - n + 1), expected + 512 - n, n), "copy_out over the edge");
        memcpy(edge - n, expected + 512 - n, n);
    }
    need(!copy_in(buffer, gaddr(0), 1) && !copy_in(buffer, gaddr(0xffffffff), 2), "copy_in of nothing");
    for (uint32_t n = 0; n < 100; n++) {
        memset(edge - 512, 'x', 512);
        edge[-1] = 0;
        need(copy_in_string(buffer, sizeof buffer, gaddr(START - 1 - n)) == n && strlen(buffer) == n,
             "string");
        need(copy_in_string(buffer, n + 1, gaddr(START - 1 - n)) == n, "a string that just fits");
        need(copy_in_string(buffer, n, gaddr(START - 1 - n)) == -ENAMETOOLONG, "a string that does not fit");
        edge[-1] = 'x';
        need(copy_in_string(buffer, sizeof buffer, gaddr(START - 1 - n)) == -EFAULT, "a string without end");
    }
    need(copy_in_string(buffer, sizeof buffer, gaddr(0)) == -EFAULT, "no string");
}

static void check_past_file(void)
{
    char byte;
    const int fd = memfd_create("short", 0);
    need(ftruncate(fd, 100) == 0, "ftruncate");
    const int64_t address = wali_memory_map(gaddr(0), 2 * PAGE, PROT_READ, MAP_SHARED, fd, 0);
    need(address > 0 && copy_in(&byte, gaddr((uint32_t)address), 1), "a page of a file");
    need(!copy_in(&byte, gaddr((uint32_t)(address + 4096)), 1), "a page past the file's end");
    close(fd);
}

/* As wali/native/faults.c does it, for the copies alone. */
static void on_fault(int signo, siginfo_t *info, void *context)
{
    if (!fault_in_copy(info, context)) {
        signal(signo, SIG_DFL);
    }
}

static void catch_faults(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
}

int main(int argc, char **argv)
{
    static const struct wali_memory_engine sizes = {engine_grow, engine_size};
    sparse = argc > 1 && strcmp(argv[1], "sparse") == 0;
    reservation = mmap(sparse ? (void *)UINT64_C(0x130000000000) : NULL,
                       sparse ? START : GUEST_SPAN + (UINT64_C(64) << 20), PROT_NONE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    mprotect(reservation, START, PROT_READ | PROT_WRITE);
    engine_bytes = START;
    for (uint64_t page = 0; page < PAGES; page++) {
        model[page] = page < START / PAGE ? 0 : FREE;
    }
    wali_memory_init(reservation, START, LIMIT, sparse, &sizes);
    catch_faults();
    random_calls(20000);
    check_fork();
    check_copies();
    check_past_file();
    puts("ok");
    return 0;
}
