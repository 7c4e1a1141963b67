#include <string.h>
#include "wali_words.h"

char *__strchrnul(const char *s, int c)
{
	c = (unsigned char)c;
	for (; (uintptr_t)s % 8; s++)
		if (!*s || *(const unsigned char *)s == c) return (char *)s;
	uint64_t pattern = WALI_ONES * (unsigned char)c;
	for (;; s += 8) {
		uint64_t word = *(const wali_aligned *)s;
		uint64_t hit = wali_zero_bytes(word) | wali_zero_bytes(word ^ pattern);
		if (hit) return (char *)s + wali_first_byte(hit);
	}
}

weak_alias(__strchrnul, strchrnul);
