#include <math.h>

/* What trunc takes off is exact. */
float roundf(float x)
{
	float whole = __builtin_truncf(x);
	if (__builtin_fabsf(x - whole) >= 0.5f) whole += __builtin_copysignf(1, x);
	return __builtin_copysignf(whole, x);
}
