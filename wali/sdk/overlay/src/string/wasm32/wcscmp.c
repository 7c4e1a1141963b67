#include <wchar.h>
#include "wali_compare.h"

int wcscmp(const wchar_t *l, const wchar_t *r)
{
	size_t i = compare_until((const char *)l, (const char *)r, SIZE_MAX, COMPARE_WIDE) / sizeof *l;
	return l[i] < r[i] ? -1 : l[i] > r[i];
}
