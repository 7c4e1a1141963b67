/* CALLS: epoll_ctl */
#include "check.h"

#include <sys/epoll.h>

int main(void)
{
    int ends[2], epfd = (int)OK(epoll_create1(0)), file = make_file("file", "");
    OK(pipe(ends));
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = 1};
    IS(epoll_ctl(epfd, EPOLL_CTL_ADD, ends[0], &event), 0);
    ERR(epoll_ctl(epfd, EPOLL_CTL_ADD, ends[0], &event), EEXIST);
    IS(epoll_ctl(epfd, EPOLL_CTL_MOD, ends[0], &event), 0);
    ERR(epoll_ctl(epfd, EPOLL_CTL_MOD, ends[1], &event), ENOENT);
    ERR(epoll_ctl(epfd, EPOLL_CTL_DEL, ends[1], &event), ENOENT);
    IS(epoll_ctl(epfd, EPOLL_CTL_DEL, ends[0], NULL), 0);
    IS(RAW(SYS_epoll_ctl, epfd, EPOLL_CTL_ADD, ends[0], &event), 0);
    IS(RAW(SYS_epoll_ctl, epfd, EPOLL_CTL_DEL, ends[0], bad_pointer()), 0); /* which ignores it */

    ERR(epoll_ctl(epfd, 99, ends[0], &event), EINVAL);
    ERR(epoll_ctl(epfd, EPOLL_CTL_ADD, epfd, &event), EINVAL);
    ERR(epoll_ctl(ends[0], EPOLL_CTL_ADD, ends[1], &event), EINVAL);
    ERR(epoll_ctl(epfd, EPOLL_CTL_ADD, file, &event), EPERM);
    ERR(epoll_ctl(epfd, EPOLL_CTL_ADD, 9999, &event), EBADF);
    ERR(epoll_ctl(9999, EPOLL_CTL_ADD, ends[0], &event), EBADF);
    ERR(RAW(SYS_epoll_ctl, epfd, EPOLL_CTL_ADD, ends[0], bad_pointer()), EFAULT);
    ERR(RAW(SYS_epoll_ctl, epfd, EPOLL_CTL_MOD, ends[0], bad_pointer()), EFAULT);

    /* EPOLLEXCLUSIVE: only with ADD, not with all events, and not to change. */
    event.events = EPOLLIN | EPOLLEXCLUSIVE;
    IS(epoll_ctl(epfd, EPOLL_CTL_ADD, ends[0], &event), 0);
    ERR(epoll_ctl(epfd, EPOLL_CTL_MOD, ends[0], &event), EINVAL);
    event.events = EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT;
    ERR(epoll_ctl(epfd, EPOLL_CTL_ADD, ends[1], &event), EINVAL);

    /* Sets of sets, but not in circles and not too deep. */
    int outer = (int)OK(epoll_create1(0));
    event.events = EPOLLIN;
    IS(epoll_ctl(outer, EPOLL_CTL_ADD, epfd, &event), 0);
    ERR(epoll_ctl(epfd, EPOLL_CTL_ADD, outer, &event), ELOOP);
    int depth = 0;
    for (int inner = outer; depth < 20; depth++) {
        int next = epoll_create1(0);
        if (epoll_ctl(next, EPOLL_CTL_ADD, inner, &event) != 0) {
            say("errno %s", errno_name(errno));
            break;
        }
        inner = next;
    }
    CHECK(depth > 0 && depth < 20);
    return done();
}
