/* The descriptors of preview1: their numbers, sockets, what threads do to each other's, and whatever
 * a guest may say. */
#define _GNU_SOURCE
#include "tests/native/wasi_calls.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>

static void renumber(void)
{
    const unsigned before = host_descriptors();
    const uint32_t one = opened("file", 0, RIGHT_FD_READ), two = opened("vectors", 0, RIGHT_FD_READ);
    struct wasi_filestat stat, moved;
    NEED(preview1_fd_filestat_get(one, DATA) == 0);
    memcpy(&stat, wali_base + DATA, sizeof stat);
    NEED(preview1_fd_renumber(one, one) == 0);
    NEED(preview1_fd_renumber(one, two) == 0 && code(preview1_fd_close(one)) == WASI_BADF);
    NEED(preview1_fd_filestat_get(two, DATA) == 0);
    memcpy(&moved, wali_base + DATA, sizeof moved);
    NEED(moved.inode == stat.inode);
    NEED(code(preview1_fd_renumber(two, 1000)) == WASI_BADF &&
         code(preview1_fd_renumber(1000, two)) == WASI_BADF);
    NEED(opened("file", 0, 0) == one); /* the lowest that is free */
    NEED(preview1_fd_close(one) == 0 && preview1_fd_close(two) == 0);
    NEED(host_descriptors() == before);
}

/* More numbers than the first block has, and the lowest free one each time. */
static void many_descriptors(void)
{
    const unsigned before = host_descriptors();
    for (uint32_t i = 0; i < 300; i++) {
        NEED(opened("file", 0, 0) == PROC + 1 + i);
    }
    NEED(preview1_fd_close(200) == 0 && preview1_fd_close(70) == 0);
    NEED(opened("file", 0, 0) == 70 && opened("file", 0, 0) == 200);
    for (uint32_t i = 0; i < 300; i++) {
        NEED(preview1_fd_close(PROC + 1 + i) == 0);
    }
    NEED(code(preview1_fd_close(PROC + 1)) == WASI_BADF && host_descriptors() == before);
}

/* ---- sockets ---- */

static int connect_to_listener(void)
{
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    struct descriptor *const listener = descriptor_get(LISTENER);
    const int client = socket(AF_INET, SOCK_STREAM, 0);
    NEED(getsockname(listener->host, (struct sockaddr *)&address, &size) == 0);
    NEED(connect(client, (struct sockaddr *)&address, size) == 0);
    descriptor_release(listener);
    return client;
}

static void wait_for_bytes(uint32_t fd)
{
    struct descriptor *const descriptor = descriptor_get(fd);
    struct pollfd polled = {.fd = descriptor->host, .events = POLLIN};
    NEED(poll(&polled, 1, 10000) == 1);
    descriptor_release(descriptor);
}

static void sockets(void)
{
    char text[16] = "";
    NEED(preview1_fd_fdstat_set_flags(LISTENER, FLAG_NONBLOCK) == 0);
    NEED(code(preview1_sock_accept(LISTENER, 0, OUT)) == WASI_AGAIN);
    const int client = connect_to_listener();
    const unsigned before = host_descriptors();
    NEED(preview1_sock_accept(LISTENER, FLAG_NONBLOCK, OUT) == 0);
    const uint32_t fd = word_at(OUT);
    NEED(fdstat(fd).type == TYPE_SOCKET_STREAM && fdstat(fd).flags == FLAG_NONBLOCK);
    NEED(code(preview1_sock_recv(fd, vector(DATA, 5), 0, OUT, OTHER_OUT)) == WASI_AGAIN);
    NEED(write(client, "hello", 5) == 5);
    wait_for_bytes(fd);
    NEED(preview1_sock_recv(fd, vector(DATA, 3), RECEIVE_PEEK, OUT, OTHER_OUT) == 0 && word_at(OUT) == 3);
    NEED(preview1_sock_recv(fd, vector(DATA, 9), 0, OUT, OTHER_OUT) == 0 && word_at(OUT) == 5);
    NEED(memcmp(wali_base + DATA, "hello", 5) == 0);
    NEED(preview1_sock_send(fd, vector(DATA, 5), 0, OUT) == 0 && word_at(OUT) == 5);
    NEED(read(client, text, 5) == 5 && strcmp(text, "hello") == 0);
    NEED(code(preview1_sock_shutdown(fd, 0)) == WASI_INVAL);
    NEED(preview1_sock_shutdown(fd, SHUT_SENDING) == 0 && read(client, text, 5) == 0);
    NEED(code(preview1_sock_send(fd, vector(DATA, 5), 0, OUT)) == WASI_PIPE); /* and no signal */
    NEED(code(preview1_fd_write(fd, vector(DATA, 5), OUT)) == WASI_PIPE);
    NEED(code(preview1_fd_seek(fd, 0, SEEK_CUR, OUT)) == WASI_SPIPE);
    NEED(code(preview1_sock_recv(ROOT, vector(DATA, 5), 0, OUT, OTHER_OUT)) == WASI_NOTSOCK);
    NEED(code(preview1_sock_accept(ROOT, 0, OUT)) == WASI_NOTSOCK);
    NEED(code(preview1_sock_accept(LISTENER, FLAG_APPEND, OUT)) == WASI_INVAL);
    NEED(preview1_fd_close(fd) == 0 && host_descriptors() == before);
    close(client);
    const int late = connect_to_listener();
    NEED(code(preview1_sock_accept(LISTENER, 0, BEYOND)) == WASI_FAULT && host_descriptors() == before);
    close(late);
}

/* ---- whatever the guest says ---- */

static uint32_t any_number(uint64_t random)
{
    static const uint32_t edges[] = {0,      1,          OUT,        PATH,           OTHER_PATH, VECTORS,
                                     DATA,   ENTRIES,    BEYOND - 1, BEYOND,         3,          64,
                                     0x7fff, 0x80000000, UINT32_MAX, UINT32_MAX - 7, 12,         255};
    return edges[random % (sizeof edges / sizeof edges[0])];
}

/* Calls that may not wait here, with arguments that need not fit. */
static void call_at_random(unsigned which, const uint32_t *n, uint32_t fd, uint32_t other)
{
    const struct wasi_list list = {n[0], n[1]}, second = {n[2], n[3]};
    const uint64_t wide = (uint64_t)n[4] << 32 | n[5];
    switch (which) {
    case 0:
        preview1_fd_advise(fd, wide, n[0], n[1] % 6);
        break;
    case 1:
        preview1_fd_fdstat_get(fd, n[0]);
        break;
    case 2:
        preview1_fd_filestat_get(fd, n[0]);
        break;
    case 3:
        preview1_fd_filestat_set_times(fd, wide, wide, n[0] % 16);
        break;
    case 4:
        preview1_fd_pread(fd, list, wide, n[2]);
        break;
    case 5:
        preview1_fd_pwrite(fd, list, wide % 4096, n[2]);
        break;
    case 6:
        preview1_fd_read(fd, list, n[2]);
        break;
    case 7:
        preview1_fd_readdir(fd, list, wide, n[2]);
        break;
    case 8:
        preview1_fd_seek(fd, (int64_t)wide % 4096, n[0] % 3, n[1]);
        break;
    case 9:
        preview1_fd_prestat_dir_name(fd, list);
        break;
    case 10:
        preview1_path_create_directory(fd, list);
        break;
    case 11:
        preview1_path_filestat_get(fd, n[0] & 1, second, n[1]);
        break;
    case 12:
        preview1_path_filestat_set_times(fd, n[4] & 1, list, wide, wide, n[5] % 16);
        break;
    case 13:
        preview1_path_link(fd, 0, list, other, second);
        break;
    case 14:
        preview1_path_open(fd, n[4] & 1, list, n[5] % 16, wide, wide, FLAG_NONBLOCK, n[2]);
        break;
    case 15:
        preview1_path_readlink(fd, list, second, n[4]);
        break;
    case 16:
        preview1_path_remove_directory(fd, list);
        break;
    case 17:
        preview1_path_rename(fd, list, other, second);
        break;
    case 18:
        preview1_path_symlink(list, fd, second);
        break;
    case 19:
        preview1_path_unlink_file(fd, list);
        break;
    case 20:
        preview1_sock_recv(fd, list, n[2] % 2, n[3], n[4]);
        break;
    case 21:
        preview1_sock_send(fd, list, 0, n[2]);
        break;
    case 22:
        preview1_fd_close(fd < 8 ? 99 : fd);
        break;
    case 23:
        preview1_fd_renumber(fd < 8 ? 99 : fd, other < 8 ? 99 : other);
        break;
    case 24:
        preview1_fd_fdstat_set_flags(fd == LISTENER ? 99 : fd, n[0] % 32);
        break;
    case 25:
        preview1_fd_write(fd < 8 ? 99 : fd, list, n[2]);
        break;
    default:
        preview1_sock_accept(fd, n[0] & FLAG_NONBLOCK, n[1]);
        break;
    }
}

static void random_calls(void)
{
    static const char *const words[] = {"file",  "dir",           "..",  ".", "out", "link", "x",
                                        "dir/y", "../other/kept", "full"};
    uint64_t state = 88172645463325252U;
    uint32_t numbers[6];
    NEED(preview1_fd_fdstat_set_flags(LISTENER, FLAG_NONBLOCK) == 0);
    for (int i = 0; i < 100000; i++) {
        for (size_t k = 0; k < 6; k++) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            numbers[k] = any_number(state >> 20);
        }
        if (i % 2 == 0) { /* every other time with two paths */
            const struct wasi_list one = text_at(PATH, words[(state >> 8) % 10]);
            const struct wasi_list two = text_at(OTHER_PATH, words[(state >> 16) % 10]);
            memcpy(numbers, (uint32_t[]){one.at, one.count, two.at, two.count}, 16);
        }
        call_at_random((unsigned)(state >> 33) % 27, numbers, 3 + (uint32_t)(state >> 40) % 14,
                       3 + (uint32_t)(state >> 50) % 14);
    }
    for (uint32_t fd = PROC + 1; fd < 200000; fd++) {
        preview1_fd_close(fd);
    }
    NEED(access("other/kept", F_OK) == 0); /* all that happened was in "inside", and in "other" by its name */
}

/* ---- threads ---- */

static atomic_bool reading;

static void *read_byte(void *fd)
{
    atomic_store(&reading, true);
    const uint32_t words[] = {DATA + 512, 1};
    bytes_at(VECTORS + 512, words, sizeof words);
    NEED(preview1_fd_read((uint32_t)(uintptr_t)fd, (struct wasi_list){VECTORS + 512, 1}, OTHER_OUT) == 0);
    NEED(wali_base[DATA + 512] == 'x' && word_at(OTHER_OUT) == 1);
    return NULL;
}

/* What proc_pid_syscall(5) says of a thread in read(2), the call number 0. */
#define IN_READ "0 "

static bool is_in_read(void)
{
    char path[64], text[64] = "";
    bool found = false;
    DIR *const tasks = opendir("/proc/self/task");
    for (struct dirent *task = readdir(tasks); task != NULL; task = readdir(tasks)) {
        snprintf(path, sizeof path, "/proc/self/task/%.20s/syscall", task->d_name);
        const int fd = open(path, O_RDONLY);
        const ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
        close(fd);
        text[length < 0 ? 0 : length] = '\0';
        found |= strncmp(text, IN_READ, strlen(IN_READ)) == 0;
    }
    closedir(tasks);
    return found;
}

/* A call goes on with a file that is closed meanwhile, and another file gets the number. */
static void close_under_a_call(void)
{
    pthread_t thread;
    NEED(mkfifo("inside/fifo", 0600) == 0);
    const int other_end = open("inside/fifo", O_RDWR);
    const unsigned before = host_descriptors();
    const uint32_t fd = opened("fifo", 0, READ_WRITE);
    NEED(pthread_create(&thread, NULL, read_byte, (void *)(uintptr_t)fd) == 0);
    while (!atomic_load(&reading)) {
        sched_yield();
    }
    for (int i = 0; i < 2000 && !is_in_read(); i++) { /* where it can be seen; else perhaps it is */
        usleep(1000);
    }
    NEED(preview1_fd_close(fd) == 0 && host_descriptors() == before + 1);
    NEED(opened("file", 0, RIGHT_FD_READ) == fd);
    NEED(write(other_end, "x", 1) == 1);
    NEED(pthread_join(thread, NULL) == 0 && host_descriptors() == before + 1);
    NEED(preview1_fd_close(fd) == 0 && host_descriptors() == before);
    close(other_end);
}

/* Opens, moves and closes numbers, and uses those of the others. */
static void *play(void *given)
{
    const uint32_t own = 0x9000U + (uint32_t)(uintptr_t)given * 0x400U;
    const struct wasi_list path = text_at(own, "file");
    uint64_t state = 88172645463325252U + (uintptr_t)given;
    for (int i = 0; i < 40000; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        const uint32_t fd = 20 + (uint32_t)((state >> 32) % 12);
        switch (state % 5) {
        case 0:
            preview1_fd_close(fd);
            break;
        case 1:
            preview1_fd_renumber(fd, 20 + (uint32_t)((state >> 40) % 12));
            break;
        case 2:
            preview1_fd_fdstat_get(fd, own + 64);
            break;
        case 3: {
            const int64_t result = preview1_fd_filestat_get(fd, own + 64);
            NEED(result == 0 || result == -EBADF); /* never another one's error */
            break;
        }
        default:
            if (preview1_path_open(ROOT, 0, path, 0, RIGHT_FD_READ, 0, 0, own + 32) == 0) {
                preview1_fd_renumber(word_at(own + 32), fd);
            }
        }
    }
    return NULL;
}

static void threads_play(void)
{
    pthread_t threads[4];
    const unsigned before = host_descriptors();
    for (uint32_t i = PROC + 1; i < 40; i++) {
        NEED(opened("file", 0, RIGHT_FD_READ) == i);
    }
    for (uintptr_t i = 0; i < 4; i++) {
        NEED(pthread_create(&threads[i], NULL, play, (void *)i) == 0);
    }
    for (int i = 0; i < 4; i++) {
        NEED(pthread_join(threads[i], NULL) == 0);
    }
    for (uint32_t i = PROC + 1; i < 200000; i++) {
        preview1_fd_close(i);
    }
    NEED(host_descriptors() == before);
}

/* ---- standard input and output, closed at the end ---- */

static void close_standard(void)
{
    struct stat st;
    const unsigned before = host_descriptors();
    NEED(preview1_fd_close(0) == 0 && preview1_fd_close(2) == 0);
    NEED(fstat(0, &st) == 0 && S_ISCHR(st.st_mode)); /* the host's are not free */
    NEED(host_descriptors() == before);
    NEED(opened("file", 0, RIGHT_FD_READ) == 0 && opened("file", 0, RIGHT_FD_READ) == 2);
    NEED(write(STDERR_FILENO, "", 0) == 0);
}

/* What the names of random_calls stand for at first. */
static void make_files(void)
{
    const char *const names[] = {"inside/file", "inside/vectors", "inside/full/one"};
    NEED(mkdir("inside/full", 0755) == 0);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        NEED(close(open(names[i], O_CREAT | O_WRONLY, 0644)) == 0);
    }
    NEED(symlink("file", "inside/link") == 0 && symlink("../other", "inside/out") == 0);
}

int main(void)
{
    begin_descriptors();
    make_files();
    renumber();
    many_descriptors();
    sockets();
    close_under_a_call();
    threads_play();
    close_standard();
    random_calls();
    puts("ok");
    return 0;
}
