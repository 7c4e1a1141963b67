#ifndef _SYS_CDEFS_H
#define _SYS_CDEFS_H

/* What programs take from glibc's header of this name. libc's own headers do
 * not need it. */

#include <features.h>

#ifdef __cplusplus
#define __BEGIN_DECLS extern "C" {
#define __END_DECLS }
#else
#define __BEGIN_DECLS
#define __END_DECLS
#endif

#define __P(arguments) arguments
#define __PMT(arguments) arguments
#define __CONCAT(a, b) a ## b
#define __STRING(a) #a
#define __ptr_t void *

#if defined(__cplusplus) && __cplusplus >= 201103L
#define __THROW noexcept(true)
#define __THROWNL noexcept(true)
#define __NTH(function) function noexcept(true)
#define __NTHNL(function) function noexcept(true)
#elif defined(__cplusplus)
#define __THROW throw()
#define __THROWNL throw()
#define __NTH(function) function throw()
#define __NTHNL(function) function throw()
#else
#define __THROW __attribute__((__nothrow__))
#define __THROWNL __attribute__((__nothrow__))
#define __NTH(function) __attribute__((__nothrow__)) function
#define __NTHNL(function) __attribute__((__nothrow__)) function
#endif

#define __glibc_likely(condition) __builtin_expect(!!(condition), 1)
#define __glibc_unlikely(condition) __builtin_expect(!!(condition), 0)

#define __attribute_malloc__ __attribute__((__malloc__))
#define __attribute_pure__ __attribute__((__pure__))
#define __attribute_const__ __attribute__((__const__))
#define __attribute_used__ __attribute__((__used__))
#define __attribute_maybe_unused__ __attribute__((__unused__))
#define __attribute_noinline__ __attribute__((__noinline__))
#define __attribute_deprecated__ __attribute__((__deprecated__))
#define __attribute_warn_unused_result__ __attribute__((__warn_unused_result__))
#define __attribute_format_arg__(at) __attribute__((__format_arg__(at)))
#define __attribute_format_strfmon__(format, first) __attribute__((__format__(__strfmon__, format, first)))
#define __attribute_alloc_size__(numbers) __attribute__((__alloc_size__ numbers))
#define __nonnull(numbers) __attribute__((__nonnull__ numbers))
#define __returns_nonnull __attribute__((__returns_nonnull__))
#define __wur
#define __always_inline __inline __attribute__((__always_inline__))
#define __extern_inline extern __inline __attribute__((__gnu_inline__))
#define __extern_always_inline extern __inline __attribute__((__gnu_inline__, __always_inline__))
#define __restrict_arr __restrict

#define __bos(pointer) __builtin_object_size(pointer, 0)
#define __bos0(pointer) __builtin_object_size(pointer, 0)

#endif
