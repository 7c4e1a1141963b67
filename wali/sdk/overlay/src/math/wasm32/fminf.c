#include <math.h>

/* The instruction answers NaN if either is; the function, the other one. */
float fminf(float x, float y)
{
	if (x != x) return y;
	if (y != y) return x;
	return __builtin_wasm_min_f32(x, y);
}
