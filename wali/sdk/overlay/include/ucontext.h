#ifndef _UCONTEXT_H
#define _UCONTEXT_H
#ifdef __cplusplus
extern "C" {
#endif

#include <features.h>

#include <signal.h>

#if defined(_GNU_SOURCE) || defined(_BSD_SOURCE)
#define NGREG (sizeof(gregset_t)/sizeof(greg_t))
#endif

struct __ucontext;

/* Imports of the runtime, which return into their caller's frame as no
 * function of libc could; see <setjmp.h>. libc has functions under the usual
 * names for code that declares them itself, or takes an address. */
#define __WALI_CONTEXT(name) __asm__("__wali_" name) \
	__attribute__((__import_module__("wali"), __import_name__(name)))

int  getcontext(struct __ucontext *) __WALI_CONTEXT("getcontext")
	__attribute__((__returns_twice__));
void makecontext(struct __ucontext *, void (*)(), int, ...);
int  setcontext(const struct __ucontext *);
int  swapcontext(struct __ucontext *, const struct __ucontext *);

int __wali_swap(struct __ucontext *, const struct __ucontext *)
	__WALI_CONTEXT("swapcontext");
int __wali_context_failed(int);
static __inline __attribute__((__always_inline__))
int __wali_swap_here(struct __ucontext *__old, const struct __ucontext *__new)
{
	int __r = __wali_swap(__old, __new);
	return __r ? __wali_context_failed(__r) : 0;
}
#define swapcontext(old, new) __wali_swap_here((old), (new))

#undef __WALI_CONTEXT

#ifdef __cplusplus
}
#endif
#endif
