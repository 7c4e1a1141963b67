/* Calls at random, with arguments at the edges: descriptors, addresses, lengths, paths. The program goes on,
 * what it was not given stays as it is, and memory that was not named is not changed. */
#include "preview1.h"

enum { CALLS = 60000, ARENA = 1 << 16, GUARD = 4096 };

static _Alignas(16) uint8_t before[GUARD], arena[ARENA], after[GUARD];
static uint64_t state = 88172645463325252ULL;

static uint64_t next(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static uint32_t pick(const uint32_t *values, uint32_t count)
{
    return values[next() % count];
}

/* A descriptor; the streams are left out, for the test wants to say something at the end. */
static uint32_t any_fd(void)
{
    static const uint32_t values[] = {3, 3, 3, 4, 4, 5, 6, 7, 8, 99, 0x80000000, 0xffffffff};
    return pick(values, sizeof values / sizeof *values);
}

/* One that may be closed: with the folder all would be gone. */
static uint32_t own_fd(void)
{
    static const uint32_t values[] = {4, 5, 6, 7, 8, 9, 99, 0x7fffffff, 0xffffffff};
    return pick(values, sizeof values / sizeof *values);
}

static void *any_place(void)
{
    switch (next() % 8) {
    case 0:
        return last((uint32_t)(next() % 64));
    case 1:
        return (void *)(uintptr_t)(0xffffffff - (uint32_t)(next() % 64));
    case 2:
        return (void *)(uintptr_t)(0x80000000 + (uint32_t)(next() % 3));
    default:
        return arena + next() % (ARENA / 2);
    }
}

/* A length that does not lead from the arena into the rest of the program. */
static uint32_t any_length(void)
{
    static const uint32_t values[] = {0, 1, 2, 7, 8, 24, 48, 255, 4096, 16384, 0xfffffff0, 0xffffffff};
    return pick(values, sizeof values / sizeof *values);
}

static uint64_t any_wide(void)
{
    static const uint64_t values[] = {0,          1,          2,          7,          100,
                                      1ULL << 31, 1ULL << 32, 1ULL << 62, 1ULL << 63, UINT64_MAX};
    return next() % 3 == 0 ? next() : values[next() % (sizeof values / sizeof *values)];
}

static uint32_t flags(uint32_t bits)
{
    return next() % 16 == 0 ? (uint32_t)next() : (uint32_t)next() & bits;
}

/* A path, and how long it is said to be. */
struct path {
    const void *at;
    uint32_t length;
};

static struct path any_path(void)
{
    static const char *const paths[] = {
        "a",
        "b",
        "c",
        "a/b",
        "b/c",
        "a/b/c",
        ".",
        "..",
        "../outside",
        "../outside/file",
        "up/outside/file",
        "out/file",
        "out_file",
        "absolute_file",
        "through/file",
        "dangling",
        "inside",
        "inside/file",
        "inside/..",
        "a/../../outside/file",
        "/",
        "/etc/passwd",
        "",
        "a/",
        "c//",
        "\xff",
    };
    if (next() % 12 == 0) {
        return (struct path){any_place(), any_length()};
    }
    const char *path = paths[next() % (sizeof paths / sizeof *paths)];
    return (struct path){path, (uint32_t)strlen(path)};
}

/* A list of buffers in the arena; sometimes what lies there anyway, or anywhere. */
static const void *any_list(uint32_t *count)
{
    struct iov *list = (struct iov *)arena;
    *count = (uint32_t)(next() % 5);
    if (next() % 8 == 0) {
        *count = any_length();
        return last(8 * (uint32_t)(next() % 4));
    }
    for (uint32_t i = 0; i < *count; i++) {
        void *place = any_place();
        bool inside = (uint8_t *)place >= arena && (uint8_t *)place < arena + ARENA;
        uint32_t length = any_length();
        list[i] = iov(place, inside && length > ARENA / 4 && length < 0x80000000 ? 8 : length);
    }
    return list;
}

/* Subscriptions that are due at once, or are none. */
static int poll_something(void)
{
    memset(arena, 0, 48 * 4);
    for (int i = 0; i < 4; i++) {
        arena[i * 48 + 8] = (uint8_t)(next() % 4);
        arena[i * 48 + 16] = (uint8_t)any_fd();
    }
    arena[8] = arena[16] = 0; /* a clock, now */
    return p1_poll_oneoff(arena, any_place(), next() % 8 ? 1 + next() % 4 : any_length(), any_place());
}

static int paths(uint32_t which)
{
    struct path a = any_path(), b = any_path();
    uint32_t fd = any_fd(), other = any_fd();
    switch (which) {
    case 0:
        return p1_path_create_directory(fd, a.at, a.length);
    case 1:
        return p1_path_filestat_get(fd, flags(1), a.at, a.length, any_place());
    case 2:
        return p1_path_filestat_set_times(fd, flags(1), a.at, a.length, any_wide(), any_wide(), flags(15));
    case 3:
        return p1_path_link(fd, flags(1), a.at, a.length, other, b.at, b.length);
    case 4:
        return p1_path_open(fd, flags(1), a.at, a.length, flags(15), next(), next(), flags(31), any_place());
    case 5:
        return p1_path_readlink(fd, a.at, a.length, any_place(), any_length(), any_place());
    case 6:
        return p1_path_remove_directory(fd, a.at, a.length);
    case 7:
        return p1_path_rename(fd, a.at, a.length, other, b.at, b.length);
    case 8:
        return p1_path_symlink(a.at, a.length, fd, b.at, b.length);
    default:
        return p1_path_unlink_file(fd, a.at, a.length);
    }
}

static int descriptors(uint32_t which)
{
    uint32_t fd = any_fd(), count = 0;
    const void *list = any_list(&count);
    switch (which) {
    case 0:
        return p1_fd_advise(fd, any_wide(), any_wide(), flags(7));
    case 1:
        return p1_fd_allocate(fd, any_wide(), any_wide());
    case 2:
        return p1_fd_close(own_fd());
    case 3:
        return p1_fd_renumber(own_fd(), own_fd());
    case 4:
        return p1_fd_fdstat_get(fd, any_place());
    case 5:
        return p1_fd_fdstat_set_flags(fd, flags(31));
    case 6:
        return p1_fd_fdstat_set_rights(own_fd(), next(), next());
    case 7:
        return p1_fd_filestat_get(fd, any_place());
    case 8:
        return p1_fd_filestat_set_size(fd, any_wide() & 0xfffff);
    case 9:
        return p1_fd_filestat_set_times(fd, any_wide(), any_wide(), flags(15));
    case 10:
        return p1_fd_pread(fd, list, count, any_wide(), any_place());
    case 11:
        return p1_fd_pwrite(fd, list, count, any_wide() & 0xfffff, any_place());
    case 12:
        return p1_fd_read(fd, list, count, any_place());
    case 13:
        return p1_fd_write(fd, list, count, any_place());
    case 14:
        return p1_fd_seek(fd, (int64_t)any_wide() & 0xfffff, flags(3), any_place());
    case 15:
        return p1_fd_tell(fd, any_place());
    case 16:
        return p1_fd_readdir(fd, any_place(), any_length(), any_wide(), any_place());
    case 17:
        return p1_fd_prestat_get(fd, any_place());
    case 18:
        return p1_fd_prestat_dir_name(fd, any_place(), any_length());
    case 19:
        return p1_sock_recv(fd, list, count, flags(3), any_place(), any_place());
    case 20:
        return p1_sock_send(fd, list, count, 0, any_place());
    case 21:
        return p1_sock_accept(fd, flags(31), any_place());
    case 22:
        return p1_sock_shutdown(fd, flags(3));
    case 23:
        return poll_something();
    case 24:
        return p1_random_get(any_place(), any_length());
    case 25:
        return p1_clock_time_get(flags(3), any_wide(), any_place());
    case 26:
        return p1_clock_res_get(flags(3), any_place());
    case 27:
        return p1_args_get(any_place(), any_place());
    case 28:
        return p1_environ_sizes_get(any_place(), any_place());
    default:
        return p1_fd_datasync(fd);
    }
}

int main(void)
{
    __builtin_wasm_memory_grow(0, 1); /* the last page is nobody's */
    memset(before, 0x5a, GUARD);
    memset(after, 0x5a, GUARD);
    int strange = 0, good = 0;
    for (int i = 0; i < CALLS; i++) {
        int code = next() % 2 ? paths((uint32_t)(next() % 10)) : descriptors((uint32_t)(next() % 30));
        strange += code < 0 || code > W_NOTCAPABLE;
        good += code == W_SUCCESS;
    }
    IS(strange, 0);
    CHECK(good > CALLS / 100);
    bool kept = true;
    for (int i = 0; i < GUARD; i++) {
        kept = kept && before[i] == 0x5a && after[i] == 0x5a;
    }
    CHECK(kept);
    return done();
}
