#include <string.h>
#ifdef __wasm_simd128__
#include "wali_byteset.h"

size_t strspn(const char *s, const char *c)
{
	if (!*c) return 0;
	return byteset_scan(s, c, 0) - s;
}
#else
#include "../strspn.c"
#endif
