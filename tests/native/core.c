/* What parts of the core expect of the rest of it. */
#include "wali/native/delivery/delivery.h"

__thread volatile uint32_t wali_pending;
