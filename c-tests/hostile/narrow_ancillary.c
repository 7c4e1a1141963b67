/* CALLS: sendmsg, recvmsg */
/* A guest that aligns control messages to 4 bytes, as Rust's libc does, where the kernel aligns them to 8. */
#include "check.h"

#include "sockets/message.h"

enum { HEADER = 16 };

static char control[128];

/* Writes a message at `at`, with a dirty pad above its length; answers where the next one goes, `step`
 * aligned. */
static unsigned put(unsigned at, int type, const void *data, unsigned size, unsigned step)
{
    uint32_t header[4] = {HEADER + size, 0xdeadbeef, SOL_SOCKET, (uint32_t)type};
    memcpy(control + at, header, HEADER);
    memcpy(control + at + HEADER, data, size);
    return at + ((HEADER + size + step - 1) & ~(step - 1));
}

/* Prints what lies in the buffer, walking it with this alignment. */
static void walk(const struct msghdr *message, unsigned step)
{
    say("received %u bytes, flags %d", (unsigned)message->msg_controllen, message->msg_flags);
    for (unsigned at = 0; at + HEADER <= message->msg_controllen;) {
        uint32_t header[4];
        memcpy(header, control + at, HEADER);
        say("at %u: length %u pad %u level %u type %u", at, header[0], header[1], header[2], header[3]);
        at += (header[0] + step - 1) & ~(step - 1);
    }
}

static void exchange(const int pair[2], unsigned size, unsigned step)
{
    struct iovec buffer;
    char byte = 'x';
    struct msghdr message = message_of(&buffer, &byte, 1, control, size);
    IS(RAW(SYS_sendmsg, pair[0], &message, 0), 1);
    memset(control, 0, sizeof control);
    message = message_of(&buffer, &byte, 1, control, sizeof control);
    IS(RAW(SYS_recvmsg, pair[1], &message, 0), 1);
    walk(&message, step);
}

int main(void)
{
    int pair[2], on = 1, file = make_file("file", "");
    OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
    OK(setsockopt(pair[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
    struct ucred mine = {getpid(), getuid(), getgid()};

    /* Aligned to 8, dirty pads only. */
    unsigned end = put(0, SCM_RIGHTS, &file, sizeof file, 8);
    end = put(end, SCM_CREDENTIALS, &mine, sizeof mine, 8);
    exchange(pair, end, 8);
    /* To 4, in both orders: received ones are from now on, too. */
    end = put(0, SCM_RIGHTS, &file, sizeof file, 4);
    end = put(end, SCM_CREDENTIALS, &mine, sizeof mine, 4);
    exchange(pair, end, 4);
    end = put(0, SCM_CREDENTIALS, &mine, sizeof mine, 4);
    end = put(end, SCM_RIGHTS, &file, sizeof file, 4);
    exchange(pair, end, 4);

    /* Chains that are neither are the kernel's to refuse. */
    end = put(0, SCM_RIGHTS, &file, sizeof file, 4);
    memset(control + end, 0, 40);
    struct iovec buffer;
    char byte = 'x';
    struct msghdr message = message_of(&buffer, &byte, 1, control, end + 40);
    ERR(RAW(SYS_sendmsg, pair[0], &message, 0), EINVAL);
    message.msg_controllen = 0x7fffffff;
    ERR(RAW(SYS_sendmsg, pair[0], &message, 0), ENOBUFS);
    message.msg_controllen = (socklen_t)-1;
    ERR(RAW(SYS_sendmsg, pair[0], &message, 0), ENOBUFS);
    return done();
}
