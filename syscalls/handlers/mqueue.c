/* mq_notify(2). */
#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/host_pointer.h"
#include "syscalls/handlers/sigevent.h"
#include "wali/native/base/kernel.h"

/* Bytes of the cookie that the kernel sends over a netlink socket when the message comes, to libc's
 * thread that waits there (SIGEV_THREAD; NOTIFY_COOKIE_LEN in linux/mqueue.h). */
#define COOKIE_SIZE 32

int64_t sys_mq_notify(int32_t queue, gaddr_t event_from)
{
    if (event_from.v == 0) { /* ends the registration */
        return KERNEL(mq_notify, queue, NULL);
    }
    struct sigevent event;
    if (!sigevent_in(&event, event_from)) {
        return -EFAULT;
    }
    if (event.sigev_notify == SIGEV_THREAD) { /* the value is the cookie's address */
        gaddr_t cookie = gaddr((uint32_t)(uintptr_t)event.sigev_value.sival_ptr);
        event.sigev_value.sival_ptr = host_pointer(cookie, COOKIE_SIZE);
    }
    return KERNEL(mq_notify, queue, &event);
}
