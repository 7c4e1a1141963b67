/* CALLS: fanotify_init */
/* Refused to an ordinary user, with the class that needs a privilege. */
#include "check.h"

#include <sys/fanotify.h>

int main(void)
{
    become_ordinary_user();
    if (RAW(SYS_fanotify_init, FAN_CLASS_CONTENT, O_RDONLY) < 0 && errno == ENOSYS) {
        skip("this kernel has no fanotify");
    }
    ERR(RAW(SYS_fanotify_init, FAN_CLASS_CONTENT, O_RDONLY), EPERM);
    return done();
}
