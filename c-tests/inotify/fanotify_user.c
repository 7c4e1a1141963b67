/* CALLS: fanotify_init, fanotify_mark */
#include "check.h"

#include <sys/fanotify.h>

int main(void)
{
    become_ordinary_user();
    if (RAW(SYS_fanotify_init, 1 << 30, O_RDONLY) < 0 && errno == ENOSYS) {
        skip("this kernel has no fanotify");
    }
    ERR(RAW(SYS_fanotify_init, FAN_CLASS_CONTENT, O_RDONLY), EPERM);
    ERR(RAW(SYS_fanotify_mark, -1, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "."), EBADF);
    return done();
}
