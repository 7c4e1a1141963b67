/* musl's, which takes time in proportion to the haystack whatever the needle. */
#include "wali_search.h"
#define memmem __wali_memmem_linear
#include "../memmem.c"
