/* Read before musl's own sources of threads (-include): what these ask the kernel, WASI has by instructions, or not at
 * all. */
#ifndef WALI_WASI_THREADS_KERNEL_H
#define WALI_WASI_THREADS_KERNEL_H

#include <errno.h>

#include "pthread_impl.h"

#define SYS_futex 1
#define SYS_set_robust_list 2

/* A waiter that is to wait for another word instead is woken: it then waits there by itself. */
static inline long wali_no_kernel(int number, volatile void *at, int operation)
{
	if (number == SYS_futex && (operation & ~FUTEX_PRIVATE) == FUTEX_REQUEUE) {
		__builtin_wasm_memory_atomic_notify((int *)at, 1);
		return 0;
	}
	return -ENOSYS;
}
#define WALI_NO_KERNEL(number, at, operation, ...) wali_no_kernel(number, (volatile void *)(at), (int)(operation))
#define __syscall(...) WALI_NO_KERNEL(__VA_ARGS__, 0, 0)

/* These keep others from unmapping memory that locks lie in, as munmap(2) could. */
#define __vm_wait() ((void)0)
#define __vm_lock() ((void)0)
#define __vm_unlock() ((void)0)

/* A condition variable keeps its clock as a number, which is no clockid_t of WASI's. */
hidden int wali_wait_by_number(volatile int *, int, int, const struct timespec *, int);
#ifdef WALI_CLOCK_IS_NUMBER
#define __timedwait_cp wali_wait_by_number
#endif

#endif
