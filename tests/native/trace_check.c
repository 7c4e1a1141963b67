/* Prints the trace of calls on a small guest memory; tests/commands/test_trace.py compares. */
#include "abi/_generated/guest_structs.h"
#include "abi/guest.h"
#include "syscalls/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

#define SIZE 65536
static _Alignas(16) uint8_t memory[SIZE];
uint8_t *wali_base = memory;

bool copy_in(void *host, gaddr_t from, size_t n)
{
    if (from.v == 0 || from.v >= SIZE || n > SIZE - from.v) {
        return false;
    }
    memcpy(host, memory + from.v, n);
    return true;
}

static const struct wali_row *row_of(const char *name)
{
    for (size_t i = 0; i < wali_row_count; i++) {
        if (strcmp(wali_rows[i].name, name) == 0) {
            return &wali_rows[i];
        }
    }
    abort();
}

static void show(size_t room, const char *name, int64_t result, ...)
{
    char line[4096];
    wasmtime_val_raw_t args[6];
    const struct wali_row *row = row_of(name);
    va_list list;
    va_start(list, result);
    for (size_t i = 0; i < strlen(row->signature); i++) {
        args[i].i64 = va_arg(list, int64_t);
    }
    va_end(list);
    size_t result_at;
    struct wali_traced call = {.row = row, .args = args};
    fwrite(line, 1, wali_trace_enter(line, room, &call), stdout);
    call.result = result;
    const size_t n = wali_trace_exit(line, room, &call, &result_at);
    printf("%.*s %.*s\n", (int)result_at, line, (int)(n - result_at), line + result_at);
}

#define SHOW(name, result, ...) show(4096, name, (int64_t)(result), __VA_ARGS__)
#define L(x) ((int64_t)(x))

static void put_at(uint32_t at, const void *bytes, size_t n)
{
    memcpy(memory + at, bytes, n);
}

static void structures(void)
{
    put_at(2000, &(struct wali_timespec){1, 5}, 16);
    SHOW("nanosleep", 0, L(2000), L(0));
    put_at(2100, &(struct wali_pollfd){3, POLLIN, POLLIN | POLLHUP}, 8);
    SHOW("poll", 1, L(2100), L(1), L(-1));
    put_at(2200, (struct wali_iovec[]){{1000, 3}, {1003, 10}}, 16);
    SHOW("writev", 4, L(1), L(2200), L(2));
    SHOW("readv", 5, L(0), L(2200), L(2));
    put_at(2300, (int32_t[]){3, 4}, 8);
    SHOW("pipe2", 0, L(2300), L(O_CLOEXEC));
    put_at(2400, &(struct wali_stat){.st_mode = 0100644, .st_size = 12}, 144);
    SHOW("fstat", 0, L(3), L(2400));
    SHOW("fstat", -EBADF, L(3), L(2400));
    put_at(2700, &(struct sockaddr_in){AF_INET, htons(80), {htonl(0x7f000001)}, {0}}, 16);
    SHOW("connect", -ECONNREFUSED, L(3), L(2700), L(16));
    put_at(2800, &(struct sockaddr_un){AF_UNIX, "/run/x"}, 9);
    SHOW("accept", 4, L(3), L(2800), L(0));
    put_at(2900, &(uint64_t){9}, 8);
    SHOW("select", 1, L(4), L(2900), L(0), L(0), L(0));
    put_at(2600, &(struct wali_sigset){0x8000000000000402}, 8);
    SHOW("rt_sigprocmask", 0, L(2), L(2600), L(0), L(8));
}

/* By name what the table has, whether the host's headers do or not. */
static void requests(void)
{
    put_at(3000, (int32_t[]){17, -5}, 8);
    put_at(3100, &(struct wali_timeval){7, 9}, 16);
    SHOW("ioctl", 0, L(0), L(0x802C542A), L(3000));
    SHOW("ioctl", 0, L(0), L(0x5423), L(3000));
    SHOW("ioctl", 0, L(3), L(FIONREAD), L(3000));
    SHOW("ioctl", -ENOTTY, L(3), L(FIONREAD), L(3000));
    SHOW("ioctl", 0, L(3), L(FIOCLEX), L(3000));
    SHOW("ioctl", 0, L(3), L(TCSBRK), L(-1));
    SHOW("ioctl", 0, L(3), L(0x40045436), L(2));
    SHOW("ioctl", 5, L(3), L(0x5441), L(O_RDWR | O_NOCTTY));
    SHOW("ioctl", 0, L(3), L(0x8906), L(3100));
    SHOW("ioctl", 0, L(3), L(0x80085202), L(3000));
    SHOW("ioctl", 0, L(3), L(0x80041272), L(3100));
    SHOW("ioctl", 6, L(3), L(0x81004506), L(3000));
    SHOW("ioctl", 8, L(3), L(0x80604523), L(3000));
    SHOW("ioctl", -ENOTTY, L(3), L(0xC0105E27), L(3000));
    SHOW("ioctl", -ENOTTY, L(3), L(0x12345), L(-1));
}

/* Options of sockets: the level says which, and the length how much of the value there is. */
static void options(void)
{
    put_at(3200, (int32_t[]){1, 5}, 8);
    put_at(3300, "lo", 3);
    put_at(3400, (int32_t[]){4}, 4);
    put_at(3410, (int32_t[]){16}, 4);
    SHOW("setsockopt", 0, L(3), L(SOL_SOCKET), L(SO_REUSEADDR), L(3200), L(4));
    SHOW("setsockopt", 0, L(3), L(SOL_SOCKET), L(SO_LINGER), L(3200), L(8));
    SHOW("setsockopt", 0, L(3), L(SOL_SOCKET), L(SO_BINDTODEVICE), L(3300), L(16));
    SHOW("setsockopt", 0, L(3), L(SOL_SOCKET), L(SO_RCVTIMEO), L(3100), L(16));
    SHOW("setsockopt", 0, L(3), L(IPPROTO_IP), L(IP_TTL), L(3200), L(1));
    SHOW("setsockopt", -ENOPROTOOPT, L(3), L(6), L(35), L(3200), L(64));
    SHOW("setsockopt", -ENOPROTOOPT, L(3), L(6), L(999), L(3200), L(4));
    SHOW("setsockopt", -ENOPROTOOPT, L(3), L(999), L(1), L(3200), L(4));
    SHOW("setsockopt", -EFAULT, L(3), L(SOL_SOCKET), L(SO_REUSEADDR), L(0x90000), L(4));
    SHOW("getsockopt", 0, L(3), L(SOL_SOCKET), L(SO_TYPE), L(3200), L(3400));
    SHOW("getsockopt", 0, L(3), L(SOL_SOCKET), L(SO_RCVTIMEO), L(3100), L(3410));
    SHOW("getsockopt", -EBADF, L(3), L(SOL_SOCKET), L(SO_TYPE), L(3200), L(3400));
    SHOW("getsockopt", 0, L(3), L(IPPROTO_IP), L(64), L(3200), L(3400));
}

int main(void)
{
    put_at(1000, "hi\n\0011\"\xff", 8);
    put_at(1100, "/etc/passwd", 12);
    memset(memory + 1200, 'a', 100);
    put_at(SIZE - 3, "end", 3);
    SHOW("write", 3, L(1), L(1000), L(3));
    SHOW("write", 7, L(1), L(1000), L(7));
    SHOW("read", 4, L(0), L(1200), L(100));
    SHOW("write", 40, L(1), L(1200), L(40));
    SHOW("write", -EFAULT, L(1), L(0x90000), L(40));
    SHOW("openat", 3, L(-100), L(1100), L(O_RDWR | O_CREAT | O_CLOEXEC), L(0644));
    SHOW("openat", -ENOENT, L(5), L(SIZE - 3), L(O_RDONLY | O_SYNC), L(0));
    SHOW("newfstatat", -EINVAL, L(-100), L(1100), L(0), L(0x40000100));
    SHOW("mmap", 0x20000, L(0), L(4096), L(PROT_READ | PROT_WRITE), L(MAP_PRIVATE | MAP_ANONYMOUS), L(-1),
         L(0));
    SHOW("lseek", 0, L(3), L(-8), L(SEEK_END));
    SHOW("getcwd", 12, L(1100), L(64));
    SHOW("getcwd", -ERANGE, L(1100), L(2));
    SHOW("getdents64", 24, L(3), L(1200), L(64));
    SHOW("kill", 0, L(-1), L(15));
    SHOW("socket", 3, L(2), L(02000001), L(0));
    SHOW("getppid", 7, L(0));
    structures();
    requests();
    options();
    SHOW("exit_group", TRACE_NO_RESULT, L(3));
    SHOW("read", -512, L(1), L(1200), L(100));
    SHOW("nanosleep", -512, L(2000), L(0));
    trace_style.is_verbose = true;
    SHOW("fstat", 0, L(3), L(2400));
    trace_style.most_text = 100;
    show(300, "read", 100, L(1), L(1200), L(100));
    return 0;
}
