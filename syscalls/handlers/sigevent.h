/* struct sigevent from the guest: sigev_value has 32 bits there, 64 in the kernel. */
#ifndef WALI_SIGEVENT_H
#define WALI_SIGEVENT_H

#include "abi/_generated/guest_structs.h"
#include "abi/guest.h"

#include <signal.h>
#include <string.h>

/* Reads only the part that the kernel looks at: musl passes a shorter struct of its own.  False on
 * a bad address (EFAULT). */
static inline bool sigevent_in(struct sigevent *event, gaddr_t from)
{
    struct wali_sigevent given;
    if (!copy_in(&given, from, sizeof given)) {
        return false;
    }
    memset(event, 0, sizeof *event);
    event->sigev_value.sival_ptr = (void *)(uintptr_t)given.sigev_value;
    event->sigev_signo = given.sigev_signo;
    event->sigev_notify = given.sigev_notify;
    event->_sigev_un._tid = given.sigev_notify_thread_id;
    return true;
}

#endif
