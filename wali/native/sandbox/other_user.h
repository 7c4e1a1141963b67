/* Another user for the guest, who starts it as root: --user. */
#ifndef WALI_SANDBOX_OTHER_USER_H
#define WALI_SANDBOX_OTHER_USER_H

#include "wali/native/base/error.h"

/* Becomes the user, by name or number, perhaps with a :GROUP number, without any further groups.  All
 * files of the runtime's must be open.  0, or -1 with *error set. */
int other_user_become(const char *text, wali_error *error) __attribute__((visibility("hidden")));

#endif
