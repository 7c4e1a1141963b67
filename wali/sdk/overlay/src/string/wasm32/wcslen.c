#include <wchar.h>
#include "wali_scan.h"

size_t wcslen(const wchar_t *s)
{
	if (scan_wide_aligned(s))
		return (const wchar_t *)scan_endless(s, block_of(0), SCAN_WIDE_END) - s;
	const wchar_t *p = s;
	while (*p) p++;
	return p - s;
}
