/* Threads that open, read and close files of their own in the same table: no number is two threads' at a
 * time, and what a number stands for is what its thread has opened.  One more thread asks for all numbers
 * meanwhile. */
#include "threads.h"

#define WORKERS 6
#define ROUNDS 300
#define HELD 8
#define BYTES 64
#define NUMBERS 256

static struct thread threads[WORKERS + 1];
static uint32_t numbers[WORKERS] = {0, 1, 2, 3, 4, 5};
static uint32_t owners[NUMBERS]; /* one more than the thread that has the number */
static uint32_t is_over;

static void name_of(char name[2], uint32_t worker)
{
    name[0] = (char)('a' + worker);
    name[1] = '\0';
}

/* Each file has one letter throughout, its name. */
static void make_file(uint32_t worker)
{
    char name[2], content[BYTES];
    uint32_t fd, size;
    name_of(name, worker);
    for (uint32_t i = 0; i < BYTES; i++) {
        content[i] = name[0];
    }
    const struct iov data = {(uint32_t)(uintptr_t)content, BYTES};
    GIVES(p1_path_open(HERE, 0, P(name), CREAT | TRUNC, RIGHTS_FILE, 0, 0, &fd), W_SUCCESS);
    GIVES(p1_fd_write(fd, &data, 1, &size), W_SUCCESS);
    GIVES(p1_fd_close(fd), W_SUCCESS);
}

static uint32_t open_own(uint32_t worker)
{
    char name[2];
    uint32_t fd;
    name_of(name, worker);
    GIVES(p1_path_open(HERE, 0, P(name), 0, RIGHTS_FILE, 0, 0, &fd), W_SUCCESS);
    CHECK(fd > HERE && fd < NUMBERS);
    CHECK(__atomic_exchange_n(&owners[fd], worker + 1, __ATOMIC_SEQ_CST) == 0);
    return fd;
}

static void look_at_own(uint32_t worker, uint32_t fd)
{
    char content[BYTES] = {0};
    uint32_t size = 0;
    const struct iov room = {(uint32_t)(uintptr_t)content, BYTES};
    struct filestat stat;
    GIVES(p1_fd_pread(fd, &room, 1, 0, &size), W_SUCCESS);
    CHECK(size == BYTES);
    for (uint32_t i = 0; i < BYTES; i++) {
        CHECK(content[i] == (char)('a' + worker));
    }
    GIVES(p1_fd_filestat_get(fd, &stat), W_SUCCESS);
    CHECK(stat.size == BYTES);
}

static void close_own(uint32_t worker, uint32_t fd)
{
    CHECK(__atomic_exchange_n(&owners[fd], 0, __ATOMIC_SEQ_CST) == worker + 1);
    GIVES(p1_fd_close(fd), W_SUCCESS);
}

/* Of what it holds, it moves one in the place of another. */
static void renumber_own(uint32_t worker, uint32_t from, uint32_t to)
{
    CHECK(__atomic_exchange_n(&owners[from], 0, __ATOMIC_SEQ_CST) == worker + 1);
    GIVES(p1_fd_renumber(from, to), W_SUCCESS);
}

static void work(void *argument)
{
    const uint32_t worker = *(uint32_t *)argument;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint32_t held[HELD];
        for (uint32_t i = 0; i < HELD; i++) {
            held[i] = open_own(worker);
            look_at_own(worker, held[i]);
        }
        renumber_own(worker, held[HELD - 1], held[0]);
        for (uint32_t i = 0; i < HELD - 1; i++) {
            look_at_own(worker, held[i]);
            close_own(worker, held[i]);
        }
    }
}

static void ask(void *unused)
{
    struct fdstat stat;
    uint32_t size;
    (void)unused;
    while (load(&is_over) == 0) {
        for (uint32_t fd = HERE + 1; fd < NUMBERS; fd++) {
            char content[BYTES] = {0};
            const struct iov room = {(uint32_t)(uintptr_t)content, BYTES};
            const int code = p1_fd_pread(fd, &room, 1, 0, &size);
            CHECK(code == W_SUCCESS || code == W_BADF);
            for (uint32_t i = 1; code == W_SUCCESS && i < BYTES; i++) {
                CHECK(content[i] == content[0]);
            }
            const int other = p1_fd_fdstat_get(fd, &stat);
            CHECK(other == W_BADF || (other == W_SUCCESS && stat.type == TYPE_FILE));
        }
    }
}

static int test(void)
{
    for (uint32_t i = 0; i < WORKERS; i++) {
        make_file(i);
    }
    start(&threads[WORKERS], WORKERS, ask, NULL);
    for (uint32_t i = 0; i < WORKERS; i++) {
        start(&threads[i], i, work, &numbers[i]);
    }
    for (uint32_t i = 0; i < WORKERS; i++) {
        join(&threads[i]);
    }
    store(&is_over, 1);
    join(&threads[WORKERS]);
    CHECK(open_own(0) == HERE + 1);
    return 0;
}
