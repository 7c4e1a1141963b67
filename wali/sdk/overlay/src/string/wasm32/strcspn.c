#include <string.h>
#ifdef __wasm_simd128__
#include "wali_byteset.h"

size_t strcspn(const char *s, const char *c)
{
	if (!c[0] || !c[1]) return __strchrnul(s, *c) - s;
	return byteset_scan(s, c, 1) - s;
}
#else
#include "../strcspn.c"
#endif
