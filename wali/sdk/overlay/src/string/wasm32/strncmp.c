#include <string.h>
#include "wali_compare.h"

int strncmp(const char *l, const char *r, size_t n)
{
	size_t i = n ? compare_until(l, r, n, COMPARE_BYTES) : 0;
	return i < n ? (unsigned char)l[i] - (unsigned char)r[i] : 0;
}
