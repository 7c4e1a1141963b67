#include <features.h>
#include <stdio.h>
#include <stdlib.h>

/* <setjmp.h> binds these names to the runtime's functions, which return into
 * their caller's frame as no function of libc could. The definitions are for
 * programs that only ask whether the names exist, as configure scripts do. */
_Noreturn static void needs_header(void)
{
	fputs("setjmp called without <setjmp.h>\n", stderr);
	abort();
}

int setjmp(void *buf)
{
	needs_header();
}

int sigsetjmp(void *buf, int save)
{
	needs_header();
}

weak_alias(setjmp, _setjmp);
weak_alias(sigsetjmp, __sigsetjmp);
