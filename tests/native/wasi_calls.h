/* Calls of preview1 as the entries make them, in a guest that has two folders, procfs and a listening
 * socket: for programs beside this file. */
#ifndef WALI_TESTS_NATIVE_WASI_CALLS_H
#define WALI_TESTS_NATIVE_WASI_CALLS_H

#include "tests/native/wasi_guest.h"
#include "wasi/_generated/preview1_handlers.h"
#include "wasi/descriptors.h"
#include "wasi/errors.h"
#include "wasi/preview1.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where things lie in guest memory. */
#define OUT 0x40U
#define OTHER_OUT 0x48U
#define PATH 0x1000U
#define OTHER_PATH 0x3000U
#define VECTORS 0x5000U
#define DATA 0x6000U
#define ENTRIES 0x8000U
#define BEYOND GUEST_BYTES /* nothing is there */

#define READ_WRITE (RIGHT_FD_READ | RIGHT_FD_WRITE)
#define ALL UINT64_MAX
#define ROOT 4  /* the folder "inside", which the guest knows as "/" */
#define OTHER 5 /* the folder "other" */
#define PROC 6  /* procfs */
#define LISTENER 3

static inline uint16_t code(int64_t result)
{
    return wasi_errno(result);
}

static inline int64_t open_as(uint32_t folder, const char *path, uint32_t oflags, uint64_t rights,
                              uint32_t fdflags)
{
    const int64_t result = preview1_path_open(folder, LOOKUP_SYMLINK_FOLLOW, text_at(PATH, path), oflags,
                                              rights, ALL, fdflags, OUT);
    return result < 0 ? result : word_at(OUT);
}

/* Opens, or the test ends. */
static inline uint32_t opened(const char *path, uint32_t oflags, uint64_t rights)
{
    const int64_t fd = open_as(ROOT, path, oflags, rights, 0);
    if (fd < 0) {
        printf("%s: %d\n", path, code(fd));
    }
    NEED(fd >= 0);
    return (uint32_t)fd;
}

static inline struct wasi_list vector(uint32_t at, uint32_t bytes)
{
    const uint32_t words[] = {at, bytes};
    bytes_at(VECTORS, words, sizeof words);
    return (struct wasi_list){VECTORS, 1};
}

static inline void write_text(uint32_t fd, const char *text)
{
    const struct wasi_list data = text_at(DATA, text);
    NEED(preview1_fd_write(fd, vector(data.at, data.count), OUT) == 0 && word_at(OUT) == data.count);
}

static inline bool reads(uint32_t fd, const char *text)
{
    const uint32_t length = (uint32_t)strlen(text);
    memset(wali_base + DATA, 0, 256);
    return preview1_fd_read(fd, vector(DATA, 255), OUT) == 0 && word_at(OUT) == length &&
           memcmp(wali_base + DATA, text, length) == 0;
}

static inline struct wasi_fdstat fdstat(uint32_t fd)
{
    struct wasi_fdstat stat;
    NEED(preview1_fd_fdstat_get(fd, OUT) == 0);
    memcpy(&stat, wali_base + OUT, sizeof stat);
    return stat;
}

static inline unsigned host_descriptors(void)
{
    unsigned count = 0;
    DIR *const folder = opendir("/proc/self/fd");
    while (readdir(folder) != NULL) {
        count++;
    }
    closedir(folder);
    return count;
}

static inline int listen_somewhere(void)
{
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    NEED(bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 4) == 0);
    return fd;
}

static inline void begin_descriptors(void)
{
    const char *const folders[] = {"inside::/", "other", "/proc::proc"};
    guest_begin();
    NEED(mkdir("inside", 0755) == 0 && mkdir("inside/dir", 0755) == 0 && mkdir("other", 0755) == 0);
    NEED(close(open("other/kept", O_CREAT | O_WRONLY, 0644)) == 0);
    close(0);
    const int listener = fcntl(listen_somewhere(), F_DUPFD_CLOEXEC, 100);
    close(0);
    const wali_config config = {.dir_count = 3, .dir = folders, .listener_count = 1, .listener = &listener};
    NEED(descriptors_begin(&config) == NULL);
}

#endif
