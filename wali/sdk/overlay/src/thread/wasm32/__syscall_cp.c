#include "pthread_impl.h"
#include "syscall.h"

/* What cancellation points do in a program that never calls pthread_cancel;
 * pthread_cancel.c replaces all three. */
static int no_enter(long n)
{
	return 0;
}

static long no_leave(long n, long r)
{
	return r;
}

static long no_cancel(void)
{
	return -ECANCELED;
}

weak_alias(no_enter, __wali_cp_enter);
weak_alias(no_leave, __wali_cp_leave);
weak_alias(no_cancel, __cancel);
