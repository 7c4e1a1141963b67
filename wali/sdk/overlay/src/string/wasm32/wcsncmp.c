#include <wchar.h>
#include "wali_compare.h"

int wcsncmp(const wchar_t *l, const wchar_t *r, size_t n)
{
	if (!n) return 0;
	size_t bytes = n > SIZE_MAX / sizeof *l ? SIZE_MAX & -sizeof *l : n * sizeof *l;
	size_t i = compare_until((const char *)l, (const char *)r, bytes, COMPARE_WIDE) / sizeof *l;
	return i >= n ? 0 : l[i] < r[i] ? -1 : l[i] > r[i];
}
