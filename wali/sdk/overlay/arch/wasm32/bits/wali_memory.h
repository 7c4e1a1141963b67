/* Copies and fills of a length that is not known when compiling. The compiler
 * makes memory.copy and memory.fill of them, which call into the engine: up to
 * 64 bytes libc's own function takes less time. */
#if defined(__OPTIMIZE__) && !defined(__OPTIMIZE_SIZE__) && !defined(__WALI_LIBC__)

void *__wali_memcpy(void *__restrict, const void *__restrict, size_t);
void *__wali_memmove(void *, const void *, size_t);
void *__wali_memset(void *, int, size_t);

#define __WALI_INLINE extern __inline __attribute__((__gnu_inline__, __always_inline__))
#define __WALI_BULK(n) (__builtin_constant_p(n) || (n) > 64)

__WALI_INLINE void *memcpy(void *__restrict __d, const void *__restrict __s, size_t __n)
{
	return __WALI_BULK(__n) ? __builtin_memcpy(__d, __s, __n) : __wali_memcpy(__d, __s, __n);
}

__WALI_INLINE void *memmove(void *__d, const void *__s, size_t __n)
{
	return __WALI_BULK(__n) ? __builtin_memmove(__d, __s, __n) : __wali_memmove(__d, __s, __n);
}

__WALI_INLINE void *memset(void *__d, int __c, size_t __n)
{
	return __WALI_BULK(__n) ? __builtin_memset(__d, __c, __n) : __wali_memset(__d, __c, __n);
}

#undef __WALI_INLINE
#undef __WALI_BULK
#endif
