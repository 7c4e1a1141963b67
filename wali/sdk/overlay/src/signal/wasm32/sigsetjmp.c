#include <setjmp.h>
#include <signal.h>
#include "syscall.h"

/* The two halves of sigsetjmp and siglongjmp when setjmp itself is compiled
 * into wasm exceptions; see <setjmp.h>. */

void __wali_sigsave(sigjmp_buf jb, int save)
{
	jb->__fl = save;
	if (save) __syscall(SYS_rt_sigprocmask, SIG_SETMASK, 0, jb->__ss, _NSIG/8);
}

void __wali_sigrestore(sigjmp_buf jb)
{
	if (jb->__fl) __syscall(SYS_rt_sigprocmask, SIG_SETMASK, jb->__ss, 0, _NSIG/8);
}
