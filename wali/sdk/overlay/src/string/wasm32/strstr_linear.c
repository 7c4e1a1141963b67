/* musl's, which takes time in proportion to the haystack whatever the needle. */
#include "wali_search.h"
#define strstr __wali_strstr_linear
#include "../strstr.c"
