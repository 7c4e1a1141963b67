#include <ucontext.h>
#include <errno.h>

int __wali_set(const ucontext_t *) __asm__("__wali_setcontext")
	__attribute__((__import_module__("wali"), __import_name__("setcontext")));

int __wali_context_failed(int r)
{
	errno = -r;
	return -1;
}

int setcontext(const ucontext_t *u)
{
	return __wali_context_failed(__wali_set(u));
}

/* For code that does without <ucontext.h>, or takes an address. The context
 * that it saves goes on once: then this function returns, and its frame ends. */
int (swapcontext)(ucontext_t *old, const ucontext_t *u)
{
	int r = __wali_swap(old, u);
	return r ? __wali_context_failed(r) : 0;
}
