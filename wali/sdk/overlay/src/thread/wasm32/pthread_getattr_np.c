#define _GNU_SOURCE
#include "pthread_impl.h"

extern char __stack_low, __stack_high, __global_base;

/* The linker knows the main thread's stack; when that comes first in memory,
 * its lowest page is closed (src/env/wasm32/wali_crt.c). */
int pthread_getattr_np(pthread_t t, pthread_attr_t *a)
{
	*a = (pthread_attr_t){0};
	a->_a_detach = t->detach_state >= DT_DETACHED;
	a->_a_guardsize = t->guard_size;
	if (t->stack) {
		a->_a_stackaddr = (uintptr_t)t->stack;
		a->_a_stacksize = t->stack_size;
	} else {
		uintptr_t low = (uintptr_t)&__stack_low, high = (uintptr_t)&__stack_high;
		if (high <= (uintptr_t)&__global_base) low += PAGESIZE;
		a->_a_stackaddr = high;
		a->_a_stacksize = high - low;
	}
	return 0;
}
