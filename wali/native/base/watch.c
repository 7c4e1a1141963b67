#include "wali/native/base/watch.h"

#include <stddef.h>

const struct watch *watch = NULL;
