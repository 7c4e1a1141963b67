#include <string.h>
#include "wali_bulk.h"

void *__wali_memmove(void *dest, const void *src, size_t n)
{
	if (n > WALI_BULK)
		wali_bulk_copy(dest, src, n);
	else
		wali_copy_small(dest, src, n);
	return dest;
}

weak_alias(__wali_memmove, memmove);
