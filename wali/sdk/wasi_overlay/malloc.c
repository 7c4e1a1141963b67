/* The wheel's allocator, which knows one thread (allocator.zig), with one lock for all its functions. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "pthread_impl.h"

static volatile int held, waiters;

static void enter(void)
{
	while (a_cas(&held, 0, 1) != 0) {
		__wait(&held, &waiters, 1, 1);
	}
}

static void leave(void)
{
	a_store(&held, 0);
	if (waiters != 0) {
		__wake(&held, 1, 1);
	}
}

/* A function whose answer is NULL without memory. */
#define LOCKED(name, parameters, arguments)                                                                  \
	hidden void *__wali_##name parameters;                                                               \
	void *name parameters                                                                                \
	{                                                                                                    \
		enter();                                                                                     \
		void *const made = __wali_##name arguments;                                                  \
		leave();                                                                                     \
		if (made == NULL) {                                                                          \
			errno = ENOMEM;                                                                      \
		}                                                                                            \
		return made;                                                                                 \
	}

LOCKED(malloc, (size_t size), (size))
LOCKED(calloc, (size_t count, size_t size), (count, size))
LOCKED(aligned_alloc, (size_t alignment, size_t size), (alignment, size))
LOCKED(memalign, (size_t alignment, size_t size), (alignment, size))
LOCKED(valloc, (size_t size), (size))

hidden void *__wali_realloc(void *old, size_t size);
hidden int __wali_posix_memalign(void **to, size_t alignment, size_t size);
hidden void __wali_free(void *old);
hidden size_t __wali_malloc_usable_size(void *old);

/* Without a size the old piece is freed, and NULL is no error. */
void *realloc(void *old, size_t size)
{
	enter();
	void *const made = __wali_realloc(old, size);
	leave();
	if (made == NULL && size != 0) {
		errno = ENOMEM;
	}
	return made;
}

void *reallocarray(void *old, size_t count, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(old, bytes);
}

int posix_memalign(void **to, size_t alignment, size_t size)
{
	enter();
	const int error = __wali_posix_memalign(to, alignment, size);
	leave();
	return error;
}

void free(void *old)
{
	enter();
	__wali_free(old);
	leave();
}

size_t malloc_usable_size(void *old)
{
	return __wali_malloc_usable_size(old);
}
