#include <strings.h>
#include "wali_compare.h"

/* Letters are ASCII's in every locale of musl's. */
int strcasecmp(const char *l, const char *r)
{
	size_t i = compare_until(l, r, SIZE_MAX, COMPARE_FOLDED);
	return compare_fold(l[i]) - compare_fold(r[i]);
}

int __strcasecmp_l(const char *l, const char *r, locale_t loc)
{
	return strcasecmp(l, r);
}

weak_alias(__strcasecmp_l, strcasecmp_l);
