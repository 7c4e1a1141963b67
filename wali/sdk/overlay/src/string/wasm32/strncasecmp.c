#include <strings.h>
#include "wali_compare.h"

int strncasecmp(const char *l, const char *r, size_t n)
{
	size_t i = n ? compare_until(l, r, n, COMPARE_FOLDED) : 0;
	return i < n ? compare_fold(l[i]) - compare_fold(r[i]) : 0;
}

int __strncasecmp_l(const char *l, const char *r, size_t n, locale_t loc)
{
	return strncasecmp(l, r, n);
}

weak_alias(__strncasecmp_l, strncasecmp_l);
