/* syscall() with a number known at compile time, which is nearly always,
 * becomes a call of that one import; otherwise a function of libc's is called,
 * which brings imports of all calls with it. Only with optimisation, because
 * the switch must fold. */
#if !defined(_BITS_WALI_SYSCALL_H) && !defined(_INTERNAL_SYSCALL_H) && !defined(__ASSEMBLER__) \
 && !defined(syscall)
#define _BITS_WALI_SYSCALL_H

#include <bits/wali_overload.h>

#ifdef __OPTIMIZE__
#include <wali_syscalls.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

long syscall(long, ...);
long __wali_syscall_long(long, long, long, long, long, long, long);
#ifdef __OPTIMIZE__
long __syscall_ret(unsigned long) __attribute__((__visibility__("hidden")));
#endif

#ifdef __cplusplus
}
extern "C++" {
#endif

#ifdef __OPTIMIZE__
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
		return __wali_syscall_long(__n, a, b, c, d, e, f);
	return __syscall_ret(__wali_syscall_raw(__n, a, b, c, d, e, f));
}
#else
#define __wali_syscall_fold __wali_syscall_long
#endif

#ifdef __cplusplus
template<class __N>
__WALI_FOLDED long syscall(__N __n)
{ return __wali_syscall_fold(__n, 0, 0, 0, 0, 0, 0); }
template<class __A>
__WALI_FOLDED long syscall(long __n, __A a)
{ return __wali_syscall_fold(__n, (long)a, 0, 0, 0, 0, 0); }
template<class __A, class __B>
__WALI_FOLDED long syscall(long __n, __A a, __B b)
{ return __wali_syscall_fold(__n, (long)a, (long)b, 0, 0, 0, 0); }
template<class __A, class __B, class __C>
__WALI_FOLDED long syscall(long __n, __A a, __B b, __C c)
{ return __wali_syscall_fold(__n, (long)a, (long)b, (long)c, 0, 0, 0); }
template<class __A, class __B, class __C, class __D>
__WALI_FOLDED long syscall(long __n, __A a, __B b, __C c, __D d)
{ return __wali_syscall_fold(__n, (long)a, (long)b, (long)c, (long)d, 0, 0); }
template<class __A, class __B, class __C, class __D, class __E>
__WALI_FOLDED long syscall(long __n, __A a, __B b, __C c, __D d, __E e)
{ return __wali_syscall_fold(__n, (long)a, (long)b, (long)c, (long)d, (long)e, 0); }
template<class __A, class __B, class __C, class __D, class __E, class __F>
__WALI_FOLDED long syscall(long __n, __A a, __B b, __C c, __D d, __E e, __F f)
{ return __wali_syscall_fold(__n, (long)a, (long)b, (long)c, (long)d, (long)e, (long)f); }
}
#else
#define __WALI_OVER(name, shape, ...) \
	__WALI_FOLDED __attribute__((__overloadable__)) long name(long __n __VA_OPT__(,) __VA_ARGS__)
#define __WALI_CALL(name, ...) { return __wali_syscall_fold(__n, __VA_ARGS__); }
#include <bits/wali_syscall_overloads.h>
#undef __WALI_OVER
#undef __WALI_CALL
#endif

#endif
