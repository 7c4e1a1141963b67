/* CALLS: bind, getsockname */
#include "check.h"

#include "sockets/address.h"

static void unix_names(void)
{
    struct sockaddr_un name = unix_path("socket"), found;
    socklen_t size = sizeof found;
    int fd = (int)OK(socket(AF_UNIX, SOCK_STREAM, 0));
    OK(getsockname(fd, (struct sockaddr *)&found, &size));
    IS(size, 2);
    IS(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
    struct stat status;
    OK(stat("socket", &status));
    CHECK(S_ISSOCK(status.st_mode));
    size = sizeof found;
    OK(getsockname(fd, (struct sockaddr *)&found, &size));
    IS(size, 9);
    TEXT(found.sun_path, "socket");
    struct sockaddr_un second = unix_path("second");
    ERR(bind(fd, (struct sockaddr *)&second, sizeof second), EINVAL);

    int other = (int)OK(socket(AF_UNIX, SOCK_STREAM, 0));
    ERR(bind(other, (struct sockaddr *)&name, sizeof name), EADDRINUSE);
    name = unix_path("missing/socket");
    ERR(bind(other, (struct sockaddr *)&name, sizeof name), ENOENT);
    ERR(bind(other, (struct sockaddr *)&name, 1), EINVAL);
    ERR(bind(other, (struct sockaddr *)&name, 1000), EINVAL);
    ERR(bind(other, (struct sockaddr *)&name, (socklen_t)-1), EINVAL);
    ERR(RAW(SYS_bind, other, bad_pointer(), 16), EFAULT);
    name.sun_family = AF_INET;
    ERR(bind(other, (struct sockaddr *)&name, sizeof name), EINVAL);
    /* With the family alone the kernel chooses an abstract name of five digits. */
    name.sun_family = AF_UNIX;
    IS(bind(other, (struct sockaddr *)&name, 2), 0);
    size = sizeof found;
    OK(getsockname(other, (struct sockaddr *)&found, &size));
    IS(size, 8);
    IS(found.sun_path[0], 0);
}

static void abstract_names(void)
{
    struct sockaddr_un name, found;
    socklen_t length = abstract_name(&name, "bind"), size = sizeof found;
    int fd = (int)OK(socket(AF_UNIX, SOCK_DGRAM, 0)), other = (int)OK(socket(AF_UNIX, SOCK_DGRAM, 0));
    IS(bind(fd, (struct sockaddr *)&name, length), 0);
    ERR(bind(other, (struct sockaddr *)&name, length), EADDRINUSE);
    IS(bind(other, (struct sockaddr *)&name, length + 1), 0);
    OK(getsockname(fd, (struct sockaddr *)&found, &size));
    CHECK(size == length && memcmp(&name, &found, length) == 0);
}

static void inet_names(void)
{
    struct sockaddr_in address = loopback(0), found;
    socklen_t size = sizeof found;
    int fd = (int)OK(socket(AF_INET, SOCK_STREAM, 0)), other = (int)OK(socket(AF_INET, SOCK_STREAM, 0));
    IS(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    OK(getsockname(fd, (struct sockaddr *)&found, &size));
    IS(size, sizeof(struct sockaddr_in));
    CHECK(found.sin_port != 0);
    CHECK(found.sin_addr.s_addr == htonl(INADDR_LOOPBACK));
    OK(listen(fd, 1));
    ERR(bind(other, (struct sockaddr *)&found, sizeof found), EADDRINUSE);
    address.sin_addr.s_addr = htonl(0xc0000201); /* 192.0.2.1, for documentation */
    ERR(bind(other, (struct sockaddr *)&address, sizeof address), EADDRNOTAVAIL);
    ERR(bind(other, (struct sockaddr *)&address, 8), EINVAL);
    address.sin_family = AF_UNIX;
    ERR(bind(other, (struct sockaddr *)&address, sizeof address), EAFNOSUPPORT);
}

int main(void)
{
    unix_names();
    abstract_names();
    inet_names();
    int file = make_file("file", "");
    struct sockaddr_in address = loopback(0);
    ERR(bind(-1, (struct sockaddr *)&address, sizeof address), EBADF);
    ERR(bind(file, (struct sockaddr *)&address, sizeof address), ENOTSOCK);
    return done();
}
