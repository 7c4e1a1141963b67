#include <string.h>
#include "wali_bulk.h"

void *__wali_memcpy(void *restrict dest, const void *restrict src, size_t n)
{
	if (n > WALI_BULK)
		wali_bulk_copy(dest, src, n);
	else
		wali_copy_small(dest, src, n);
	return dest;
}

weak_alias(__wali_memcpy, memcpy);
