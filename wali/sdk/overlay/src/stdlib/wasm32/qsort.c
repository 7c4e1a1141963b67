/* musl's, which needs no memory, stays for what finds none. */
#define __qsort_r __wali_smoothsort
#define qsort_r __wali_smoothsort_r
#include "../qsort.c"
#undef __qsort_r
#undef qsort_r
#include <errno.h>

/* A merge sort: fewer comparisons than any that sorts in place, and stable as
 * glibc's, which some programs take for granted. Elements of more than LARGE
 * bytes are sorted by their addresses, and then moved once. */
enum { ON_STACK = 1024, LARGE = 32, FEW = 6 };

/* Called by qsort with a function of two parameters, so that a comparison is
 * one indirect call, not two. */
typedef int (*plain_cmp)(const void *, const void *);

struct order {
	size_t width; /* of what is moved */
	cmpfun cmp;
	plain_cmp plain;
	void *arg;
	int indirect; /* what is moved is an address */
};

static inline __attribute__((__always_inline__)) int in_order(const struct order *o, const char *a, const char *b)
{
	if (o->indirect) a = *(char *const *)a, b = *(char *const *)b;
	return (o->plain ? o->plain(a, b) : o->cmp(a, b, o->arg)) <= 0;
}

static inline __attribute__((__always_inline__)) void move(char *d, const char *s, size_t width)
{
	if (width == 4) __builtin_memcpy(d, s, 4);
	else if (width == 8) __builtin_memcpy(d, s, 8);
	else if (width == 16) __builtin_memcpy(d, s, 16);
	else memcpy(d, s, width);
}

static inline __attribute__((__always_inline__)) void insert_few(const struct order *o, char *base, size_t n, char *spare, size_t width)
{
	for (char *p = base + width, *end = base + n*width; p < end; p += width) {
		char *q = p;
		if (in_order(o, p - width, p)) continue;
		move(spare, p, width);
		do move(q, q - width, width), q -= width;
		while (q > base && !in_order(o, q - width, spare));
		move(q, spare, width);
	}
}

static inline __attribute__((__always_inline__)) void merge(const struct order *o, char *base, size_t left, size_t n, char *spare, size_t width)
{
	char *a = spare, *b = base + left*width, *d = base;
	char *a_end = spare + left*width, *b_end = base + n*width;
	if (in_order(o, b - width, b)) return;
	memcpy(spare, base, left*width);
	while (a < a_end && b < b_end) {
		if (in_order(o, a, b)) move(d, a, width), a += width;
		else move(d, b, width), b += width;
		d += width;
	}
	memcpy(d, a, a_end - a);
}

/* One for each width that moves as one or two values. */
#define SORT(name, width) \
static void name(const struct order *o, char *base, size_t n, char *spare) \
{ \
	if (n <= FEW) { \
		insert_few(o, base, n, spare, width); \
		return; \
	} \
	size_t left = n/2; \
	name(o, base, left, spare); \
	name(o, base + left*(width), n - left, spare); \
	merge(o, base, left, n, spare, width); \
}

SORT(sort_4, 4)
SORT(sort_8, 8)
SORT(sort_16, 16)
SORT(sort_any, o->width)

static void sort(const struct order *o, char *base, size_t n, char *spare)
{
	switch (o->width) {
	case 4: sort_4(o, base, n, spare); break;
	case 8: sort_8(o, base, n, spare); break;
	case 16: sort_16(o, base, n, spare); break;
	default: sort_any(o, base, n, spare);
	}
}

/* Each element to where its address has gone, a circle of them at a time. */
static void permute(char *base, char **from, size_t n, size_t width, char *spare)
{
	for (size_t i = 0; i < n; i++) {
		char *to = base + i*width;
		if (from[i] == to) continue;
		memcpy(spare, to, width);
		for (size_t at = i;;) {
			size_t next = (from[at] - base) / width;
			from[at] = base + at*width;
			if (next == i) {
				memcpy(base + at*width, spare, width);
				break;
			}
			memcpy(base + at*width, base + next*width, width);
			at = next;
		}
	}
}

static void sort_addresses(struct order *o, char *base, size_t n, size_t width, char *memory)
{
	char **from = (char **)memory, **spare = from + n;
	for (size_t i = 0; i < n; i++) from[i] = base + i*width;
	o->indirect = 1;
	o->width = sizeof *from;
	sort(o, memory, n, (char *)spare);
	permute(base, from, n, width, (char *)(spare + n/2 + 1));
}

static int call_plain(const void *a, const void *b, void *cmp)
{
	return ((plain_cmp)cmp)(a, b);
}

static void sort_all(void *base, size_t n, size_t width, cmpfun cmp, plain_cmp plain, void *arg)
{
	if (n < 2 || !width) return;
	struct order o = { width, cmp, plain, arg, 0 };
	/* Half of the elements and one; or all addresses, half of them, and one element. */
	size_t half = n/2 + 1, each = width > LARGE ? sizeof(char *) : width, size, more;
	_Alignas(16) char stack[ON_STACK], *memory = stack;
	if (__builtin_mul_overflow(width > LARGE ? n + half : half, each, &size)
	    || __builtin_add_overflow(size, width > LARGE ? width : 0, &more))
		memory = 0;
	else if (more > ON_STACK) {
		int e = errno;
		memory = malloc(more);
		errno = e;
	}
	if (!memory)
		plain ? __wali_smoothsort(base, n, width, call_plain, (void *)plain)
			: __wali_smoothsort(base, n, width, cmp, arg);
	else if (width > LARGE)
		sort_addresses(&o, base, n, width, memory);
	else
		sort(&o, base, n, memory);
	if (memory != stack) free(memory);
}

void __qsort_r(void *base, size_t n, size_t width, cmpfun cmp, void *arg)
{
	sort_all(base, n, width, cmp, 0, arg);
}

weak_alias(__qsort_r, qsort_r);

void qsort(void *base, size_t n, size_t width, plain_cmp cmp)
{
	sort_all(base, n, width, 0, cmp, 0);
}
