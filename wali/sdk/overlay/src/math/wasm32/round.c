#include <math.h>

/* What trunc takes off is exact. */
double round(double x)
{
	double whole = __builtin_trunc(x);
	if (__builtin_fabs(x - whole) >= 0.5) whole += __builtin_copysign(1, x);
	return __builtin_copysign(whole, x);
}
