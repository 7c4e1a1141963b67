/* Which values a place has seen, and how often: functions that are called by pointer, and sizes of copies. The compiled
 * program calls this everywhere, in signal handlers and in its own malloc, too: nothing here waits or allocates but
 * whole pages. */
#include "profile.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { USUAL_VALUES = 24, PAGES = 1 << 16 };

SHARED void __llvm_profile_instrument_target(uint64_t, void *, uint32_t);
SHARED void __llvm_profile_instrument_target_value(uint64_t, void *, uint32_t, uint64_t);
SHARED void __llvm_profile_instrument_memop(uint64_t, void *, uint32_t);

struct pages {
	uint32_t used;
	struct value values[(PAGES - sizeof(uint64_t)) / sizeof(struct value)];
};

_Static_assert(sizeof(struct pages) <= PAGES, "");

static uint32_t used; /* of the compiler's */
static struct pages *current;

static uint32_t most_values(void)
{
	static uint32_t most;
	const uint32_t known = __atomic_load_n(&most, __ATOMIC_RELAXED);
	if (known) return known;
	const char *const given = getenv("LLVM_VP_MAX_NUM_VALS_PER_SITE");
	int count = given && *given ? atoi(given) : USUAL_VALUES;
	if (count < 1) count = 1;
	if (count > MOST_VALUES) count = MOST_VALUES;
	__atomic_store_n(&most, count, __ATOMIC_RELAXED);
	return count;
}

static struct value *unused(void)
{
	if (__atomic_load_n(&used, __ATOMIC_RELAXED) < SIZE(vnds) / sizeof(struct value)) {
		const uint32_t at = __atomic_fetch_add(&used, 1, __ATOMIC_RELAXED);
		if (at < SIZE(vnds) / sizeof(struct value)) return BEGIN(vnds) + at;
	}
	for (;;) {
		struct pages *pages = __atomic_load_n(&current, __ATOMIC_ACQUIRE);
		if (pages) {
			const uint32_t at = __atomic_fetch_add(&pages->used, 1, __ATOMIC_RELAXED);
			if (at < sizeof pages->values / sizeof *pages->values) return &pages->values[at];
		}
		struct pages *const more = __profile_new_pages(PAGES);
		if (!more) return 0;
		if (!__atomic_compare_exchange_n(&current, &pages, more, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
			munmap(more, PAGES);
	}
}

static size_t site_count(const struct function *function)
{
	size_t count = 0;
	for (int kind = 0; kind < KINDS; kind++) count += function->sites[kind];
	return count;
}

/* The lists of the function's sites. The compiler makes them, unless it was told not to. */
static struct value **lists_of(struct function *function)
{
	struct value **const known = __atomic_load_n(&function->values, __ATOMIC_ACQUIRE);
	if (known) return known;
	struct value **before = 0;
	const size_t size = site_count(function) * sizeof(struct value *);
	struct value **const lists = __profile_new_pages(size);
	if (!lists) return 0;
	if (__atomic_compare_exchange_n(&function->values, &before, lists, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return lists;
	munmap(lists, size);
	return before;
}

/* A site has as many values as it may: the rarest is forgotten bit by bit, for the newcomer. */
static void replace(struct value *rarest, uint64_t value, uint64_t count)
{
	const uint64_t before = __atomic_load_n(&rarest->count, __ATOMIC_RELAXED);
	if (before > count) {
		__atomic_fetch_sub(&rarest->count, count, __ATOMIC_RELAXED);
		return;
	}
	__atomic_store_n(&rarest->value, value, __ATOMIC_RELAXED);
	__atomic_store_n(&rarest->count, count, __ATOMIC_RELAXED);
}

void __llvm_profile_instrument_target_value(uint64_t value, void *data, uint32_t site, uint64_t count)
{
	struct value **const lists = data && count ? lists_of(data) : 0;
	struct value *rarest = 0, *ours = 0;
	uint32_t found = 0;
	if (!lists) return;
	struct value **link = &lists[site];
	for (;;) {
		struct value *one = __atomic_load_n(link, __ATOMIC_ACQUIRE);
		if (!one) {
			if (found >= most_values()) return replace(rarest, value, count);
			if (!ours) ours = unused();
			if (!ours) return;
			*ours = (struct value){value, count, 0};
			if (__atomic_compare_exchange_n(link, &one, ours, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return;
		}
		if (__atomic_load_n(&one->value, __ATOMIC_RELAXED) == value) {
			__atomic_fetch_add(&one->count, count, __ATOMIC_RELAXED);
			return;
		}
		if (!rarest || one->count < rarest->count) rarest = one;
		found++;
		link = &one->next;
	}
}

void __llvm_profile_instrument_target(uint64_t value, void *data, uint32_t site)
{
	__llvm_profile_instrument_target_value(value, data, site, 1);
}

/* Sizes by ranges: each up to 8, then powers of two, and between them what is one larger than the power below. */
void __llvm_profile_instrument_memop(uint64_t size, void *data, uint32_t site)
{
	enum { SMALL = 8, LARGE = 513 };
	uint64_t range = size;
	if (size >= LARGE)
		range = LARGE;
	else if (size > SMALL && (size & (size - 1)))
		range = (1ull << (63 - __builtin_clzll(size))) + 1;
	__llvm_profile_instrument_target_value(range, data, site, 1);
}

void __profile_reset_values(const struct function *function)
{
	if (!function->values) return;
	for (size_t i = 0; i < site_count(function); i++)
		for (struct value *one = function->values[i]; one; one = one->next)
			__atomic_store_n(&one->count, 0, __ATOMIC_RELAXED);
}

/* What a site has seen and what it had in the earlier file; how many there are. */
static uint32_t join(struct pair pairs[MOST_VALUES], const struct value *list, const struct pair *old, uint32_t count)
{
	uint32_t found = 0;
	for (const struct value *one = list; one && found < MOST_VALUES; one = one->next)
		if (one->count) pairs[found++] = (struct pair){one->value, one->count};
	for (uint32_t i = 0; i < count; i++) {
		uint32_t at = 0;
		while (at < found && pairs[at].value != old[i].value) at++;
		if (at < found)
			pairs[at].count += old[i].count;
		else if (found < MOST_VALUES)
			pairs[found++] = old[i];
	}
	return found;
}

/* One kind of a function's values. `old`: where the earlier file has the same; moved behind it. */
static void put_kind(struct image *image, struct value **lists, struct kind_header kind, const char **old)
{
	struct pair pairs[MOST_VALUES];
	const size_t counts_size = PADDED(kind.site_count);
	const uint8_t *const old_counts = *old ? (const uint8_t *)*old + sizeof kind : 0;
	const struct pair *old_pairs = (const void *)(old_counts + counts_size);
	__profile_put(image, &kind, sizeof kind);
	const size_t counts = image->size;
	for (size_t i = 0; i < counts_size; i++) __profile_put(image, "", 1);
	for (uint32_t i = 0; i < kind.site_count; i++) {
		const uint32_t old_count = old_counts ? old_counts[i] : 0;
		const uint32_t count = join(pairs, lists ? lists[i] : 0, old_pairs, old_count);
		__profile_put(image, pairs, count * sizeof *pairs);
		if (!image->has_failed) image->bytes[counts + i] = (char)count;
		old_pairs += old_count;
	}
	if (*old) *old = (const char *)old_pairs;
}

/* The end of a function's values at `at`; NULL if they are damaged, or another function's. */
static const char *end_of_values(const char *at, const char *end, const struct function *function)
{
	const struct values_header *const header = (const void *)at;
	if (site_count(function) == 0) return at;
	if ((size_t)(end - at) < sizeof *header || header->size > (size_t)(end - at)) return 0;
	const char *const last = at + header->size;
	at += sizeof *header;
	for (uint32_t kind = 0; kind < KINDS; kind++) {
		const struct kind_header *const one = (const void *)at;
		size_t pairs = 0;
		if (!function->sites[kind]) continue;
		if (last < at || (size_t)(last - at) < sizeof *one + PADDED(function->sites[kind])) return 0;
		if (one->kind != kind || one->site_count != function->sites[kind]) return 0;
		at += sizeof *one;
		for (uint32_t i = 0; i < one->site_count; i++) pairs += (uint8_t)at[i];
		at += PADDED(one->site_count);
		if ((size_t)(last - at) < pairs * sizeof(struct pair)) return 0;
		at += pairs * sizeof(struct pair);
	}
	return at == last ? at : 0;
}

bool __profile_has_all_values(const struct earlier *old)
{
	const char *const end = old->bytes + old->size;
	const char *at = old->values;
	for (size_t i = 0; at && i < FUNCTION_COUNT; i++) at = end_of_values(at, end, BEGIN(data) + i);
	return at == end;
}

void __profile_put_values(struct image *image, const struct function *function, struct earlier *old)
{
	struct value **lists = function->values;
	struct values_header header = {0};
	for (int kind = 0; kind < KINDS; kind++) header.kind_count += function->sites[kind] != 0;
	if (!header.kind_count) return;
	const char *from = old ? old->values + sizeof header : 0;
	const size_t place = image->size;
	__profile_put(image, &header, sizeof header);
	for (uint32_t kind = 0; kind < KINDS; kind++) {
		if (!function->sites[kind]) continue;
		put_kind(image, lists, (struct kind_header){kind, function->sites[kind]}, &from);
		if (lists) lists += function->sites[kind];
	}
	header.size = image->size - place;
	if (!image->has_failed) memcpy(image->bytes + place, &header, sizeof header);
	if (from) old->values = from;
}
