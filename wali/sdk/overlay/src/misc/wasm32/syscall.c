#define _BSD_SOURCE
#include <unistd.h>
#include "syscall.h"
#include <stdarg.h>

#undef syscall

long __wali_syscall(long n, long a, long b, long c, long d, long e, long f)
{
	switch (n) {
#include "syscall_switch.h"
	}
	return -ENOSYS;
}

/* Varargs are packed by their own size here, so every argument must be a long:
 * the macro of <unistd.h> sees to that. Callers that bypass it must cast. */
long syscall(long n, ...)
{
	va_list ap;
	long a, b, c, d, e, f;
	va_start(ap, n);
	a = va_arg(ap, long);
	b = va_arg(ap, long);
	c = va_arg(ap, long);
	d = va_arg(ap, long);
	e = va_arg(ap, long);
	f = va_arg(ap, long);
	va_end(ap);
	return __syscall_ret(__wali_syscall(n, a, b, c, d, e, f));
}
