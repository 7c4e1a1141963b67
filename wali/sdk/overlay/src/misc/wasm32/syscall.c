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

/* What the overloads of <sys/syscall.h> call. */
long __wali_syscall_long(long n, long a, long b, long c, long d, long e, long f)
{
	return __syscall_ret(__wali_syscall(n, a, b, c, d, e, f));
}

#define WALI_WIDTHS(count, wide) ((count) << 6 | (wide))
static const unsigned short widths[] = {
#include "syscall_widths.h"
};

/* For callers without the overloads: another language, a pointer, a declaration
 * of their own. Variable arguments are packed by their own size, so each is
 * read at the width that the call has for it, which is that of its C type; and
 * no more than the call has. */
long syscall(long n, ...)
{
	long words[6] = { 0 };
	unsigned width = n >= 0 && n < sizeof widths / sizeof *widths ? widths[n] : 0;
	va_list ap;
	va_start(ap, n);
	for (unsigned i = 0; i < width >> 6; i++)
		words[i] = width >> i & 1 ? va_arg(ap, long) : va_arg(ap, int);
	va_end(ap);
	return __wali_syscall_long(n, words[0], words[1], words[2], words[3], words[4], words[5]);
}
