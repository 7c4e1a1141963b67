/* The engine's library as a file in memory. */
#define _GNU_SOURCE
#include "tests/native/engine/facts.h"

#include "wali/native/engine/internals/frames.h"
#include "wali/native/engine/internals/library_pages.h"

#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static struct guest self;
static uintptr_t innermost;

static wasm_trap_t *ask(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)
{
    (void)env, (void)caller, (void)count, (void)args;
    innermost = frames_innermost();
    return NULL;
}

const struct host_import host_imports[] = {{"ask", ask, NULL}, {NULL, NULL, NULL}};

static const ElfW(Phdr) * segment_of(uint32_t type)
{
    size_t count;
    const ElfW(Phdr) *segments = engine_segments(&count);
    for (size_t i = 0; i < count; i++) {
        if (segments[i].p_type == type) {
            return &segments[i];
        }
    }
    CHECK(false, "no segment of type %#x", type);
}

static void file_begins_where_it_is_loaded(void)
{
    size_t count;
    begin_engine();
    CHECK(memcmp(engine.library, ELFMAG, SELFMAG) == 0, "no ELF header");
    CHECK(engine_segments(&count)->p_type == PT_PHDR && count > 4, "%zu segments", count);
    CHECK(segment_of(PT_LOAD)->p_vaddr == 0 && segment_of(PT_LOAD)->p_offset == 0, "the first is moved");
}

/* By which keys of the cache tell builds apart. */
static void build_is_noted(void)
{
    begin_engine();
    const ElfW(Nhdr) *note = (const void *)(engine.library + segment_of(PT_NOTE)->p_vaddr);
    CHECK(note->n_type == NT_GNU_BUILD_ID && note->n_descsz >= 8, "note %u, %u bytes", note->n_type,
          note->n_descsz);
}

static void frames_are_unwound(void)
{
    begin_all();
    CHECK(segment_of(PT_GNU_EH_FRAME)->p_memsz > 1 << 16, "hardly any tables");
    self = guest_new();
    CHECK(call_one(&self, "ask", 4) == 5 && innermost != 0, "not called");
    CHECK(innermost > (uintptr_t)__builtin_frame_address(0) - 65536, "%#lx", innermost);
}

static struct mapping constants(uintptr_t *end)
{
    const ElfW(Phdr) *relro = segment_of(PT_GNU_RELRO);
    const uintptr_t at = (uintptr_t)engine.library + (relro->p_vaddr & ~UINT64_C(4095));
    *end = (uintptr_t)engine.library + relro->p_vaddr + relro->p_memsz;
    return mapping_at(at);
}

static void constants_are_pages(void)
{
    uintptr_t end;
    begin_engine();
    const struct mapping found = constants(&end);
    CHECK(strcmp(found.access, "r--p") == 0, "they are %s", found.access);
    CHECK(end % 4096 == 0 && found.end == end, "they end at %#lx, the mapping at %#lx", end, found.end);
    CHECK(end - found.start > 64 * 4096, "%lu bytes", end - found.start);
}

/* The name of the memory file that is mapped there, "" without one. */
static const char *name_of(struct mapping found)
{
    static char link[80], name[80];
    static const char prefix[] = "/memfd:";
    snprintf(link, sizeof link, "/proc/self/map_files/%lx-%lx", found.start, found.end);
    const ssize_t length = readlink(link, name, sizeof name - 1);
    name[length < 0 ? 0 : length] = '\0';
    *strchrnul(name, ' ') = '\0'; /* "(deleted)" */
    return strncmp(name, prefix, sizeof prefix - 1) == 0 ? name + sizeof prefix - 1 : "";
}

/* Root may open it. */
static bool can_write_file_of(struct mapping found)
{
    char link[80];
    snprintf(link, sizeof link, "/proc/self/map_files/%lx-%lx", found.start, found.end);
    const int fd = open(link, O_RDWR | O_CLOEXEC);
    const bool wrote = fd >= 0 && (pwrite(fd, "x", 1, 0) >= 0 || ftruncate(fd, 0) == 0 ||
                                   mmap(NULL, 4096, PROT_WRITE, MAP_SHARED, fd, 0) != MAP_FAILED);
    close(fd);
    return wrote;
}

static void constants_are_exchanged(void)
{
    uintptr_t end;
    int status;
    begin_all();
    self = guest_new();
    for (int i = 0; i < 20; i++) {
        library_pages_before_fork(false);
    }
    CHECK(strcmp(name_of(constants(&end)), "wali-constants") != 0, "other threads might write to them");
    library_pages_before_fork(true);
    const struct mapping found = constants(&end);
    CHECK(strcmp(found.access, "r--p") == 0 && found.end == end, "they are %s", found.access);
    CHECK(strcmp(name_of(found), "wali-constants") == 0, "they are not exchanged");
    CHECK(!can_write_file_of(found), "they can be written to");
    CHECK(call_one(&self, "ask", 4) == 5 && trap_of(&self, "fails", 0) == TRAP_UNREACHABLE, "not after that");
    const pid_t child = fork();
    if (child == 0) {
        close(compiled_file(true));
        _exit(call_one(&self, "ask", 4) == 5 && trap_of(&self, "fails", 0) == TRAP_UNREACHABLE ? 0 : 1);
    }
    waitpid(child, &status, 0);
    CHECK(status == 0, "not in a child");
}

const struct fact facts[] = {
    {"the_file_begins_where_the_loader_says", file_begins_where_it_is_loaded},
    {"the_build_is_noted", build_is_noted},
    {"the_librarys_frames_are_unwound", frames_are_unwound},
    {"the_librarys_constants_are_whole_pages", constants_are_pages},
    {"the_librarys_constants_may_be_exchanged", constants_are_exchanged},
    {NULL, NULL},
};
