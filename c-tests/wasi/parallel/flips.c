/* One thread changes what others hand to the host, all the time: vectors, paths, subscriptions, and where
 * answers go. The host takes each value once.  Every outcome is one that some state of memory has, and
 * nothing is read or written that is not the guest's: the ends of memory are among the values. */
#include "threads.h"

#define WORKERS 4
#define ROUNDS 4000
#define BYTES 64

struct subscription {
    uint64_t userdata;
    uint8_t kind;
    union {
        struct {
            uint32_t id;
            uint64_t timeout, precision;
            uint16_t flags;
        } clock;
        uint32_t fd;
    };
};

struct event {
    uint64_t userdata;
    uint16_t error;
    uint8_t kind;
    uint64_t bytes;
    uint16_t flags;
};

static struct thread flipper, threads[WORKERS];
static uint32_t seeds[WORKERS] = {3, 5, 7, 9};
static uint32_t is_over;

/* What is changed. */
static struct iov vectors[4];
static struct subscription subscriptions[3];
static struct event events[3];
static char path[24];
static char content[BYTES], room[BYTES];
static uint32_t reading, writing;

static void put_path(const char *text)
{
    for (uint32_t i = 0; i < sizeof path; i++) {
        ((volatile char *)path)[i] = i < length_of(text) ? text[i] : '/';
    }
}

static void flip_vector(volatile struct iov *vector, uint32_t *state)
{
    static const uint32_t lengths[] = {BYTES, 1, 0, 65536, 0x7fffffff, 0xffffffff};
    const uint32_t end = (uint32_t)__builtin_wasm_memory_size(0) << 16;
    const uint32_t places[] = {(uint32_t)(uintptr_t)room, end - 1, end - BYTES, end, 0xffffffff, 0xfffffff0};
    vector->at = places[next_random(state) % 6];
    vector->length = lengths[next_random(state) % 6];
}

static void flip(void *unused)
{
    uint32_t state = 17;
    (void)unused;
    while (load(&is_over) == 0) {
        volatile struct subscription *const one = &subscriptions[next_random(&state) % 3];
        flip_vector(&vectors[next_random(&state) % 4], &state);
        one->kind = (uint8_t)(next_random(&state) % 4);
        one->clock.id = next_random(&state) % 2 ? 1 : reading; /* the descriptor's place, too */
        one->clock.flags = (uint16_t)(next_random(&state) % 3);
        one->clock.timeout = next_random(&state) % 1000;
        put_path(next_random(&state) % 2   ? "inside/file"
                 : next_random(&state) % 2 ? "../outside/file"
                                           : "out/.//file");
    }
}

static void open_path(void)
{
    uint32_t fd, size = 0;
    char seen[8];
    const struct iov to = {(uint32_t)(uintptr_t)seen, 6};
    if (p1_path_open(HERE, FOLLOW, path, sizeof "inside/file" - 1, 0, RIGHT_READ, 0, 0, &fd) == W_SUCCESS) {
        const int code = p1_fd_read(fd, &to, 1, &size);
        CHECK(code == W_ISDIR || code == W_BADF || (code == W_SUCCESS && size == 6 && seen[0] == 'i'));
        GIVES(p1_fd_close(fd), W_SUCCESS);
    }
}

static void wait_for_some(void)
{
    uint32_t count = 0;
    const int code = p1_poll_oneoff(subscriptions, events, 3, &count);
    CHECK(code == W_SUCCESS || code == W_INVAL || code == W_BADF);
    CHECK(code != W_SUCCESS || (count > 0 && count <= 3));
}

static void move_bytes(uint32_t number)
{
    uint32_t size = 0;
    int code;
    switch (number % 4) {
    case 0:
        code = p1_fd_pread(reading, vectors, 4, 0, &size);
        break;
    case 1:
        code = p1_fd_pwrite(writing, vectors, 4, 0, &size);
        break;
    case 2:
        code = p1_fd_read(reading, vectors, 4, &size);
        break;
    default:
        code = p1_fd_write(writing, vectors, 2, &size);
        GIVES(p1_fd_filestat_set_size(writing, 0), W_SUCCESS);
    }
    /* EINVAL of Linux: the lengths together are more than a ssize_t, or an offset and a length. */
    CHECK(code == W_SUCCESS || code == W_FAULT || code == W_INVAL || code == W_FBIG);
}

static void names(uint32_t number)
{
    static char text[BYTES];
    struct filestat stat;
    uint32_t size;
    p1_path_filestat_get(HERE, FOLLOW, path, 11, &stat);
    p1_path_readlink(HERE, path, 11, text, sizeof text, &size);
    p1_path_filestat_set_times(HERE, 0, path, 11, 1, 1, ATIM | MTIM);
    if (number % 2 == 0) {
        p1_path_link(HERE, 0, path, 11, HERE, "inside/link", 11);
        p1_path_unlink_file(HERE, "inside/link", 11);
    }
}

static void work(void *argument)
{
    uint32_t *const state = argument;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        const uint32_t number = next_random(state);
        move_bytes(number);
        if (round % 4 == 0) {
            wait_for_some();
            open_path();
            names(number);
        }
    }
}

static int test(void)
{
    uint32_t size;
    const struct iov data = {(uint32_t)(uintptr_t)content, BYTES};
    _Static_assert(sizeof(struct subscription) == 48 && sizeof(struct event) == 32, "as in the interface");
    GIVES(p1_path_open(HERE, 0, P("inside/data"), CREAT, RIGHTS_FILE, 0, 0, &reading), W_SUCCESS);
    GIVES(p1_path_open(HERE, 0, P("inside/data2"), CREAT, RIGHTS_FILE, 0, 0, &writing), W_SUCCESS);
    GIVES(p1_fd_write(reading, &data, 1, &size), W_SUCCESS);
    start(&flipper, WORKERS, flip, NULL);
    for (uint32_t i = 0; i < WORKERS; i++) {
        start(&threads[i], i, work, &seeds[i]);
    }
    for (uint32_t i = 0; i < WORKERS; i++) {
        join(&threads[i]);
    }
    store(&is_over, 1);
    join(&flipper);
    return 0;
}
