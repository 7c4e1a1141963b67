#include <string.h>
#include "wali_scan.h"

void *memchr(const void *s, int c, size_t n)
{
	return (void *)scan_bounded(s, block_of(c), n, SCAN_BYTE);
}
