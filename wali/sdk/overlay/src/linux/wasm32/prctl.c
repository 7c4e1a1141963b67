#define _GNU_SOURCE
#include <sys/prctl.h>
#include <stdarg.h>
#include "syscall.h"

/* What the overloads of <sys/prctl.h> call. */
int __wali_prctl(int op, long a, long b, long c, long d)
{
	return syscall(SYS_prctl, op, a, b, c, d);
}

#undef __WALI_IF
#define __WALI_IF
#define __WALI_OVER(name, shape, ...) int __wali_prctl_##shape(int __n __VA_OPT__(,) __VA_ARGS__)
#define __WALI_CALL(name, ...) { return __wali_prctl(__n, __VA_ARGS__); }
#include <bits/wali_prctl_overloads.h>

/* For callers without the overloads. The kernel has unsigned longs, but what
 * is passed naturally, and means something here, are ints and addresses. Longs
 * of which only the first is not 0 read the same. */
int prctl(int op, ...)
{
	va_list ap;
	va_start(ap, op);
	long a = va_arg(ap, unsigned), b = va_arg(ap, unsigned);
	long c = va_arg(ap, unsigned), d = va_arg(ap, unsigned);
	va_end(ap);
	if (op == PR_SET_PTRACER && (int)a == -1) a = PR_SET_PTRACER_ANY;
	return __wali_prctl(op, a, b, c, d);
}
