/* The module's entry point. What is specific to the way `main` was written
 * stays out of it: `__main_void` is the program's own if it wrote main(void),
 * and else one of two small members of libc.a that pass the arguments on. */

#include <features.h>

int __main_void(void);
hidden _Noreturn void __wali_crt(int (*)(int, char **, char **));

static int call_main(int argc, char **argv, char **envp)
{
	return __main_void();
}

void _start(void)
{
	__wali_crt(call_main);
}
