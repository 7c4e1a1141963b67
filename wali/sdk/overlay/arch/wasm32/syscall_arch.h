#define __SYSCALL_LL_E(x) (x)
#define __SYSCALL_LL_O(x) (x)

#include "wali_syscalls.h"

/* For a number known only at run time: one function that imports every call. */
hidden long __wali_syscall(long, long, long, long, long, long, long);

/* A constant number folds the switch to a call of one typed import, so that a
 * program imports only what it can reach. Without optimisation the switch
 * cannot fold, and everything goes through the function above. */
static inline __attribute__((__always_inline__))
long __wali_call(long n, long a, long b, long c, long d, long e, long f)
{
	if (!__builtin_constant_p(n))
		return __wali_syscall(n, a, b, c, d, e, f);
	switch (n) {
#include "syscall_switch.h"
	}
	return -ENOSYS;
}

#define __WALI_INLINE static inline __attribute__((__always_inline__))

__WALI_INLINE long __syscall0(long n)
{
	return __wali_call(n, 0, 0, 0, 0, 0, 0);
}

__WALI_INLINE long __syscall1(long n, long a)
{
	return __wali_call(n, a, 0, 0, 0, 0, 0);
}

__WALI_INLINE long __syscall2(long n, long a, long b)
{
	return __wali_call(n, a, b, 0, 0, 0, 0);
}

__WALI_INLINE long __syscall3(long n, long a, long b, long c)
{
	return __wali_call(n, a, b, c, 0, 0, 0);
}

__WALI_INLINE long __syscall4(long n, long a, long b, long c, long d)
{
	return __wali_call(n, a, b, c, d, 0, 0);
}

__WALI_INLINE long __syscall5(long n, long a, long b, long c, long d, long e)
{
	return __wali_call(n, a, b, c, d, e, 0);
}

__WALI_INLINE long __syscall6(long n, long a, long b, long c, long d, long e, long f)
{
	return __wali_call(n, a, b, c, d, e, f);
}

/* Superseded calls, hidden from libc so that it uses the modern ones: fewer
 * calls for a runtime to get right, and the only ones that newer kernel ports
 * have. Programs still find the numbers in <sys/syscall.h>. */
#undef SYS_open
#undef SYS_creat
#undef SYS_stat
#undef SYS_lstat
#undef SYS_access
#undef SYS_pipe
#undef SYS_dup2
#undef SYS_poll
#undef SYS_select
#undef SYS_epoll_create
#undef SYS_epoll_wait
#undef SYS_eventfd
#undef SYS_signalfd
#undef SYS_inotify_init
#undef SYS_mkdir
#undef SYS_rmdir
#undef SYS_mknod
#undef SYS_link
#undef SYS_unlink
#undef SYS_symlink
#undef SYS_readlink
#undef SYS_rename
#undef SYS_chmod
#undef SYS_chown
#undef SYS_lchown
#undef SYS_utime
#undef SYS_utimes
#undef SYS_futimesat
#undef SYS_getpgrp
#undef SYS_alarm
#undef SYS_pause
#undef SYS_time
#undef SYS_vfork

#define IPC_64 0
