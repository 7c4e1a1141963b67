/* What parts of the core expect of the rest of it. */
#include "wali/native/signals.h"

__thread volatile uint32_t wali_pending;
