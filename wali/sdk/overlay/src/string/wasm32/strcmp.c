#include <string.h>
#include "wali_compare.h"

int strcmp(const char *l, const char *r)
{
	size_t i = compare_until(l, r, SIZE_MAX, COMPARE_BYTES);
	return (unsigned char)l[i] - (unsigned char)r[i];
}
