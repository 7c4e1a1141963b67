/* CALLS: recvmsg, getsockopt */
/* Control messages are received by memory of the host's: what was there between them is not for the guest. */
#include "check.h"

#include "sockets/address.h"
#include "sockets/message.h"
#include <sys/stat.h>

enum { MARK = 0x5a };

static int strange;

/* Counts bytes behind each message, up to the next, that are neither 0 nor what the guest had there. */
static void look(const char *bytes, size_t size)
{
    for (size_t at = 0; at + sizeof(struct cmsghdr) <= size;) {
        struct cmsghdr header;
        memcpy(&header, bytes + at, sizeof header);
        const size_t end = at + header.cmsg_len, next = (end + 7) & ~(size_t)7;
        for (size_t i = end; i < next && i < size; i++) {
            strange += bytes[i] != 0 && bytes[i] != MARK;
        }
        at = next;
    }
}

/* Calls whose frames leave what they held. */
static void stir(int fd)
{
    char text[64];
    struct stat found;
    fstat(fd, &found);
    readlink("/proc/self/exe", text, sizeof text);
    access("nowhere", F_OK);
}

int main(void)
{
    struct sockaddr_in address;
    int fd = bound_socket(SOCK_DGRAM, &address), on = 1, pair[2];
    OK(setsockopt(fd, IPPROTO_IP, IP_RECVTTL, &on, sizeof on));
    OK(setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on));
    _Alignas(struct cmsghdr) char control[256];
    for (int i = 0; i < 100; i++) {
        char byte;
        struct iovec buffer;
        memset(control, MARK, sizeof control);
        struct msghdr message = message_of(&buffer, &byte, 1, control, sizeof control);
        sendto(fd, "x", 1, 0, (struct sockaddr *)&address, sizeof address);
        stir(fd);
        if (recvmsg(fd, &message, 0) == 1) {
            look(control, message.msg_controllen);
        }
    }
    tcp_pair(pair);
    OK(setsockopt(pair[0], IPPROTO_IP, IP_RECVTTL, &on, sizeof on));
    for (int i = 0; i < 100; i++) {
        socklen_t size = sizeof control;
        memset(control, MARK, sizeof control);
        stir(fd);
        if (getsockopt(pair[0], IPPROTO_IP, IP_PKTOPTIONS, control, &size) == 0) {
            look(control, size);
        }
    }
    IS(strange, 0);
    return done();
}
