#define _GNU_SOURCE
#include <string.h>
#include "wali_search.h"

void *memmem(const void *h, size_t k, const void *n, size_t l)
{
	if (!l) return (void *)h;
	if (k < l) return 0;
	if (l == 1) return memchr(h, *(const unsigned char *)n, k);
	struct search search = { n, l, SEARCH_CREDIT };
	const char *found = search_in(&search, h, k);
	if (!found || search.credit >= 0) return (void *)found;
	return __wali_memmem_linear(found, k - (found - (const char *)h), n, l);
}
