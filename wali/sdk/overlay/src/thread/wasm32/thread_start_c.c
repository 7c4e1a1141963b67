#include "pthread_impl.h"
#include "wali_start.h"

/* First C code of a thread, on its own stack, with all signals blocked. Its
 * thread-locals are filled here, not by the creator, because the linker's
 * function for it moves the caller's __tls_base. The creator waits for nothing,
 * so the thread stores its own id too. */
void __wasm_thread_start_c(int tid, struct wali_start *s)
{
	__wasm_init_tls((void *)s->tls_base);
	__wali_self = (uintptr_t)s->tp;
	((struct pthread *)s->tp)->tid = tid;
	__syscall(SYS_set_tid_address, s->ctid);
	__syscall(SYS_rt_sigprocmask, SIG_SETMASK, &s->mask, 0, _NSIG/8);
	int r = s->fn(s->arg);
	for (;;) __syscall(SYS_exit, r);
}
