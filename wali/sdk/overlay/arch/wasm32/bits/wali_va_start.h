/* A variadic function that is called without variable arguments gets a null
 * pointer for their list. Natively va_arg() then reads whatever is there, and
 * functions do read an optional argument before they know whether it counts.
 * Here they read zeros. */
#ifndef _BITS_WALI_VA_START_H
#define _BITS_WALI_VA_START_H
static long __wali_no_arguments[8]; /* nobody writes to it; const would want casts that compilers warn of */
#define __WALI_VA_BEGIN(ap, ...) ((void)((ap) || ((ap) = (__builtin_va_list)__wali_no_arguments)))
#endif

#undef va_start
#if defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L
#define va_start(...) (__builtin_c23_va_start(__VA_ARGS__), __WALI_VA_BEGIN(__VA_ARGS__, 0))
#else
#define va_start(ap, param) (__builtin_va_start(ap, param), __WALI_VA_BEGIN(ap, 0))
#endif
