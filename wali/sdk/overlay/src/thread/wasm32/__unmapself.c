#include "pthread_impl.h"
#include "syscall.h"

/* Runs on the stack that it unmaps, which is sound only because two calls of
 * imports need neither shadow stack nor thread-locals. The thread-list lock is
 * held until the runtime clears it at thread end. */
void __unmapself(void *base, size_t size)
{
	__syscall(SYS_munmap, base, size);
	for (;;) __syscall(SYS_exit, 0);
}
