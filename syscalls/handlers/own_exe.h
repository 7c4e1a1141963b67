/* /proc/self/exe for handlers of paths.  The kernel answers first, and only an
 * answer that is about the host's program is looked at again: no other path pays
 * for it. */
#ifndef WALI_OWN_EXE_H
#define WALI_OWN_EXE_H

#include "abi/guest.h"
#include "wali/native/files/own_exe.h"

#include <limits.h>

static inline bool is_own_exe(int dirfd, gaddr_t path)
{
    char text[PATH_MAX];
    return copy_in_string(text, sizeof text, path) > 0 && path_is_own_exe(dirfd, text);
}

#endif
