/* Threads that close, move, open and use the same few numbers.  Whoever has a number may lose it at any time,
 * also to another file: a call answers for one file, whole, or that there is none. */
#include "threads.h"

#define WORKERS 6
#define ROUNDS 3000
#define NUMBERS 8
#define BYTES 64

static struct thread threads[WORKERS];
static uint32_t seeds[WORKERS] = {11, 22, 33, 44, 55, 66};

static void make_file(const char *name)
{
    char content[BYTES];
    uint32_t fd, size;
    const struct iov data = {(uint32_t)(uintptr_t)content, BYTES};
    for (uint32_t i = 0; i < BYTES; i++) {
        content[i] = name[0];
    }
    GIVES(p1_path_open(HERE, 0, P(name), CREAT | TRUNC, RIGHTS_FILE, 0, 0, &fd), W_SUCCESS);
    GIVES(p1_fd_write(fd, &data, 1, &size), W_SUCCESS);
    GIVES(p1_fd_close(fd), W_SUCCESS);
}

static bool is_one_of(int code, int other)
{
    return code == W_SUCCESS || code == W_BADF || code == other;
}

static void look(uint32_t fd)
{
    char content[BYTES] = {0};
    uint32_t size = 0;
    const struct iov room = {(uint32_t)(uintptr_t)content, BYTES};
    const int code = p1_fd_pread(fd, &room, 1, 0, &size);
    CHECK(is_one_of(code, W_ISDIR));
    CHECK(code != W_SUCCESS || size == BYTES);
    for (uint32_t i = 1; i < size; i++) {
        CHECK(content[i] == content[0]);
    }
}

static void list(uint32_t fd, uint32_t *state)
{
    char entries[256];
    uint32_t used = 0;
    const int code = p1_fd_readdir(fd, entries, sizeof entries, next_random(state) % 4, &used);
    CHECK(is_one_of(code, W_NOTDIR));
    CHECK(code != W_SUCCESS || used > 0);
}

static void flags(uint32_t fd, uint32_t *state)
{
    struct fdstat stat;
    CHECK(is_one_of(p1_fd_fdstat_set_flags(fd, next_random(state) % 2 ? FLAG_APPEND : 0), W_SUCCESS));
    CHECK(is_one_of(p1_fd_fdstat_get(fd, &stat), W_SUCCESS));
}

static void work(void *argument)
{
    uint32_t *const state = argument;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        const uint32_t fd = HERE + 1 + next_random(state) % NUMBERS;
        uint32_t opened;
        switch (next_random(state) % 8) {
        case 0:
            CHECK(is_one_of(p1_fd_close(fd), W_BADF));
            break;
        case 1:
            CHECK(is_one_of(p1_fd_renumber(fd, HERE + 1 + next_random(state) % NUMBERS), W_BADF));
            break;
        case 2:
            GIVES(p1_path_open(HERE, 0, "a", 1, 0, RIGHTS_FILE, 0, 0, &opened), W_SUCCESS);
            break;
        case 3:
            GIVES(p1_path_open(HERE, 0, "b", 1, 0, RIGHTS_FILE, 0, 0, &opened), W_SUCCESS);
            break;
        case 4:
            GIVES(
                p1_path_open(HERE, 0, ".", 1, DIRECTORY, RIGHT_READDIR | RIGHT_READ, RIGHTS_ALL, 0, &opened),
                W_SUCCESS);
            break;
        case 5:
            list(fd, state);
            break;
        case 6:
            flags(fd, state);
            break;
        default:
            look(fd);
        }
        if (next_random(state) % 4 == 0) { /* so that there are free numbers, and few of them */
            for (opened = HERE + 1 + NUMBERS; opened < HERE + 64; opened++) {
                p1_fd_close(opened);
            }
        }
    }
}

static int test(void)
{
    uint32_t fd;
    make_file("a");
    make_file("b");
    for (uint32_t i = 0; i < WORKERS; i++) {
        start(&threads[i], i, work, &seeds[i]);
    }
    for (uint32_t i = 0; i < WORKERS; i++) {
        join(&threads[i]);
    }
    for (fd = HERE + 1; fd < 4096; fd++) {
        p1_fd_close(fd);
    }
    GIVES(p1_path_open(HERE, 0, "a", 1, 0, RIGHTS_FILE, 0, 0, &fd), W_SUCCESS);
    CHECK(fd == HERE + 1);
    return 0;
}
