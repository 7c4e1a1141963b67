#ifndef WALI_SEARCH_H
#define WALI_SEARCH_H

#include <features.h>
#include <string.h>
#include "wali_block.h"

/* Searches for a needle of two bytes or more where its first and its last byte
 * are at their distance: a block of places at a time. Places where the rest is
 * another cost credit, which grows as the search advances. Who has none left
 * goes on with the linear search. */
struct search {
	const char *needle;
	size_t length;
	int64_t credit;
};

enum { SEARCH_CREDIT = 2048 };

hidden char *__wali_strstr_linear(const char *, const char *);
hidden void *__wali_memmem_linear(const void *, size_t, const void *, size_t);

/* The first of the candidates at p, or where credit ended. */
BLOCK_INLINE const char *search_among(struct search *s, const char *p, mask m)
{
	for (; m; m &= ~mask_through(mask_first(m))) {
		const char *at = p + mask_first(m);
		if (s->length == 2 || !memcmp(at + 1, s->needle + 1, s->length - 2)) return at;
		s->credit -= 16 + s->length / 8;
		if (s->credit < 0) return at;
	}
	return 0;
}

/* The first place in the k bytes from h on. With credit below 0: a place before
 * which there is none. Or a null pointer. k is not less than the length. */
BLOCK_INLINE const char *search_in(struct search *s, const char *h, size_t k)
{
	size_t l = s->length, places = k - l + 1;
	block first = block_of(s->needle[0]), last = block_of(s->needle[l-1]);
	const char *found;
	for (; places >= 4*BLOCK; h += 4*BLOCK, places -= 4*BLOCK) {
		const char *e = h + l - 1;
		block a = block_equal(block_load(h), first) & block_equal(block_load(e), last);
		block b = block_equal(block_load(h + BLOCK), first) & block_equal(block_load(e + BLOCK), last);
		block c = block_equal(block_load(h + 2*BLOCK), first) & block_equal(block_load(e + 2*BLOCK), last);
		block d = block_equal(block_load(h + 3*BLOCK), first) & block_equal(block_load(e + 3*BLOCK), last);
		if (hits_any((a | b) | (c | d))) {
			if ((found = search_among(s, h, hits_mask(a)))
			    || (found = search_among(s, h + BLOCK, hits_mask(b)))
			    || (found = search_among(s, h + 2*BLOCK, hits_mask(c)))
			    || (found = search_among(s, h + 3*BLOCK, hits_mask(d))))
				return found;
		}
		s->credit += 16*BLOCK;
	}
	while (places) {
		const char *e = h + l - 1;
		size_t step = places < BLOCK ? places : BLOCK;
		if (block_room(h) < BLOCK || block_room(e) < BLOCK) {
			if (places < BLOCK) step = 1;
			else goto whole;
			if (*h == s->needle[0] && *e == s->needle[l-1]
			    && (found = search_among(s, h, mask_through(0))))
				return found;
		} else whole: {
			mask m = hits_mask(block_equal(block_load(h), first) & block_equal(block_load(e), last));
			if (step < BLOCK) m &= mask_below(step);
			if ((found = search_among(s, h, m))) return found;
		}
		h += step, places -= step;
	}
	return 0;
}

#endif
