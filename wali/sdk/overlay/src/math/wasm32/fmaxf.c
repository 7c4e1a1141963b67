#include <math.h>

/* The instruction answers NaN if either is; the function, the other one. */
float fmaxf(float x, float y)
{
	if (x != x) return y;
	if (y != y) return x;
	return __builtin_wasm_max_f32(x, y);
}
