#include <wchar.h>
#include "wali_scan.h"

wchar_t *wcschr(const wchar_t *s, wchar_t c)
{
	const wchar_t *p = s;
	if (scan_wide_aligned(s))
		p = (const wchar_t *)scan_endless(s, wide_of(c), SCAN_WIDE_OR_END);
	else
		while (*p && *p != c) p++;
	return *p == c ? (wchar_t *)p : 0;
}
