/* CALLS: inotify_add_watch, inotify_rm_watch */
#include "check.h"

#include <sys/inotify.h>

static int fd;

/* Reads and prints all events there are. */
static void show(void)
{
    static _Alignas(struct inotify_event) char buffer[4096];
    long long length = read(fd, buffer, sizeof buffer);
    if (length < 0) {
        say("nothing: %s", errno_name(errno));
    }
    for (long long at = 0; at < length;) {
        struct inotify_event *event = (struct inotify_event *)(buffer + at);
        say("watch %d mask %x%s \"%s\"", event->wd, event->mask, event->cookie ? " cookie" : "",
            event->len ? event->name : "");
        at += (long long)(sizeof *event + event->len);
    }
}

int main(void)
{
    fd = (int)OK(inotify_init1(IN_NONBLOCK));
    OK(mkdir("directory", 0755));
    IS(inotify_add_watch(fd, "directory", IN_ALL_EVENTS), 1);
    show();
    int file = make_file("directory/file", "abc");
    show();
    OK(close(file));
    OK(chmod("directory/file", 0600));
    OK(rename("directory/file", "directory/renamed"));
    OK(unlink("directory/renamed"));
    OK(mkdir("directory/below", 0755));
    show();

    close(make_file("file", "abc"));
    IS(inotify_add_watch(fd, "file", IN_MODIFY), 2);
    IS(inotify_add_watch(fd, "file", IN_ATTRIB | IN_MASK_ADD), 2);
    OK(truncate("file", 0));
    OK(chmod("file", 0600));
    show();
    IS(inotify_add_watch(fd, "directory/below", IN_DELETE_SELF | IN_ONLYDIR | IN_ONESHOT), 3);
    OK(rmdir("directory/below"));
    show();
    IS(inotify_rm_watch(fd, 2), 0);
    show();
    OK(symlink("missing", "dangling"));
    IS(inotify_add_watch(fd, "dangling", IN_ATTRIB | IN_DONT_FOLLOW), 4);

    char tiny[8];
    OK(chmod("directory", 0700));
    ERR(read(fd, tiny, sizeof tiny), EINVAL); /* too small for an event */
    ERR(read(fd, bad_pointer(), 4096), EFAULT);
    ERR(inotify_rm_watch(fd, 2), EINVAL);
    ERR(inotify_rm_watch(-1, 1), EBADF);
    ERR(inotify_rm_watch(file = make_file("plain", ""), 1), EINVAL);
    ERR(inotify_add_watch(fd, "file", 0), EINVAL);
    ERR(inotify_add_watch(fd, "file", IN_MODIFY | IN_ONLYDIR), ENOTDIR);
    ERR(inotify_add_watch(fd, "missing", IN_MODIFY), ENOENT);
    ERR(inotify_add_watch(fd, "dangling", IN_MODIFY), ENOENT);
    ERR(inotify_add_watch(fd, "directory", IN_MODIFY | IN_MASK_CREATE), EEXIST);
    ERR(inotify_add_watch(fd, "directory", IN_MODIFY | IN_MASK_CREATE | IN_MASK_ADD), EINVAL);
    ERR(inotify_add_watch(-1, "file", IN_MODIFY), EBADF);
    ERR(inotify_add_watch(file, "file", IN_MODIFY), EINVAL);
    ERR(RAW(SYS_inotify_add_watch, fd, bad_pointer(), IN_MODIFY), EFAULT);
    return done();
}
