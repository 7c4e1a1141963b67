#define _GNU_SOURCE
#include "pthread_impl.h"
#include "wali_start.h"

int pthread_getattr_np(pthread_t t, pthread_attr_t *a)
{
	*a = (pthread_attr_t){0};
	a->_a_detach = t->detach_state >= DT_DETACHED;
	a->_a_guardsize = t->guard_size;
	a->_a_stackaddr = t->stack ? (uintptr_t)t->stack : __wali_stack_high;
	a->_a_stacksize = t->stack ? t->stack_size : __wali_stack_high - __wali_stack_low;
	return 0;
}
