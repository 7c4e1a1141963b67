#include <string.h>
#include "wali_scan.h"
#include "wali_search.h"

/* How far the haystack is known to reach grows by pieces, so that finding
 * something near its beginning takes no look at its end. */
enum { FIRST_PIECE = 256, LAST_PIECE = 8192 };

char *strstr(const char *h, const char *n)
{
	if (!n[0]) return (char *)h;
	/* Most haystacks have few places that begin as the needle does. */
	for (int tries = 0; tries < 4; tries++) {
		h = scan_endless(h, block_of(n[0]), SCAN_BYTE_OR_END);
		if (!*h) return 0;
		size_t i = 1;
		while (n[i] && h[i] == n[i] && i < 16) i++;
		if (!n[i]) return (char *)h;
		if (!h[i]) return 0;
		if (i == 16) break;
		h++;
	}
	size_t l = strlen(n), piece = FIRST_PIECE, known = strnlen(h, l + piece);
	size_t whole = l + piece;
	struct search search = { n, l, SEARCH_CREDIT };
	while (known >= l) {
		const char *found = search_in(&search, h, known);
		if (found) return (char *)(search.credit < 0 ? __wali_strstr_linear(found, n) : found);
		if (known < whole) break;
		h += known - (l - 1);
		if (piece < LAST_PIECE) piece *= 2;
		whole = l - 1 + piece;
		known = l - 1 + strnlen(h + l - 1, piece);
	}
	return 0;
}
