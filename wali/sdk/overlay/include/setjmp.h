#ifndef	_SETJMP_H
#define	_SETJMP_H

#ifdef __cplusplus
extern "C" {
#endif

#include <features.h>

#include <bits/setjmp.h>

typedef struct __jmp_buf_tag {
	__jmp_buf __jb;
	unsigned long __fl;
	unsigned long __ss[128/sizeof(long)];
} jmp_buf[1];

/* Imports of the runtime, which saves and restores the calling frame, the
 * stack pointer and (for sigsetjmp) the signal mask. Their symbols have other
 * names, because libc defines functions under the usual ones for code that
 * declares them itself, and one symbol cannot be both. With
 * -mwali-sjlj=wasm the compiler makes wasm exceptions of setjmp and longjmp
 * instead; it knows them by these names only, so that the others are macros. */
#ifndef __wali_sjlj_wasm__
#define __WALI_SJLJ(name) __asm__("__wali_" name) \
	__attribute__((__import_module__("wali"), __import_name__(name)))
#else
#define __WALI_SJLJ(name)
#endif

int setjmp (jmp_buf) __WALI_SJLJ("setjmp") __attribute__((__returns_twice__));
_Noreturn void longjmp (jmp_buf, int) __WALI_SJLJ("longjmp");

#define setjmp setjmp

#if defined(_POSIX_SOURCE) || defined(_POSIX_C_SOURCE) \
 || defined(_XOPEN_SOURCE) || defined(_GNU_SOURCE) \
 || defined(_BSD_SOURCE)
typedef jmp_buf sigjmp_buf;
#ifndef __wali_sjlj_wasm__
int sigsetjmp (sigjmp_buf, int) __WALI_SJLJ("sigsetjmp")
	__attribute__((__returns_twice__));
_Noreturn void siglongjmp (sigjmp_buf, int);
#define sigsetjmp sigsetjmp
#else
void __wali_sigsave(sigjmp_buf, int);
void __wali_sigrestore(sigjmp_buf);
static __inline _Noreturn void __wali_siglongjmp(sigjmp_buf __b, int __v)
{
	__wali_sigrestore(__b);
	longjmp(__b, __v);
}
#define sigsetjmp(buf, save) (__wali_sigsave((buf), (save)), setjmp(buf))
#define siglongjmp(buf, val) __wali_siglongjmp((buf), (val))
#endif
#endif

#if defined(_XOPEN_SOURCE) || defined(_GNU_SOURCE) \
 || defined(_BSD_SOURCE)
#define _setjmp(buf) setjmp(buf)
#define _longjmp(buf, val) longjmp((buf), (val))
#endif

#undef __WALI_SJLJ

#ifdef __cplusplus
}
#endif

#endif
