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

/* The runtime's non-local jumps, for code that does not include <setjmp.h>:
 * configure scripts declare such functions by themselves. Naming an import
 * here costs nothing until somebody calls it. */
__asm__(
	".functype setjmp (i32) -> (i32)\n"
	".import_module setjmp, wali\n"
	".import_name setjmp, setjmp\n"
	".functype _setjmp (i32) -> (i32)\n"
	".import_module _setjmp, wali\n"
	".import_name _setjmp, setjmp\n"
	".functype sigsetjmp (i32, i32) -> (i32)\n"
	".import_module sigsetjmp, wali\n"
	".import_name sigsetjmp, sigsetjmp\n"
	".functype __sigsetjmp (i32, i32) -> (i32)\n"
	".import_module __sigsetjmp, wali\n"
	".import_name __sigsetjmp, sigsetjmp\n"
	".functype longjmp (i32, i32) -> ()\n"
	".import_module longjmp, wali\n"
	".import_name longjmp, longjmp\n"
	".functype _longjmp (i32, i32) -> ()\n"
	".import_module _longjmp, wali\n"
	".import_name _longjmp, longjmp\n"
);
