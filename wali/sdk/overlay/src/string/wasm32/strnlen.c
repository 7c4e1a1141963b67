#include <string.h>
#include "wali_scan.h"

size_t strnlen(const char *s, size_t n)
{
	const char *end = scan_bounded(s, block_of(0), n, SCAN_END);
	return end ? end - s : n;
}
