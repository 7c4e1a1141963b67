#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
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
	memcpy(s->mark, WALI_START_MARK, sizeof s->mark);
	s->stack_high = (uintptr_t)((struct pthread *)tp)->stack;
	s->stack_low = s->stack_high - ((struct pthread *)tp)->stack_size;
	/* The thread inherits this mask. libc's own signals must wait as well
	 * until its thread-locals are there: a handler asks for the thread. */
	__syscall(SYS_rt_sigprocmask, SIG_SETMASK, SIGALL_SET, &s->mask, _NSIG/8);
	uint64_t mask = s->mask;
	int tid = __wasm_thread_spawn(__wasm_thread_start_libc, s);
	__syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, 0, _NSIG/8);
	if (tid > 0) *ptid = tid;
	return tid;
}

/* In the child, whose stack pointer is a copy of its own. */
static _Noreturn __attribute__((noinline)) void run_on(void *stack, int (*fn)(void *), void *arg)
{
	uintptr_t top = (uintptr_t)stack & -16;
	__asm__ volatile (".globaltype __stack_pointer, i32\n"
		"local.get %0\n"
		"global.set __stack_pointer" : : "r"(top) : "memory");
	int status = fn(arg);
	for (;;) __syscall(SYS_exit_group, status);
}

/* What pthread_create asks for. */
#define THREAD_FLAGS (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND \
	| CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS \
	| CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID | CLONE_DETACHED)

/* A thread of this process is started by the runtime. All else is the runtime's
 * clone, which knows what it cannot do. Its child returns here, and goes on
 * with the given stack as its shadow stack: with CLONE_VM it may not write to
 * its parent's. */
int __clone(int (*fn)(void *), void *stack, int flags, void *arg, ...)
{
	va_list ap;
	va_start(ap, arg);
	pid_t *ptid = va_arg(ap, pid_t *);
	void *tls = va_arg(ap, void *);
	pid_t *ctid = va_arg(ap, pid_t *);
	va_end(ap);

	if (flags & CLONE_THREAD)
		return flags == THREAD_FLAGS
			? spawn_thread(fn, stack, arg, ptid, tls, ctid) : -EINVAL;

	int pid = __syscall(SYS_clone, flags, 0, ptid, ctid, tls);
	if (pid) return pid;
	run_on(stack, fn, arg);
}
