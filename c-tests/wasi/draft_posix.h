/* What the native half of draft.h is made of: handles of files and sockets are descriptors, those of streams,
 * pollables and directories numbers of tables here. */
#ifndef DRAFT_POSIX_H
#define DRAFT_POSIX_H

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MOST 256
#define NANOSECONDS UINT64_C(1000000000)

static struct {
    int fd;
    int64_t position; /* -1: the file's own, or the end */
} streams[MOST];
static struct pollfd pollables[MOST];
static uint64_t dues[MOST]; /* of a timer, else 0 */
static DIR *folders[MOST];
static uint32_t streams_made, pollables_made, folders_made;

struct reason {
    int number;
    uint8_t code;
};

/* The last call's result, or its failure by the name that it has in the draft. */
static int64_t told(int64_t result, const struct reason *reasons, size_t count, const char *const names[])
{
    const int number = errno;
    if (result >= 0) {
        return result;
    }
    last_failure = "another";
    for (size_t i = 0; i < count; i++) {
        last_failure = reasons[i].number == number ? names[reasons[i].code] : last_failure;
    }
    return GONE;
}

static const struct reason file_reasons[] = {
    {EACCES, 0},     {EAGAIN, 1},      {EBADF, 3},         {EEXIST, 7},  {EINVAL, 12},
    {EISDIR, 14},    {ELOOP, 15},      {ENAMETOOLONG, 18}, {ENOENT, 20}, {ENOTDIR, 24},
    {ENOTEMPTY, 25}, {EOPNOTSUPP, 27}, {EPERM, 31},
};
static const struct reason socket_reasons[] = {
    {EAGAIN, 7},    {EINVAL, 17},       {EADDRNOTAVAIL, 19}, {EADDRINUSE, 20},
    {ENOTCONN, 18}, {ECONNREFUSED, 25}, {ECONNRESET, 26},    {EMSGSIZE, 27},
};
#define OF_FILE(result) told(result, file_reasons, sizeof file_reasons / sizeof file_reasons[0], files_codes)
#define OF_SOCKET(result)                                                                                    \
    told(result, socket_reasons, sizeof socket_reasons / sizeof socket_reasons[0], socket_codes)

#endif
