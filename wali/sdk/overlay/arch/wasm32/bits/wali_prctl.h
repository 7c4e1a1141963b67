/* Overloads of prctl(): bits/wali_overload.h. */
#ifndef _BITS_WALI_PRCTL_H
#define _BITS_WALI_PRCTL_H

#include <bits/wali_overload.h>

#ifdef __cplusplus
extern "C" {
#endif
int __wali_prctl(int, long, long, long, long);
#ifdef __cplusplus
}
extern "C++" {
template<class __N>
__WALI_FOLDED int prctl(__N __n)
{ return __wali_prctl((int)__n, 0, 0, 0, 0); }
template<class __A>
__WALI_FOLDED int prctl(int __n, __A a)
{ return __wali_prctl(__n, (long)a, 0, 0, 0); }
template<class __A, class __B>
__WALI_FOLDED int prctl(int __n, __A a, __B b)
{ return __wali_prctl(__n, (long)a, (long)b, 0, 0); }
template<class __A, class __B, class __C>
__WALI_FOLDED int prctl(int __n, __A a, __B b, __C c)
{ return __wali_prctl(__n, (long)a, (long)b, (long)c, 0); }
template<class __A, class __B, class __C, class __D>
__WALI_FOLDED int prctl(int __n, __A a, __B b, __C c, __D d)
{ return __wali_prctl(__n, (long)a, (long)b, (long)c, (long)d); }
}
#else
/* Declarations alone, which libc defines one by one: programs include this
 * header in the middle of a function, where nothing can be defined. */
#define __WALI_OVER(name, shape, ...) \
	__attribute__((__overloadable__)) int name(int __n __VA_OPT__(,) __VA_ARGS__) __asm__("__wali_prctl_" #shape)
#define __WALI_CALL(name, ...) ;
#include <bits/wali_prctl_overloads.h>
#undef __WALI_OVER
#undef __WALI_CALL
#endif

#endif
