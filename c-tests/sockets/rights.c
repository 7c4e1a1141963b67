/* CALLS: sendmsg, recvmsg */
/* REQUIRES: descriptors-300 */
#include "check.h"

#include "sockets/message.h"

int main(void)
{
    int pair[2], got[300], flags = 0;
    char text[8] = {0};
    OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    int file = make_file("file", "content");
    IS(send_descriptors(pair[0], &file, 1), 1);
    IS(receive_descriptors(pair[1], got, 4, &flags), 1);
    IS(flags, 0);
    CHECK(got[0] != file);
    IS(read(got[0], text, 7), 7);
    TEXT(text, "content");
    IS(fcntl(got[0], F_GETFD), 0);
    IS(lseek(file, 0, SEEK_CUR), 7); /* the same open file */

    /* Several; those that do not fit are closed, and MSG_CTRUNC says so. */
    int five[5] = {file, file, 0, 1, 2};
    IS(send_descriptors(pair[0], five, 5), 1);
    flags = MSG_CMSG_CLOEXEC;
    IS(receive_descriptors(pair[1], got, 5, &flags), 5);
    IS(flags, MSG_CMSG_CLOEXEC);
    IS(fcntl(got[4], F_GETFD), FD_CLOEXEC);
    IS(send_descriptors(pair[0], five, 5), 1);
    flags = 0;
    IS(receive_descriptors(pair[1], got, 3, &flags), 3);
    IS(flags, MSG_CTRUNC);
    IS(send_descriptors(pair[0], five, 1), 1);
    flags = 0;
    IS(receive_descriptors(pair[1], got, 0, &flags), 0);
    IS(flags, MSG_CTRUNC);

    /* SCM_MAX_FD is 253. */
    int many[254];
    for (int i = 0; i < 254; i++) {
        many[i] = 1;
    }
    IS(send_descriptors(pair[0], many, 253), 1);
    flags = 0;
    IS(receive_descriptors(pair[1], got, 253, &flags), 253);
    for (int i = 0; i < 253; i++) {
        close(got[i]);
    }
    ERR(send_descriptors(pair[0], many, 254), EINVAL);
    many[100] = -1;
    ERR(send_descriptors(pair[0], many, 253), EBADF);

    /* The sizes that come back: of one message, and of none. */
    char byte;
    struct iovec buffer;
    _Alignas(struct cmsghdr) char control[256];
    struct msghdr message = message_of(&buffer, &byte, 1, control, sizeof control);
    IS(send_descriptors(pair[0], &file, 2 - 1), 1);
    IS(recvmsg(pair[1], &message, 0), 1);
    IS(message.msg_controllen, CMSG_SPACE(sizeof(int)));
    IS(CMSG_FIRSTHDR(&message)->cmsg_len, CMSG_LEN(sizeof(int)));
    IS(CMSG_FIRSTHDR(&message)->cmsg_level, SOL_SOCKET);
    CHECK(CMSG_NXTHDR(&message, CMSG_FIRSTHDR(&message)) == NULL);
    OK(send(pair[0], "x", 1, 0));
    message = message_of(&buffer, &byte, 1, control, sizeof control);
    IS(recvmsg(pair[1], &message, 0), 1);
    IS(message.msg_controllen, 0);
    /* A bad place for them loses them, not the message. */
    OK(send_descriptors(pair[0], &file, 1));
    message = message_of(&buffer, &byte, 1, bad_pointer(), 24);
    ssize_t result = recvmsg(pair[1], &message, 0);
    CHECK(result == 1 || (result == -1 && errno == EFAULT));
    return done();
}
