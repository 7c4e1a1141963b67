/* CALLS: fcntl, rt_sigtimedwait */
/* F_NOTIFY: a signal when a directory changes. */
#include "check.h"

#include <signal.h>
#include <time.h>

int main(void)
{
    sigset_t set;
    struct timespec second = {1, 0}, now = {0, 0};
    sigemptyset(&set);
    sigaddset(&set, SIGIO);
    OK(sigprocmask(SIG_BLOCK, &set, NULL));
    mkdir("dir", 0700);
    int fd = (int)OK(open("dir", O_RDONLY | O_DIRECTORY));
    if (fcntl(fd, F_NOTIFY, DN_CREATE) != 0) {
        skip("no F_NOTIFY in this kernel");
    }
    close(make_file("dir/one", ""));
    IS(sigtimedwait(&set, NULL, &second), SIGIO);
    /* Once only, without DN_MULTISHOT. */
    close(make_file("dir/two", ""));
    ERR(sigtimedwait(&set, NULL, &now), EAGAIN);
    IS(fcntl(fd, F_NOTIFY, (int)(DN_DELETE | DN_MULTISHOT)), 0);
    unlink("dir/one");
    IS(sigtimedwait(&set, NULL, &second), SIGIO);
    unlink("dir/two");
    IS(sigtimedwait(&set, NULL, &second), SIGIO);
    IS(fcntl(fd, F_NOTIFY, 0), 0);
    close(make_file("dir/three", ""));
    ERR(sigtimedwait(&set, NULL, &now), EAGAIN);
    ERR(fcntl(make_file("file", ""), F_NOTIFY, DN_CREATE), ENOTDIR);
    return done();
}
