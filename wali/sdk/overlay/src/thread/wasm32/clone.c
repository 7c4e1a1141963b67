#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include "pthread_impl.h"
#include "wali_start.h"

static int spawn_thread(int (*fn)(void *), void *stack, void *arg, pid_t *ptid,
	void *tp, volatile int *ctid)
{
	uintptr_t top = ((uintptr_t)stack - sizeof(struct wali_start)) & -16;
	struct wali_start *s = (void *)top;
	s->stack_pointer = top;
	s->tls_base = (uintptr_t)((struct pthread *)tp)->dtv;
	s->tp = tp;
	s->ctid = ctid;
	s->fn = fn;
	s->arg = arg;
	/* The thread inherits this mask. libc's own signals must wait as well
	 * until its thread-locals are there: a handler asks for the thread. */
	__syscall(SYS_rt_sigprocmask, SIG_SETMASK, SIGALL_SET, &s->mask, _NSIG/8);
	uint64_t mask = s->mask;
	int tid = __wasm_thread_spawn(__wasm_thread_start_libc, s);
	__syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, 0, _NSIG/8);
	if (tid > 0) *ptid = tid;
	return tid;
}

/* A thread of this process is started by the runtime. Everything else is a
 * fork, with CLONE_VM too: the child of a spawn gets a copy of memory and runs
 * on the caller's stack, which only posix_spawn's pipe protocol could tell
 * from the real thing. */
int __clone(int (*fn)(void *), void *stack, int flags, void *arg, ...)
{
	pid_t *ptid = 0, *ctid = 0;
	void *tls = 0;
	va_list ap;
	va_start(ap, arg);
	if (ap) { /* null when the caller passed none, as posix_spawn does */
		ptid = va_arg(ap, pid_t *);
		tls = va_arg(ap, void *);
		ctid = va_arg(ap, pid_t *);
	}
	va_end(ap);

	if (flags & CLONE_THREAD)
		return spawn_thread(fn, stack, arg, ptid, tls, ctid);

	flags &= ~(CLONE_VM | CLONE_VFORK);
	int pid = flags == SIGCHLD ? __syscall(SYS_fork)
		: __syscall(SYS_clone, flags, 0, ptid, ctid, 0);
	if (pid) return pid;
	int status = fn(arg);
	for (;;) __syscall(SYS_exit_group, status);
}
