#include "wali/native/base/half_done.h"

__thread volatile uint32_t wali_half_done;
