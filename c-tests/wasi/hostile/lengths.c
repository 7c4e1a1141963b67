/* Addresses and lengths at all edges, for every parameter that has some: FAULT or another refusal, never a
 * trap, and nothing behind what was named is changed. */
#include "preview1.h"

static const uint32_t edges[] = {0,     1,     7,          8,          255,        4096,
                                 65535, 65536, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff};
enum { EDGES = sizeof edges / sizeof *edges };

static uint32_t size;
static uint64_t wide;

/* Ends of memory, and the last of all addresses. */
static void *place(int i)
{
    switch (i) {
    case 0:
        return end_of_memory();
    case 1:
        return last(1);
    case 2:
        return (void *)0xffffffff;
    case 3:
        return (void *)0xfffffff8;
    default:
        return (void *)0x80000000;
    }
}
enum { PLACES = 5 };

/* A place at which not even one byte more than one is the guest's. */
static void at(void *where, uint32_t fd)
{
    struct iov good = iov(&size, 1), bad = iov(where, 2);
    FAULTS(p1_args_sizes_get(where, &size));
    FAULTS(p1_args_sizes_get(&size, where));
    FAULTS(p1_args_get(where, &size));
    FAULTS(p1_environ_sizes_get(where, &size));
    FAULTS(p1_clock_res_get(0, where));
    FAULTS(p1_clock_time_get(0, 0, where));
    FAULTS(p1_fd_fdstat_get(fd, where));
    FAULTS(p1_fd_filestat_get(fd, where));
    FAULTS(p1_fd_prestat_get(HERE, where));
    FAULTS(p1_fd_read(fd, where, 1, &size));
    FAULTS(p1_fd_write(fd, where, 1, &size));
    FAULTS(p1_fd_pread(fd, where, 1, 0, &size));
    FAULTS(p1_fd_pwrite(fd, where, 1, 0, &size));
    FAULTS(p1_fd_pread(fd, &good, 1, 0, where));
    FAULTS(p1_fd_seek(fd, 0, 0, where));
    FAULTS(p1_fd_tell(fd, where));
    FAULTS(p1_fd_readdir(HERE, &size, 4, 0, where));
    FAULTS(p1_path_filestat_get(HERE, 0, where, 2, &wide));
    FAULTS(p1_path_filestat_get(HERE, 0, P("inside"), where));
    FAULTS(p1_path_open(HERE, 0, where, 2, 0, RIGHT_READ, 0, 0, &size));
    FAULTS(p1_path_open(HERE, 0, P("inside/file"), 0, RIGHT_READ, 0, 0, where));
    FAULTS(p1_path_create_directory(HERE, where, 2));
    FAULTS(p1_path_remove_directory(HERE, where, 2));
    FAULTS(p1_path_unlink_file(HERE, where, 2));
    FAULTS(p1_path_rename(HERE, where, 2, HERE, P("x")));
    FAULTS(p1_path_rename(HERE, P("inside"), HERE, where, 2));
    FAULTS(p1_path_link(HERE, 0, where, 2, HERE, P("x")));
    FAULTS(p1_path_symlink(where, 2, HERE, P("x")));
    FAULTS(p1_path_symlink(P("x"), HERE, where, 2));
    FAULTS(p1_path_readlink(HERE, where, 2, &wide, 8, &size));
    FAULTS(p1_path_readlink(HERE, P("out"), where, 8, &size));
    FAULTS(p1_path_filestat_set_times(HERE, 0, where, 2, 1, 1, ATIM));
    FAULTS(p1_poll_oneoff(where, &wide, 1, &size));
    FAULTS(p1_random_get(where, 2));
    int code = p1_fd_write(fd, &bad, 1, &size);
    CHECK(code == W_FAULT || (code == W_SUCCESS && size <= 1));
}

/* Every pair of address and length: whatever it answers, the guest goes on. */
static void everything(uint32_t fd)
{
    static uint8_t room[64];
    int answers = 0;
    for (int i = 0; i < EDGES; i++) {
        for (int k = 0; k < EDGES; k++) {
            void *where = (void *)edges[i];
            uint32_t length = edges[k];
            if (edges[i] < 0x7fffffff && (uint64_t)edges[i] + length < (1ULL << 32)) {
                where = i % 2 ? (void *)room : end_of_memory(); /* what lies low is the program's own */
                length = i % 2 && length > sizeof room ? 0xffffffff : length;
            }
            struct iov list[2] = {{(uint32_t)(uintptr_t)where, length}, {edges[k], edges[i]}};
            answers += p1_path_open(HERE, 0, where, length, 0, RIGHT_READ, 0, 0, room) >= 0;
            answers += p1_path_filestat_get(HERE, 0, where, length, room) >= 0;
            answers += p1_path_symlink(where, length, HERE, where, length) >= 0;
            answers += p1_path_readlink(HERE, where, length, where, length, room) >= 0;
            answers += p1_fd_pwrite(fd, list, 1, edges[i], room) >= 0;
            answers += p1_fd_pwrite(fd, where, length, 0, room) >= 0;
            answers += p1_fd_prestat_dir_name(HERE, where, length) >= 0;
            answers += p1_poll_oneoff(where, where, length, room) >= 0;
            answers += p1_sock_send(fd, where, length, 0, room) >= 0;
        }
    }
    IS(answers, EDGES * EDGES * 9);
}

int main(void)
{
    uint32_t fd = created("own", "text");
    for (int i = 0; i < PLACES; i++) {
        say("place %d", i);
        if (i != 1) { /* of a call that wants one byte, the last one is a good place */
            at(place(i), fd);
        }
    }
    at(last(1), fd);
    everything(fd);
    return done();
}
