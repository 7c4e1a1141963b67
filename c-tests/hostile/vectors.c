/* iovecs and messages whose entries point outside, or whose lengths go round. */
#include "check.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>

static int pair[2];

static void put(const char *text, void *base, size_t length)
{
    struct iovec io[2] = {{"ab", 2}, {base, length}};
    int file = make_file("vector", "");
    errno = 0;
    long written = writev(file, io, 2);
    say("writev %s: %ld %s", text, written, written < 0 ? errno_name(errno) : "");
    errno = 0;
    long got = readv(file, io, 2);
    say("readv %s: %ld %s", text, got, got < 0 ? errno_name(errno) : "");
    struct msghdr message = {.msg_iov = io + 1, .msg_iovlen = 1};
    errno = 0;
    long sent = sendmsg(pair[0], &message, MSG_DONTWAIT);
    say("sendmsg %s: %ld %s", text, sent, sent < 0 ? errno_name(errno) : "");
    close(file);
}

static void messages(unsigned char *edge)
{
    struct iovec io = {"x", 1};
    struct msghdr message = {.msg_iov = &io, .msg_iovlen = 1};
    message.msg_control = edge - 8;
    message.msg_controllen = 64;
    ERR(RAW(SYS_sendmsg, pair[0], &message, MSG_DONTWAIT), EFAULT);
    message.msg_control = (void *)0xfffffff0;
    message.msg_controllen = 0x100;
    ERR(RAW(SYS_sendmsg, pair[0], &message, MSG_DONTWAIT), EFAULT);
    message.msg_control = NULL;
    message.msg_controllen = 0;
    message.msg_iov = (struct iovec *)(edge - 12);
    message.msg_iovlen = 3;
    ERR(RAW(SYS_sendmsg, pair[0], &message, MSG_DONTWAIT), EFAULT);
    message.msg_iovlen = 0x7fffffff;
    ERR(RAW(SYS_sendmsg, pair[0], &message, MSG_DONTWAIT), EMSGSIZE);
    message.msg_iov = &io;
    message.msg_iovlen = 1;
    message.msg_name = (void *)0xffffffff;
    message.msg_namelen = 110;
    ERR(RAW(SYS_sendmsg, pair[0], &message, MSG_DONTWAIT), EFAULT);
}

int main(void)
{
    unsigned char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    unsigned char *edge = pages + 4096;
    munmap(edge, 4096);
    OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
    put("to unmapped memory", edge, 10);
    put("at the last byte", (void *)0xffffffff, 1);
    put("past the last byte", (void *)0xffffffff, 2);
    put("that goes round", (void *)0xfffff000, 0x80000000);
    put("of nothing", (void *)0xffffffff, 0);
    ERR(RAW(SYS_writev, 1, edge - 4, 1), EFAULT);
    ERR(RAW(SYS_writev, 1, 0xfffffffc, 4), EFAULT);
    ERR(RAW(SYS_writev, 1, pages, -1), EINVAL);
    ERR(RAW(SYS_writev, 1, pages, 1025), EINVAL);
    ERR(RAW(SYS_readv, 0, 0xfffffff8, 1024), EFAULT);
    messages(edge);
    return done();
}
