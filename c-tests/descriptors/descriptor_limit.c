/* CALLS: setrlimit, open, dup, pipe, close */
/* RLIMIT_NOFILE: EMFILE where the next descriptor would lie beyond it; descriptors above it stay usable. */
#include "check.h"

#include <sys/resource.h>
#include <sys/socket.h>

int main(void)
{
    int fd = make_file("file", "abc");
    struct rlimit limit;
    OK(getrlimit(RLIMIT_NOFILE, &limit));
    OK(dup2(fd, 100));
    limit.rlim_cur = 20;
    OK(setrlimit(RLIMIT_NOFILE, &limit));

    int last = -1, opened = 0, room = 0;
    for (int i = 0; i < 20; i++) {
        room += fcntl(i, F_GETFD) < 0;
    }
    for (int next; (next = open("file", O_RDONLY)) >= 0; opened++) {
        last = next;
    }
    CHECK(errno == EMFILE);
    IS(last, 19);
    CHECK(opened == room);
    ERR(dup(fd), EMFILE);
    ERR(fcntl(fd, F_DUPFD, 0), EMFILE);
    ERR(fcntl(fd, F_DUPFD, 20), EINVAL);
    ERR(dup2(fd, 20), EBADF);
    int ends[2];
    ERR(pipe(ends), EMFILE);
    ERR(socket(AF_UNIX, SOCK_STREAM, 0), EMFILE);
    OK(close(19));
    ERR(pipe(ends), EMFILE); /* needs two */
    IS(open("file", O_RDONLY), 19);
    char buffer[4];
    IS(pread(100, buffer, 3, 0), 3);
    IS(dup2(fd, 19), 19);
    return done();
}
