/* syscall() and prctl() are variadic functions, and variable arguments lie in
 * memory packed by their own size. A program that includes the header calls
 * overloads instead, which widen each argument by its type. They are no
 * macros: members of that name, compound literals and parentheses mean what
 * they mean elsewhere. Who takes the function's address gets libc's, for the
 * condition of an overload cannot be judged without arguments; it holds for
 * all. A call that no overload takes is one of libc's function, too. */
#ifndef _BITS_WALI_OVERLOAD_H
#define _BITS_WALI_OVERLOAD_H

#ifdef __cplusplus
#define __WALI_FOLDED inline __attribute__((__always_inline__, __unused__, __artificial__))
#else
typedef const volatile void *__wali_p;
#define __WALI_FOLDED static __inline __attribute__((__always_inline__, __unused__))
#define __WALI_IF __attribute__((__enable_if__(__builtin_constant_p(__n) < 2, "")))
#endif

#endif
