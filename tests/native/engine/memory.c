/* The shared memory, as the memory manager takes it to be. */
#define _GNU_SOURCE
#include "tests/native/engine/facts.h"

#include "wali/native/engine/code_range.h"
#include "wali/native/engine/internals/sparse_memory.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* As engine.c configures them. */
#define RESERVATION (UINT64_C(4) << 30)
#define GUARD ((UINT64_C(1) << 30) + (UINT64_C(1) << 20))
#define HOST_PAGE UINT64_C(4096)

const struct host_import host_imports[] = {{NULL, NULL, NULL}};

static struct guest self;

static void begin(void)
{
    begin_all();
    self = guest_new();
}

static uint64_t size(void)
{
    return engine.wasmtime_sharedmemory_data_size(memory);
}

static void grow_to(uint64_t bytes)
{
    uint64_t before;
    CHECK(engine.wasmtime_sharedmemory_grow(memory, (bytes - size()) / PAGE_OF_WASM, &before) == NULL,
          "not to %lu", bytes);
    CHECK(size() == bytes, "%lu", size());
}

/* From the guard before to the guard behind, nobody else's, and nothing accessible but what it has. */
static void reserved(void)
{
    begin();
    const uintptr_t from = (uintptr_t)base - (UINT64_C(1) << 30), to = (uintptr_t)base + RESERVATION + GUARD;
    CHECK((uintptr_t)base % HOST_PAGE == 0, "%p", (void *)base);
    for (uintptr_t at = from; at < to;) {
        const struct mapping found = mapping_at(at);
        const bool is_own = at >= (uintptr_t)base && at < (uintptr_t)base + size();
        CHECK(found.end > at, "a hole at %#lx, base %p", at, (void *)base);
        CHECK(strcmp(found.access, is_own ? "rw-p" : "---p") == 0, "%#lx is %s, base %p", at, found.access,
              (void *)base);
        CHECK(!is_own || found.end == (uintptr_t)base + size(), "accessible up to %#lx", found.end);
        at = found.end;
    }
}

/* One mmap for all, and mprotect for what is accessible: as sparse_memory.c answers them. */
static void reserved_sparsely(void)
{
    begin_engine();
    begin_module();
    CHECK(sparse_memory_begin(), "not on this kernel");
    begin_memory();
    CHECK(sparse_memory_end(), "the engine has reserved in another way");
    self = guest_new();
    for (uintptr_t at = (uintptr_t)base - GUARD; at < (uintptr_t)base + RESERVATION + GUARD;
         at += 4 * HOST_PAGE) {
        const bool is_own = at >= (uintptr_t)base && at < (uintptr_t)base + size();
        unsigned char in;
        CHECK((mincore((void *)at, HOST_PAGE, &in) == 0) == is_own, "%#lx, base %p", at, (void *)base);
        at += at % (1 << 20) == 0 && !is_own ? 255 * 4 * HOST_PAGE : 0; /* MiB by MiB, where nothing is */
    }
    uint64_t before;
    wasmtime_error_t *failure = engine.wasmtime_sharedmemory_grow(memory, 1, &before);
    CHECK(failure != NULL && size() == PAGE_OF_WASM, "grown over addresses that are not mapped");
    engine.wasmtime_error_delete(failure);
    CHECK(mmap(base + size(), PAGE_OF_WASM, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) !=
              MAP_FAILED,
          "no mapping");
    grow_to(2 * PAGE_OF_WASM);
    base[2 * PAGE_OF_WASM - 1] = 42;
    CHECK(call_one(&self, "load_byte", (int32_t)(2 * PAGE_OF_WASM - 1)) == 42, "not the guest's memory");
}

static void base_stays(void)
{
    begin();
    for (uint64_t bytes = 2 * PAGE_OF_WASM; bytes <= MAXIMUM_PAGES * PAGE_OF_WASM; bytes *= 2) {
        grow_to(bytes);
        CHECK(engine.wasmtime_sharedmemory_data(memory) == base, "moved at %lu", bytes);
        CHECK(call_one(&self, "size", 0) == (int32_t)(bytes / PAGE_OF_WASM), "the guest sees another size");
        base[bytes - 1] = 42;
        CHECK(call_one(&self, "load_byte", (int32_t)(bytes - 1)) == 42, "not the guest's memory");
    }
}

/* What the host has mapped or protected below the old size, and what lies behind the new one. */
static void growth_touches_the_new_pages(void)
{
    begin();
    grow_to(16 * PAGE_OF_WASM);
    const int fd = memfd_create("pages", MFD_CLOEXEC);
    CHECK(ftruncate(fd, HOST_PAGE) == 0 && pwrite(fd, "mapped", 6, 0) == 6, "no file");
    CHECK(mmap(base + 8 * HOST_PAGE, HOST_PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0) != MAP_FAILED,
          "no mapping");
    CHECK(mprotect(base + 4 * HOST_PAGE, HOST_PAGE, PROT_NONE) == 0, "not protected");
    grow_to(32 * PAGE_OF_WASM);
    CHECK(strcmp(mapping_at((uintptr_t)base + 4 * HOST_PAGE).access, "---p") == 0, "accessible again");
    CHECK(strcmp(mapping_at((uintptr_t)base + 8 * HOST_PAGE).access, "r--s") == 0, "no longer mapped");
    CHECK(memcmp(base + 8 * HOST_PAGE, "mapped", 6) == 0, "not the file");
    CHECK(strcmp(mapping_at((uintptr_t)base + 31 * PAGE_OF_WASM).access, "rw-p") == 0, "not accessible");
    CHECK(strcmp(mapping_at((uintptr_t)base + 32 * PAGE_OF_WASM).access, "---p") == 0, "accessible behind");
}

static void faults_at(const char *name, int32_t index, uintptr_t address)
{
    fault.count = 0;
    CHECK(trap_of(&self, name, index) == TRAP_MEMORY_OUT_OF_BOUNDS, "another trap");
    CHECK(fault.count == 1 && fault.signo == SIGSEGV && in_guest_code(fault.pc),
          "%s of %#x: %d faults, signal %d", name, (unsigned)index, fault.count, fault.signo);
    CHECK(fault.address == address, "at %#lx, not %#lx", fault.address, address);
}

/* No index and no offset below the guard's size is compared with anything: the address faults. */
static void plain_accesses_fault(void)
{
    const uintptr_t last = UINT32_MAX;
    begin();
    stand_before_engine();
    const uintptr_t start = (uintptr_t)base;
    faults_at("load", (int32_t)PAGE_OF_WASM, start + PAGE_OF_WASM);
    faults_at("store", -64, start + last - 63);
    faults_at("load_far", 0, start + 0x3ffffff0);
    faults_at("load_far", -1, start + last + 0x3ffffff0);
    CHECK(trap_of(&self, "load_farther", -1) == TRAP_MEMORY_OUT_OF_BOUNDS && in_guest_code(fault.pc) &&
              fault.address - start >= RESERVATION + GUARD,
          "an offset beyond the guard faults at %#lx, base %#lx", fault.address, start);
}

static void plain_accesses_reach_what_the_host_mapped(void)
{
    const int32_t far = 512 << 20;
    begin();
    CHECK(mprotect(base + far, HOST_PAGE, PROT_READ | PROT_WRITE) == 0, "not made accessible");
    base[far] = 42;
    CHECK(call_one(&self, "load", far) == 42 && call_one(&self, "load_atomic", far) == 42, "not read");
    CHECK(call_one(&self, "store", far) == 0 && base[far] == 7, "not written");
}

static void others_are_compared_with_the_size(void)
{
    static const char *const names[] = {"fill", "copy", "wait", "notify"};
    begin();
    const int32_t beyond = (int32_t)(4 * PAGE_OF_WASM);
    CHECK(mprotect(base + beyond, HOST_PAGE, PROT_READ | PROT_WRITE) == 0, "not made accessible");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const int code = trap_of(&self, names[i], beyond);
        CHECK(code == TRAP_MEMORY_OUT_OF_BOUNDS, "%s has code %d", names[i], code);
    }
    grow_to(8 * PAGE_OF_WASM);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        call_one(&self, names[i], beyond);
    }
}

static struct sigaction of_engine;
static bool opened;

/* The engine's own copying faults outside of compiled code, at an address of the guest's. */
static void open_page(int signo, siginfo_t *info, void *interrupted)
{
    const ucontext_t *context = interrupted;
    (void)signo;
    CHECK(!in_guest_code((uintptr_t)context->uc_mcontext.gregs[REG_RIP]), "in compiled code");
    CHECK((uint8_t *)info->si_addr >= base && (uint8_t *)info->si_addr < base + 2 * HOST_PAGE, "at %p",
          info->si_addr);
    mprotect(base, 2 * HOST_PAGE, PROT_READ | PROT_WRITE);
    opened = true;
}

static void fills_fault_in_the_engine(void)
{
    const struct sigaction action = {.sa_sigaction = open_page, .sa_flags = SA_SIGINFO};
    begin();
    sigaction(SIGSEGV, &action, &of_engine);
    CHECK(mprotect(base, HOST_PAGE, PROT_NONE) == 0, "not protected");
    CHECK(call_one(&self, "fill", (int32_t)HOST_PAGE - 32) == 0 && opened, "no fault");
    CHECK(base[HOST_PAGE - 32] == 1 && base[HOST_PAGE + 31] == 1, "not filled");
}

/* The module allows more: the maximum is that of the memory it got. */
static void made_maximum_holds(void)
{
    wasm_memorytype_t *type;
    begin_engine();
    begin_module();
    CHECK(engine.wasmtime_memorytype_new(1, true, 3, false, true, 16, &type) == NULL, "no type");
    uint64_t most = 0;
    CHECK(engine.wasmtime_memorytype_maximum(type, &most) && most == 3, "maximum %lu", most);
    CHECK(engine.wasmtime_memorytype_minimum(type) == 1, "minimum");
    CHECK(engine.wasmtime_sharedmemory_new(of_all, type, &memory) == NULL, "no memory");
    base = engine.wasmtime_sharedmemory_data(memory);
    self = guest_new();
    CHECK(call_one(&self, "grow", 2) == 1 && size() == 3 * PAGE_OF_WASM, "does not grow to it");
    CHECK(call_one(&self, "grow", 1) == -1 && size() == 3 * PAGE_OF_WASM, "grows past it");
}

static void limiter_leaves_it(void)
{
    begin();
    engine.wasmtime_store_limiter(self.store, (int64_t)PAGE_OF_WASM, 10, -1, -1, -1);
    CHECK(call_one(&self, "grow", 1) == 1, "counted");
    const struct guest other = guest_new();
    CHECK(call_one(&other, "size", 0) == 2, "not the same memory");
}

const struct fact facts[] = {
    {"the_reservation_and_its_guards_have_no_hole", reserved},
    {"the_reservation_is_one_mmap_that_may_be_answered", reserved_sparsely},
    {"shared_memory_never_moves", base_stays},
    {"growth_touches_the_new_pages_alone", growth_touches_the_new_pages},
    {"plain_accesses_fault_at_their_address", plain_accesses_fault},
    {"plain_accesses_reach_what_the_host_mapped", plain_accesses_reach_what_the_host_mapped},
    {"fills_and_copies_are_compared_with_the_size", others_are_compared_with_the_size},
    {"fills_fault_in_the_engines_own_code", fills_fault_in_the_engine},
    {"the_maximum_is_that_of_the_memory_made", made_maximum_holds},
    {"a_limiter_does_not_count_shared_memory", limiter_leaves_it},
    {NULL, NULL},
};
