#include <signal.h>
#include <string.h>
#include "syscall.h"

/* For code that does without <ucontext.h>: enough to make a context of, or to
 * ask for the mask. Nothing can go on there. */
int getcontext(ucontext_t *u)
{
	memset(&u->uc_mcontext, 0, sizeof u->uc_mcontext);
	__syscall(SYS_rt_sigprocmask, SIG_BLOCK, 0, &u->uc_sigmask, _NSIG/8);
	return 0;
}
