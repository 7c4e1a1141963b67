#include <string.h>
#include "wali_words.h"

size_t strlen(const char *s)
{
	const char *p = s;
	for (; (uintptr_t)p % 8; p++)
		if (!*p) return p - s;
	for (;; p += 8) {
		uint64_t zero = wali_zero_bytes(*(const wali_aligned *)p);
		if (zero) return p - s + wali_first_byte(zero);
	}
}
