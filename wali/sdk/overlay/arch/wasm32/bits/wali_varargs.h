/* Variable arguments lie in memory packed by their own size, and syscall() and
 * prctl() read longs: every argument is widened where its type is known. */
#ifndef _BITS_WALI_VARARGS_H
#define _BITS_WALI_VARARGS_H

#define __WALI_L(x) ((long)(x))
#define __WALI_SYSCALL(...) __WALI_SYSCALL_(__VA_ARGS__,0,0,0,0,0,0,)
#define __WALI_SYSCALL_(n,a,b,c,d,e,f,...) (syscall)(__WALI_L(n),__WALI_L(a), \
	__WALI_L(b),__WALI_L(c),__WALI_L(d),__WALI_L(e),__WALI_L(f))
#define __WALI_PRCTL(o,a,b,c,d,...) (prctl)((o),__WALI_L(a),__WALI_L(b), \
	__WALI_L(c),__WALI_L(d))

#endif
