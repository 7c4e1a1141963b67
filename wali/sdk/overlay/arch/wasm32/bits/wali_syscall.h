/* syscall() with a number known at compile time, which is nearly always,
 * becomes a call of that one import; otherwise libc's syscall() is called,
 * which brings imports of all calls with it. Only with optimisation, because
 * the switch must fold. */
#if !defined(_BITS_WALI_SYSCALL_H) && defined(__OPTIMIZE__) && !defined(__cplusplus) \
 && !defined(_INTERNAL_SYSCALL_H)
#define _BITS_WALI_SYSCALL_H

#include <wali_syscalls.h>

long (syscall)(long, ...);
long __syscall_ret(unsigned long) __attribute__((__visibility__("hidden")));

#define __WALI_FOLDED static __inline __attribute__((__always_inline__, __unused__))

__WALI_FOLDED long __wali_syscall_raw(long __n, long a, long b, long c, long d, long e, long f)
{
	switch (__n) {
#include <bits/wali_syscall_switch.h>
	}
	return -38;
}

__WALI_FOLDED long __wali_syscall_fold(long __n, long a, long b, long c, long d, long e, long f)
{
	if (!__builtin_constant_p(__n))
		return (syscall)(__n, a, b, c, d, e, f);
	return __syscall_ret(__wali_syscall_raw(__n, a, b, c, d, e, f));
}

#undef syscall
#define syscall(...) __WALI_FOLD(__VA_ARGS__,0,0,0,0,0,0,)
#define __WALI_FOLD(n,a,b,c,d,e,f,...) __wali_syscall_fold((long)(n),(long)(a), \
	(long)(b),(long)(c),(long)(d),(long)(e),(long)(f))

#endif
