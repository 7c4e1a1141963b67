#include <wchar.h>
#include "wali_scan.h"

wchar_t *wmemchr(const wchar_t *s, wchar_t c, size_t n)
{
	if (scan_wide_aligned(s)) {
		size_t bytes = n > SIZE_MAX / sizeof *s ? SIZE_MAX : n * sizeof *s;
		return (wchar_t *)scan_bounded(s, wide_of(c), bytes, SCAN_WIDE);
	}
	for (; n && *s != c; n--, s++);
	return n ? (wchar_t *)s : 0;
}
