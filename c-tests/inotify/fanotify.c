/* CALLS: fanotify_init, fanotify_mark */
/* REQUIRES: root, cap-sys-admin */
#include "check.h"

#include <sys/fanotify.h>

int main(void)
{
    int fd = (int)RAW(SYS_fanotify_init, FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_NONBLOCK, O_RDONLY);
    if (fd < 0) {
        skip("fanotify is not to be had here");
    }
    IS(fcntl(fd, F_GETFD), FD_CLOEXEC);
    close(make_file("file", "abc"));
    IS(RAW(SYS_fanotify_mark, fd, FAN_MARK_ADD, FAN_OPEN | FAN_CLOSE, AT_FDCWD, "file"), 0);
    OK(close(open("file", O_RDONLY)));
    static _Alignas(struct fanotify_event_metadata) char buffer[4096];
    long long length = OK(read(fd, buffer, sizeof buffer));
    for (long long at = 0; at < length;) {
        struct fanotify_event_metadata *event = (struct fanotify_event_metadata *)(buffer + at);
        char text[4] = {0};
        IS(pread(event->fd, text, 3, 0), 3);
        CHECK(event->pid == getpid());
        say("version %u, mask %llx, %s", event->vers, (unsigned long long)event->mask, text);
        OK(close(event->fd));
        at += event->event_len;
    }
    IS(RAW(SYS_fanotify_mark, fd, FAN_MARK_REMOVE, FAN_OPEN | FAN_CLOSE, AT_FDCWD, "file"), 0);
    ERR(RAW(SYS_fanotify_mark, fd, FAN_MARK_REMOVE, FAN_OPEN, AT_FDCWD, "file"), ENOENT);
    ERR(RAW(SYS_fanotify_mark, fd, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "missing"), ENOENT);
    ERR(RAW(SYS_fanotify_mark, fd, FAN_MARK_ADD, FAN_OPEN, -1, "file"), EBADF);
    ERR(RAW(SYS_fanotify_mark, fd, FAN_MARK_ADD, 1LL << 40, AT_FDCWD, "file"), EINVAL);
    ERR(RAW(SYS_fanotify_mark, fd, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, bad_pointer()), EFAULT);
    ERR(RAW(SYS_fanotify_mark, -1, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "file"), EBADF);
    IS(RAW(SYS_fanotify_mark, fd, FAN_MARK_FLUSH, 0, AT_FDCWD, NULL), 0);
    ERR(RAW(SYS_fanotify_init, 1 << 30, O_RDONLY), EINVAL);
    return done();
}
