#include <string.h>

void *memccpy(void *restrict dest, const void *restrict src, int c, size_t n)
{
	const char *end = memchr(src, c, n);
	if (!end) {
		memcpy(dest, src, n);
		return 0;
	}
	n = end + 1 - (const char *)src;
	return (char *)memcpy(dest, src, n) + n;
}
