/* /proc/self/exe in handlers that take paths.  The kernel answers first.  Only an answer that names
 * the host's program is looked at again, so other paths pay nothing. */
#ifndef WALI_OWN_EXE_H
#define WALI_OWN_EXE_H

#include "abi/guest.h"
#include "wali/native/files/own_exe.h"

#include <limits.h>

/* path_is_own_exe() for a path in guest memory; false on a bad address. */
static inline bool is_own_exe(int dirfd, gaddr_t path)
{
    char text[PATH_MAX];
    return copy_in_string(text, sizeof text, path) > 0 && path_is_own_exe(dirfd, text);
}

#endif
